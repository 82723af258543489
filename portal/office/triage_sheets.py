"""Frozen sheets of triage: what a case's page says of being put aside, and of what waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.clocks import ClockRule
from portal.domain.vocabulary import MotionStep
from portal.policy.reason_lists import DeclineReason


@dataclass(frozen=True, slots=True)
class BlockingSheet:
    """That it is no report at all, as one officer proposes and another is to confirm."""

    reason: DeclineReason
    words: str | None  # why, by whoever proposes it; None: they do not open
    proposer: str
    expires_at: datetime
    steps: frozenset[MotionStep]  # what this officer may do


@dataclass(frozen=True, slots=True)
class MergedLine:
    """One of the reports that are handled together."""

    case_id: UUID
    number: str | None
    index: int  # of its entry in the ledger
    arrived_at: datetime  # the hour
    first: bool
    own: bool  # the case itself
    main: bool  # the one that the others go with
    news: bool


@dataclass(frozen=True, slots=True)
class TriageSheet:
    """What the steps of triage show of a case."""

    aside: bool  # it waits on the lane of what is no report
    block_reasons: tuple[DeclineReason, ...]
    blocking: BlockingSheet | None
    together: tuple[MergedLine, ...]  # with what it is handled, by who came first; () for one alone
    merges: bool  # it may be merged into another
    held: tuple[ClockRule, ...]  # who must be told first
