"""Frozen sheets of triage: what a case's page says of being put aside, and of what waits for a second person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.case_vocabulary import ReferralState, ReferralStep
from portal.domain.clocks import ClockRule
from portal.domain.vocabulary import MotionStep
from portal.policy.reason_lists import DeclineReason, ReferralBody


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
class SplitSheet:
    """Which cases of a matter may leave it, and why none may now."""

    cases: tuple[MergedLine, ...]
    snag: str  # of domain.merging.SplitSnag; "" where they may


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One matter in the hands of a body outside, or on its way."""

    id: UUID
    body: ReferralBody
    whole: bool
    state: ReferralState
    asked_at: datetime
    made_at: datetime | None
    ended_at: datetime | None
    steps: tuple[ReferralStep, ...]  # what this officer may do next


@dataclass(frozen=True, slots=True)
class ReferralSheet:
    """The slip, and what comes next: nothing of the reporter is in it, nor what would lead to them (LAW K-01)."""

    line: ReferralLine
    case_id: UUID
    seen: int
    authority: str
    mark: str  # what the body names when it answers; it leads to no report
    words: str | None  # None: they do not open
    answer: str | None


@dataclass(frozen=True, slots=True)
class DisputeSheet:
    """An objection that waits for the level above."""

    raised_at: datetime
    decider: str  # the office above both
    choices: tuple[tuple[UUID, str], ...]  # for whoever decides


@dataclass(frozen=True, slots=True)
class Plea:
    """What somebody says who keeps out of a case: that nothing keeps them out any more."""

    id: UUID  # of the recusal
    officer: str
    words: str | None  # None: they do not open for this reader


@dataclass(frozen=True, slots=True)
class TriageSheet:
    """What the steps of triage show of a case."""

    aside: bool  # it waits on the lane of what is no report
    may_aside: bool  # nothing urgent waits
    block_reasons: tuple[DeclineReason, ...]
    blocking: BlockingSheet | None
    together: tuple[MergedLine, ...]  # with what it is handled, by who came first; () for one alone
    split: SplitSheet | None  # for whoever may split one of them
    merges: bool  # it may be merged into another
    held: tuple[ClockRule, ...]  # who must be told first
    bodies: tuple[ReferralBody, ...]  # whom a matter may be handed to, now
    refers_whole: bool  # the case may end with it
    referrals: tuple[ReferralLine, ...]
    objects: bool  # it was handed here, and may be objected to
    dispute: DisputeSheet | None
    recused: tuple[str, ...]  # who keeps out of it
    recusable: tuple[tuple[UUID, str], ...]  # whom the lead may keep out
    pleas: tuple[Plea, ...]  # who asks the lead to be kept out no more
