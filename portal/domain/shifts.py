"""The duty roster (值班表): who answers an alarm when. It knows spans of time and seats, no rows.

* A shift begins before it ends, not in the past, within two months, and lasts a week at most.
* One officer has no two shifts at a desk at once; two officers may share a watch.
* Where nobody is on watch, everybody who sits at the desk is rung: a gap costs sleep, never an alarm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from portal.domain.errors import RefusalError

LONGEST: Final = timedelta(days=7)
AHEAD: Final = timedelta(days=62)
SHOWN: Final = timedelta(days=14)  # for how long gaps are named


class ShiftFlaw(StrEnum):
    """What is wrong with a shift."""

    UNSEATED = "unseated"  # the officer does not sit at that desk
    BACKWARDS = "backwards"  # it ends before it begins
    PAST = "past"
    FAR = "far"
    LONG = "long"
    OVERLAP = "overlap"


class ShiftError(RefusalError):
    """A shift that cannot be; `flaw` says why (422)."""

    def __init__(self, flaw: ShiftFlaw) -> None:
        super().__init__(f"no such shift: {flaw}")
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when somebody is on watch; the end is not part of it."""

    officer_id: UUID
    starts_at: datetime
    ends_at: datetime

    def covers(self, now: datetime) -> bool:
        """Whether this is the watch of now."""
        return self.starts_at <= now < self.ends_at


def require_fit(wanted: Span, there: Iterable[Span], *, seated: bool, now: datetime) -> None:
    """Raise ShiftError for a shift that cannot be; `there` are those of the same desk."""
    if not seated:
        raise ShiftError(ShiftFlaw.UNSEATED)
    if wanted.ends_at <= wanted.starts_at:
        raise ShiftError(ShiftFlaw.BACKWARDS)
    if wanted.ends_at <= now or wanted.starts_at < now - timedelta(days=1):
        raise ShiftError(ShiftFlaw.PAST)
    if wanted.starts_at > now + AHEAD:
        raise ShiftError(ShiftFlaw.FAR)
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise ShiftError(ShiftFlaw.LONG)
    own = (one for one in there if one.officer_id == wanted.officer_id)
    if any(one.starts_at < wanted.ends_at and wanted.starts_at < one.ends_at for one in own):
        raise ShiftError(ShiftFlaw.OVERLAP)


def gaps(spans: Iterable[Span], now: datetime, until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The times between now and then in which nobody is on watch, in their order."""
    found, reached = [], now
    for span in sorted(spans, key=lambda one: one.starts_at):
        if span.starts_at >= until:
            break
        if span.starts_at > reached:
            found.append((reached, span.starts_at))
        reached = max(reached, span.ends_at)
    if reached < until:
        found.append((reached, until))
    return tuple(found)
