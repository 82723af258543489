"""What a page shows of time limits: each with its article, how its date arose, what changed it, and what may."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.domain import clocks
from portal.domain.clock_explaining import Explanation
from portal.domain.clocks import Unit
from portal.domain.vocabulary import ClockState, MotionState
from portal.policy.reason_lists import ExtensionReason, ForbiddenReason

COUNTING = frozenset({ClockState.RUNNING, ClockState.LATE})


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What one step made of a time limit: from which last day to which, and why."""

    event: str  # as the ledger calls it: extended, continued, recounted
    at: datetime
    was_on: date
    due_on: date
    by: int  # units of the rule; 0 for one that was counted anew
    reason: ExtensionReason | None


@dataclass(frozen=True, slots=True)
class StillSheet:
    """That a time limit stands still, why, and until when at most."""

    reason: ExtensionReason
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """A last moment within a day: of a time limit in hours, whose day says too little."""

    due_at: datetime
    minutes: int  # that are left; negative once it has passed

    @classmethod
    def until(cls, due_at: datetime, now: datetime) -> "Hours | None":
        """None where the whole last day counts."""
        if due_at == clocks.last_moment_of(clocks.day_of(due_at)):
            return None
        return cls(due_at, int((due_at - now).total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class Ending:
    """By when a line of a list has to be looked at."""

    due_on: date
    days_left: int
    late: bool
    hours: Hours | None = None

    @classmethod
    def of(cls, due_at: datetime | None, now: datetime) -> "Ending | None":
        """None where nothing is due."""
        if due_at is None:
            return None
        last = clocks.day_of(due_at)
        return cls(last, (last - clocks.day_of(now)).days, due_at < now, Hours.until(due_at, now))


@dataclass(frozen=True, slots=True)
class ClockSheet:
    """One time limit with its article."""

    rule: str
    title: str
    due_on: date
    target_on: date | None  # officers only: the 5-working-day target of C02
    basis: str
    state: ClockState
    days_left: int
    provisional: bool  # counted over days not yet gazetted
    id: UUID | None = None
    started_on: date | None = None
    unit: Unit = Unit.DAYS
    unsure: bool = False  # 待确认: the source gives no number, or nobody has read the passage
    still: StillSheet | None = None
    changes: tuple[ClockChange, ...] = ()
    explained: Explanation | None = None
    hours: Hours | None = None

    @property
    def counts(self) -> bool:
        """Whether its last day is still to be kept."""
        return self.state in COUNTING


@dataclass(frozen=True, slots=True)
class Extendable:
    """A time limit that may be extended now, by how many of its units at most."""

    clock: ClockSheet
    most: int


@dataclass(frozen=True, slots=True)
class ProposalSheet:
    """An extension that was proposed, and what became of it."""

    id: UUID
    title: str
    by: int
    unit: Unit
    reason: ExtensionReason
    state: MotionState
    proposed_at: datetime
    expires_at: datetime
    mine: bool  # this officer may look at it

    @property
    def waits(self) -> bool:
        """Whether nobody has decided it."""
        return self.state is MotionState.PROPOSED


@dataclass(frozen=True, slots=True)
class LimitsSheet:
    """What may be done about the time limits of a case, by whoever looks at it."""

    extendable: tuple[Extendable, ...]
    standing: tuple[ClockSheet, ...]  # those that may be made to stand still
    still: tuple[ClockSheet, ...]  # those that do
    extensions: tuple[ExtensionReason, ...]
    suspensions: tuple[ExtensionReason, ...]
    forbidden: tuple[ForbiddenReason, ...]
    proposals: tuple[ProposalSheet, ...]
