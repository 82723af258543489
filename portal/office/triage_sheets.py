"""Frozen sheets of triage: what a case's page says of being put aside, and of what waits for a second person."""

from dataclasses import dataclass
from datetime import datetime

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
class TriageSheet:
    """What the steps of triage show of a case."""

    aside: bool  # it waits on the lane of what is no report
    block_reasons: tuple[DeclineReason, ...]
    blocking: BlockingSheet | None
