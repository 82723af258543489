"""How a date arises (算法): from which day on it was counted, what was left out, and where it came to lie.

It walks the days that `domain.clocks` counts; that both come to the same date is a test.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.domain import clocks
from portal.domain.clocks import Calendar, ClockRule, Unit

_DAY = timedelta(days=1)


class Step(StrEnum):
    """One sentence of an explanation."""

    AT_ONCE = "at_once"
    HOURS = "hours"  # `count` of them from `first` on
    SAME_DAY = "same_day"
    FROM = "from"  # the event was on `first`, which does not count
    COUNT = "count"  # `count` units of the rule from `first` on, up to `last`
    LONGER = "longer"  # of those, `count` by extension
    STOOD = "stood"  # of those, `count` because it stood still
    SKIPPED = "skipped"  # rest days from `first` to `last`, not counted
    ROLLED = "rolled"  # `first` to `last` are rest days: the next working day
    ORDERED = "ordered"  # as the order says
    YEARLY = "yearly"
    PROVISIONAL = "provisional"  # from `first` on no arrangement is official yet


@dataclass(frozen=True, slots=True)
class Part:
    """One of them, with what it names."""

    step: Step
    first: date | None = None
    last: date | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a date arises, step by step."""

    rule: ClockRule
    due_at: datetime
    parts: tuple[Part, ...]


def explain(
    rule: ClockRule,
    start: datetime,
    calendar: Calendar,
    *,
    extended: int = 0,
    stood: int = 0,
    ordered: date | None = None,
) -> Explanation:
    """Count a rule and say how. Raises what `clocks.due` raises."""
    found = clocks.due(rule, start, calendar, more=extended + stood, ordered=ordered)
    parts = tuple(_parts(rule, found.start.date(), found.due_at.date(), calendar, extended, stood))
    return Explanation(rule, found.due_at, parts)


def _parts(rule: ClockRule, first: date, last: date, calendar: Calendar, extended: int, stood: int) -> list[Part]:
    length = (rule.length or 0) + extended + stood
    alone = {
        Unit.AT_ONCE: Part(Step.AT_ONCE, first),
        Unit.HOURS: Part(Step.HOURS, first, last, length),
        Unit.SAME_DAY: Part(Step.SAME_DAY, first),
        Unit.ORDERED: Part(Step.ORDERED, first, last),
    }.get(rule.unit)
    if alone is not None:
        return [alone]
    if rule.unit is Unit.YEARLY:
        return [Part(Step.YEARLY, first, last), *_guess(last, last, calendar)]
    parts = [Part(Step.FROM, first)]
    if rule.unit is Unit.WORKING_DAYS:
        parts.append(Part(Step.COUNT, first + _DAY, last, length))
        moved = [Part(Step.SKIPPED, *run) for run in _rests(first + _DAY, last, calendar)]
        moved += _guess(first + _DAY, last, calendar)
    else:
        counted = _counted(rule, first, last, length)
        parts.append(Part(Step.COUNT, first + _DAY, counted, length))
        moved = [Part(Step.ROLLED, counted, last - _DAY)] if counted < last else []
        moved += _guess(counted, last, calendar) if rule.rolls else []
    parts += [Part(Step.LONGER, count=extended)] if extended else []
    parts += [Part(Step.STOOD, count=stood)] if stood else []
    return [*parts, *moved]


def _counted(rule: ClockRule, first: date, last: date, length: int) -> date:
    """The day that was counted, before a rest day moved it."""
    return first + length * _DAY if rule.unit is Unit.DAYS else min(last, clocks.months_after(first, rule.unit, length))


def _rests(first: date, last: date, calendar: Calendar) -> list[tuple[date, date]]:
    """Runs of rest days."""
    runs: list[tuple[date, date]] = []
    for number in range((last - first).days + 1):
        day = first + number * _DAY
        if not calendar.kind(day).rest:
            continue
        if runs and runs[-1][1] == day - _DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _guess(first: date, last: date, calendar: Calendar) -> list[Part]:
    """From which day on no arrangement is official yet; nothing where all of them are."""
    days = (first + number * _DAY for number in range((last - first).days + 1))
    return [Part(Step.PROVISIONAL, day) for day in days if calendar.kind(day).provisional][:1]
