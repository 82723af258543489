"""What may change of a clock that runs: extended (延期), made to stand still (中止) and to run on (恢复), counted anew.

A clock is superseded, never edited. How long one is follows from what is stored of it: its rule, the moment that
started it, by how many units it was extended, and for how many it stood still. The decisions (LAW §2, decision 040):

* Once, up to the rule's ceiling, to a later day, and only before its last moment has passed; never while it stands
  still.
* Danger, death, an accident and concealment (C06, C07, C08, C10) wait for nothing: neither extended nor suspended.
* Only days stand still, and not for ever: what a clock stood still for before counts. Whose right a time limit is
  (异议, 领取), nobody takes time from them.
* What was counted over days not yet announced is counted anew when they are. It becomes longer as the law has it; it
  becomes shorter only as far as it still leaves the next working day, and never where it is somebody's right.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from portal.domain import clocks
from portal.domain.clocks import Calendar, ClockRule, Due, Outcome, Unit
from portal.domain.errors import TimeLimitError
from portal.domain.vocabulary import ClockState

FIXED: Final = frozenset({"C06", "C07", "C08", "C10"})
_STANDING: Final = frozenset({Unit.DAYS, Unit.WORKING_DAYS})


class Flaw(StrEnum):
    """Why a clock is left as it is."""

    FIXED = "fixed"  # danger, death, an accident, concealment
    NO_EXTENSION = "no_extension"  # the rule knows none
    TWICE = "twice"
    TOO_LONG = "too_long"
    NOTHING = "nothing"  # its last day would stay where it is
    LATE = "late"  # its last moment has passed
    OFTEN = "often"  # it has stood still for as long as one may
    STANDS = "stands"  # it stands still: first it runs on
    RUNS = "runs"  # it does not stand still
    REASON = "reason"  # one that is not for this time limit, or does something else
    FORBIDDEN = "forbidden"  # on the list of what is no reason
    NOT_DAYS = "not_days"  # hours do not stand still
    UNASKED = "unasked"  # nobody waits for an answer of the reporter
    A_RIGHT = "a_right"  # of somebody else than the office


class Ground(Protocol):
    """A reason, as far as it says which time limits it is for."""

    @property
    def only(self) -> Collection[str]:
        """The rules that it is for alone; none: for all."""

    @property
    def not_for(self) -> Collection[str]:
        """The rules that it is not for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A clock as its row says it."""

    rule: ClockRule
    started_at: datetime
    due_at: datetime
    state: ClockState
    extended: int = 0  # units of the rule
    stood: int = 0  # the same

    def count(self, calendar: Calendar, *, extended: int | None = None, stood: int | None = None) -> Due:
        """Count it anew from its start, as it is or with what changes. PolicyError beyond the calendar."""
        longer = self.extended if extended is None else extended
        still = self.stood if stood is None else stood
        return clocks.due(self.rule, self.started_at, calendar, more=longer + still)


def extend(rule: ClockRule, start: datetime, calendar: Calendar, *, by: int) -> Due:
    """Count an extended clock from its start. Raises TimeLimitError where the rule allows none, or none so long."""
    _require_length(rule, by)
    return clocks.due(rule, start, calendar, more=by)


def require_extension(clock: Standing, ground: Ground, by: int, calendar: Calendar, *, now: datetime) -> None:
    """Raise TimeLimitError unless this clock may be extended now, by so many units, for this reason.

    Where a last day had rolled over, some more units may end on the same: that would use up the one extension there is.
    """
    _require_runs(clock, ground, now)
    _require_length(clock.rule, by)
    times = clock.rule.extension.times if clock.rule.extension else None
    if clock.extended and (times is None or times <= 1):
        raise _no(Flaw.TWICE, clock.rule)
    if clock.count(calendar, extended=clock.extended + by).due_at <= clock.due_at:
        raise _no(Flaw.NOTHING, clock.rule)


def ceiling(rule: ClockRule) -> int | None:
    """By how many units a rule may be extended on a case's page; None for one that may not."""
    return rule.extension.length if rule.extension and rule.code not in FIXED else None


def require_suspension(clock: Standing, ground: Ground, longest: int, *, now: datetime) -> None:
    """Raise TimeLimitError unless this clock may be made to stand still now, for this reason.

    `longest`: for so many of its days one stands still altogether, or by turns it would for ever.
    """
    _require_runs(clock, ground, now)
    if clock.rule.then is Outcome.ENDS:
        raise _no(Flaw.A_RIGHT, clock.rule)
    if clock.rule.unit not in _STANDING:
        raise _no(Flaw.NOT_DAYS, clock.rule)
    if clock.stood >= longest:
        raise TimeLimitError(Flaw.OFTEN, clock.rule.code, clock.rule.basis, longest)


def may_stand(rule: ClockRule) -> bool:
    """Whether a rule can stand still at all."""
    return rule.unit in _STANDING and rule.then is not Outcome.ENDS and rule.code not in FIXED


def require_still(clock: Standing) -> None:
    """Raise TimeLimitError unless it stands still."""
    if clock.state is not ClockState.SUSPENDED:
        raise _no(Flaw.RUNS, clock.rule)


def still_until(since: datetime, days: int) -> datetime:
    """The last moment of a suspension that may last so many days, the first not counted."""
    return clocks.last_moment_of(clocks.day_of(since) + timedelta(days=days))


def stood(rule: ClockRule, since: datetime, until: datetime, calendar: Calendar) -> int:
    """For how many units of its rule a clock stood still: what was left on the one day is left on the other."""
    first, last = clocks.day_of(since), clocks.day_of(until)
    days = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    if rule.unit is Unit.DAYS:
        return len(days)
    return sum(not calendar.kind(day).rest for day in days)


def recount(clock: Standing, calendar: Calendar, *, now: datetime) -> Due:
    """Count a clock by the calendar as it is now, with what mercy there is for one that becomes shorter."""
    anew = clock.count(calendar)
    if anew.due_at >= clock.due_at:
        return anew
    today = clocks.day_of(now)
    floor = clocks.last_moment_of(clocks.working_days_after(today, 1, calendar))
    kept = clock.due_at if clock.rule.then is Outcome.ENDS else min(clock.due_at, max(anew.due_at, floor))
    return Due(anew.rule, anew.start, kept, anew.unit, anew.basis, anew.provisional)


def reminder_days(today: date, ahead: int, calendar: Calendar) -> dict[date, date]:
    """The last days that come up: each with the day from which on one is reminded of it, so many working days before.

    A day that is itself a rest day is reminded of like the working day behind it.
    """
    found = {}
    horizon = clocks.working_days_after(today, ahead, calendar)
    for number in range((horizon - today).days + 1):
        last = today + timedelta(days=number)
        found[last] = _working_days_before(last, ahead, calendar)
    return found


def _working_days_before(day: date, length: int, calendar: Calendar) -> date:
    while length:
        day -= timedelta(days=1)
        length -= not calendar.kind(day).rest
    return day


def _require_runs(clock: Standing, ground: Ground, now: datetime) -> None:
    rule = clock.rule
    if rule.code in FIXED:
        raise _no(Flaw.FIXED, rule)
    if clock.state is ClockState.SUSPENDED:
        raise _no(Flaw.STANDS, rule)
    if clock.state is not ClockState.RUNNING or now > clock.due_at:
        raise _no(Flaw.LATE, rule)
    names = {rule.code, rule.of or rule.code}
    if (ground.only and not names & set(ground.only)) or names & set(ground.not_for):
        raise _no(Flaw.REASON, rule)


def _require_length(rule: ClockRule, by: int) -> None:
    extension = rule.extension
    if extension is None or rule.length is None or rule.code in FIXED:
        raise _no(Flaw.NO_EXTENSION, rule)
    if by < 1 or (extension.length is not None and by > extension.length):
        raise TimeLimitError(Flaw.TOO_LONG, rule.code, extension.basis, extension.length)


def _no(flaw: Flaw, rule: ClockRule) -> TimeLimitError:
    basis = rule.extension.basis if rule.extension else rule.basis
    return TimeLimitError(flaw, rule.code, basis)
