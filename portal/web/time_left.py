"""What pages say of a time limit that runs: the days left, or the hours of one that ends within a day, and its end."""

from datetime import datetime, timedelta
from typing import Protocol

from flask import Flask

from portal.domain.vocabulary import ClockState
from portal.office.clock_sheets import ClockSheet, Ending, Hours
from portal.web.i18n import OFFICE_ZONE, day, gettext, long_day, ngettext, short_day, time_of_day
from portal.web.words import OWN_TITLES, word

SOON_DAYS = 3  # from here on a time limit is drawn as urgent
_HOUR, _DAY = 60, 1440  # minutes


class _Ends(Protocol):
    @property
    def days_left(self) -> int: ...
    @property
    def hours(self) -> Hours | None: ...


def remaining(clock: ClockSheet, *, days: bool = False) -> str:
    """The time left of a clock, or what became of it; in `days` where a page names no hours."""
    if not clock.counts:
        return word(clock.state)
    return _left(clock, late=clock.state is ClockState.LATE, days=days)


def line_remaining(ending: Ending | None) -> str:
    """The time left of a line in a list."""
    return gettext("没有期限") if ending is None else _left(ending, late=ending.late)


def ends(clock: ClockSheet, *, days: bool = False) -> str:
    """The last day of a clock, with the hour where it ends within that day."""
    if clock.hours is None or days:
        return day(clock.due_on)
    return gettext("%(day)s %(time)s", day=day(clock.due_on), time=time_of_day(clock.hours.due_at))


def own_title(clock: ClockSheet) -> str:
    """What a time limit is called to whoever reported."""
    return gettext(OWN_TITLES[clock.rule]) if clock.rule in OWN_TITLES else clock.title


def line_ends(ending: Ending) -> str:
    """The same of a line in a list: short, with the year where that is another one."""
    today = ending.due_on - timedelta(days=ending.days_left)
    last = short_day(ending.due_on) if ending.due_on.year == today.year else long_day(ending.due_on)
    return gettext("%(day)s %(time)s", day=last, time=time_of_day(ending.hours.due_at)) if ending.hours else last


def tone(clock: ClockSheet) -> str:
    """The CSS class of a clock: the words say the same."""
    if not clock.counts:
        return "calm" if clock.still else "done"
    return _tone(clock, late=clock.state is ClockState.LATE)


def line_tone(ending: Ending | None) -> str:
    """The CSS class of a line in a list."""
    return "calm" if ending is None else _tone(ending, late=ending.late)


def used(since: datetime, clock: ClockSheet) -> int:
    """How much of the time between arrival and the last day is gone, in whole percent (0–100)."""
    whole = (clock.due_on - since.astimezone(OFFICE_ZONE).date()).days
    if clock.state is not ClockState.RUNNING or whole <= 0:
        return 100
    return max(0, min(100, round(100 * (whole - clock.days_left) / whole)))


def _left(one: _Ends, *, late: bool, days: bool = False) -> str:
    if one.hours is not None and not days and abs(one.hours.minutes) < _DAY:
        return _hours(one.hours.minutes, late=late)
    if late or one.days_left < 0:
        over = max(1, -one.days_left)
        return ngettext("超期 %(num)s 天", "超期 %(num)s 天", over)
    if one.days_left == 0:
        return gettext("今天到期")
    return ngettext("还有 %(num)s 天", "还有 %(num)s 天", one.days_left)


def _hours(minutes: int, *, late: bool) -> str:
    if late or minutes < 0:
        over = max(1, -minutes // _HOUR)
        return ngettext("超期 %(num)s 小时", "超期 %(num)s 小时", over)
    if minutes < _HOUR:
        return ngettext("还有 %(num)s 分钟", "还有 %(num)s 分钟", minutes)
    return gettext("还有 %(hours)s 小时 %(minutes)s 分", hours=minutes // _HOUR, minutes=minutes % _HOUR)


def _tone(one: _Ends, *, late: bool) -> str:
    if late or one.days_left < 0:
        return "late"
    return "soon" if one.days_left <= SOON_DAYS else "calm"


def install(app: Flask) -> None:
    """Put them into Jinja."""
    app.jinja_env.globals.update(
        remaining=remaining, ends=ends, tone=tone, used=used, line_remaining=line_remaining, line_tone=line_tone
    )
    app.jinja_env.globals.update(line_ends=line_ends, own_title=own_title)
