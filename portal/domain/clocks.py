"""When something is due: days counted in Asia/Shanghai, rest days and make-up working days (调休) included.

It knows how to count; which rule lasts how long is data (policy/clocks), which day is a rest day is a calendar's.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Final, Protocol

from portal.domain.errors import RefusalError

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")  # no other offset since 1991
_LAST_MOMENT: Final = time(23, 59, 59, tzinfo=SHANGHAI)
_DAY: Final = timedelta(days=1)


class Unit(StrEnum):
    """What a time limit is counted in."""

    AT_ONCE = "at_once"  # 立即
    HOURS = "hours"  # exact, from the event itself
    SAME_DAY = "same_day"  # 当日
    DAYS = "days"  # calendar days
    WORKING_DAYS = "working_days"  # 工作日
    MONTHS = "months"
    YEARS = "years"
    YEARLY = "yearly"  # fixed days of every year
    ORDERED = "ordered"  # the day that an order names


@dataclass(frozen=True, slots=True)
class DayKind:
    """Whether a day is a rest day, and whether the State Council has yet to say so."""

    rest: bool
    provisional: bool


class Outcome(StrEnum):
    """What comes of a clock whose last moment has passed."""

    LATE = "late"  # 超期: it is said, and no more
    ABOVE = "above"  # the level above is woken
    ENDS = "ends"  # nobody was late: a right has ended, or what was to be kept may go


class Approver(StrEnum):
    """Who agrees to an extension, as the rule says it."""

    ABOVE = "one level up"
    LEAD = "lead"
    ORDERED = "the body that ordered"  # by a new order
    NAMED = "a named officer"


class Calendar(Protocol):
    """Whoever knows the rest days."""

    def kind(self, day: date) -> DayKind:
        """Say what kind of day it is, or raise PolicyError beyond what is known."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length with its unit."""

    length: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Extension:
    """How far a clock may be extended (延期): by whom, how often, and whether the reporter is told why.

    ``length`` is in the unit of the rule; None where the source fixes no number.
    """

    length: int | None
    times: int | None
    approver: Approver
    tell_reporter: bool
    basis: str


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One row of the table of time limits (时限).

    ``rolls``: a last day that is a rest day moves to the next working day (民法典 203). ``of``: the rule whose
    later step or variant this is. ``proposed``: the source gives no number, this one is ours. ``dates``: month and
    day, for Unit.YEARLY alone. ``target``: an inner limit to work to; missing it breaks nothing. ``breach`` says in
    words what comes of one that is not kept, ``then`` what the portal does by itself.
    """

    code: str
    event: str
    zh: str
    en: str
    ko: str
    length: int | None
    unit: Unit
    basis: str
    sure: str
    breach: str
    then: Outcome = Outcome.LATE
    rolls: bool = True
    proposed: bool = False
    of: str | None = None
    target: Span | None = None
    extension: Extension | None = None
    dates: tuple[tuple[int, int], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock started and its last moment (both +08:00).

    ``provisional``: a day was counted whose holiday arrangement is not official yet.
    """

    rule: str
    start: datetime
    due_at: datetime
    unit: Unit
    basis: str
    provisional: bool


def due(rule: ClockRule, start: datetime, calendar: Calendar, *, more: int = 0, ordered: date | None = None) -> Due:
    """Count a rule from the event that starts it.

    The day of the event does not count (民法典 201); hours run from the event. ``more``: units of the rule by which it
    is longer, having been extended or stood still. ``ordered`` is the day an order names (Unit.ORDERED), taken as it
    stands. ValueError for a naive ``start``; RefusalError when an ordered day is
    missing or lies before the start; PolicyError beyond the calendar.
    """
    begin = _local(start)
    if rule.unit is Unit.ORDERED:
        return Due(rule.code, begin, _ordered(rule, begin, ordered), rule.unit, rule.basis, provisional=False)
    at, provisional = _last_moment(rule, Span((rule.length or 0) + more, rule.unit), begin, calendar)
    return Due(rule.code, begin, at, rule.unit, rule.basis, provisional)


def target(rule: ClockRule, start: datetime, calendar: Calendar) -> Due | None:
    """Count the inner limit that the office works to, if the rule has one. Raises as ``due`` does."""
    if rule.target is None:
        return None
    begin = _local(start)
    at, provisional = _last_moment(rule, rule.target, begin, calendar)
    return Due(rule.code, begin, at, rule.target.unit, rule.basis, provisional)


def days_left(due: Due, now: datetime) -> int:
    """Whole calendar days from today to the last day: 0 on the last day, negative once it has passed."""
    return (due.due_at.date() - _local(now).date()).days


def is_late(due: Due, now: datetime) -> bool:
    """Say whether the last moment, a whole second, has passed."""
    return _local(now).replace(microsecond=0) > due.due_at


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError("an instant needs its zone, as in 2026-03-02T09:30:00+08:00")
    return instant.astimezone(SHANGHAI)


def _ordered(rule: ClockRule, begin: datetime, day: date | None) -> datetime:
    if day is None:
        raise RefusalError(f"{rule.code} ends on the day that the order names: give that day")
    if day < begin.date():
        raise RefusalError(f"{rule.code} cannot end on {day}, before it starts")
    return datetime.combine(day, _LAST_MOMENT)


def _last_moment(rule: ClockRule, span: Span, begin: datetime, calendar: Calendar) -> tuple[datetime, bool]:
    """Return the last moment and whether a provisional day was counted on the way."""
    if span.unit is Unit.AT_ONCE:
        return begin, False
    if span.unit is Unit.HOURS:
        return begin + timedelta(hours=span.length), False
    if span.unit is Unit.SAME_DAY:
        return datetime.combine(begin.date(), _LAST_MOMENT), False
    if span.unit is Unit.WORKING_DAYS:
        day, provisional = _working_days(begin.date(), span.length, calendar)
    else:
        day, provisional = _calendar_day(rule, span, begin.date()), False
        if rule.rolls:
            day, provisional = _roll(day, calendar)
    return datetime.combine(day, _LAST_MOMENT), provisional


def _calendar_day(rule: ClockRule, span: Span, day: date) -> date:
    if span.unit is Unit.DAYS:
        return day + timedelta(days=span.length)
    if span.unit is Unit.YEARLY:
        return _next_of(rule.dates, day)
    return months_after(day, span.unit, span.length)


def months_after(day: date, unit: Unit, length: int) -> date:
    """Return the corresponding day so many months or years later, the month's last where there is none (民法典 202)."""
    months = length * (12 if unit is Unit.YEARS else 1)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_of(dates: tuple[tuple[int, int], ...], day: date) -> date:
    return min(
        candidate
        for year in (day.year, day.year + 1)
        for month, number in dates
        if (candidate := date(year, month, number)) >= day
    )


def working_days_after(day: date, length: int, calendar: Calendar) -> date:
    """The last of so many working days, the first day not counted."""
    return _working_days(day, length, calendar)[0]


def last_moment_of(day: date) -> datetime:
    """The last second of a day in Shanghai."""
    return datetime.combine(day, _LAST_MOMENT)


def first_moment_of(day: date) -> datetime:
    """The first moment of a day in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def month_of(day: date) -> tuple[datetime, datetime]:
    """The first moments of a month in Shanghai, and of the next."""
    ends = (day.replace(day=1), months_after(day.replace(day=1), Unit.MONTHS, 1))
    since, until = (datetime.combine(one, time(), SHANGHAI) for one in ends)
    return since, until


def day_of(instant: datetime) -> date:
    """Which day it is in Shanghai. ValueError for a naive instant."""
    return _local(instant).date()


def _working_days(day: date, length: int, calendar: Calendar) -> tuple[date, bool]:
    provisional = False
    while length:
        day += _DAY
        kind = calendar.kind(day)
        provisional |= kind.provisional
        length -= not kind.rest
    return day, provisional


def _roll(day: date, calendar: Calendar) -> tuple[date, bool]:
    kind = calendar.kind(day)
    provisional = kind.provisional
    while kind.rest:
        day += _DAY
        kind = calendar.kind(day)
        provisional |= kind.provisional
    return day, provisional
