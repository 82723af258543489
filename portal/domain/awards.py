"""The life of a reward (奖金) as one table, and who may do what about it (19号 第11–14条; 行政处罚法 第42条).

Proposing takes two people who work on the case (a motion), judging a third at the award desk. Whoever proposed it,
agreed to propose it or checked the case does not judge; whoever judged does not judge again what is contested, and it
goes one level up where somebody is seated there. What was granted is revoked by two who judge, and that is contested
once before somebody who neither judged nor revoked it. Who pays learns none of this: `domain.payouts` knows no award.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from portal.domain.access import Actor
from portal.domain.award_errors import OwnAwardError
from portal.domain.award_vocabulary import AwardState, AwardStep, RevokeReason
from portal.domain.errors import IllegalTransitionError, NotAllowedError, StrangerError
from portal.domain.vocabulary import Duty

_S = AwardState
REPORTERS: Final = frozenset({AwardStep.CONTEST, AwardStep.GIVE_UP})
JUDGING: Final = frozenset({AwardStep.RETURN, AwardStep.APPROVE, AwardStep.REFUSE})
RULING: Final = frozenset({AwardStep.AFFIRM, AwardStep.REINSTATE})  # on a revocation that is contested
OPEN: Final = frozenset({_S.SUBMITTED, _S.APPROVED, _S.CONTESTED, _S.DISPUTED})  # one of these at most for each report
ASKED_DAYS: Final = 10  # that a reporter is given to leave a name, before it is refused for want of one
WAITING: Final = frozenset({_S.SUBMITTED, _S.CONTESTED, _S.DISPUTED})  # for the award desk
CONTESTABLE: Final = frozenset({_S.REFUSED, _S.REVOKED})  # once, within the time that objections have
TOLD: Final = frozenset({_S.APPROVED, _S.REVOKED})  # what a public notice is put up for, where it is never opened
# The row of the rules, and so the article, that each reason rests on.
ROWS: Final[Mapping[RevokeReason, str]] = MappingProxyType(
    {
        RevokeReason.FABRICATED: "E04",
        RevokeReason.DUTY: "E05",
        RevokeReason.COLLUSION: "E27",
        RevokeReason.NAME: "E10",
        RevokeReason.OTHER: "E27",
    }
)
STEPS: Final[Mapping[AwardStep, Mapping[AwardState, AwardState]]] = MappingProxyType(
    {
        AwardStep.ASK: {_S.SUBMITTED: _S.SUBMITTED},
        AwardStep.RETURN: {_S.SUBMITTED: _S.RETURNED, _S.CONTESTED: _S.RETURNED},
        AwardStep.APPROVE: {_S.SUBMITTED: _S.APPROVED, _S.CONTESTED: _S.APPROVED},
        AwardStep.REFUSE: {_S.SUBMITTED: _S.REFUSED, _S.CONTESTED: _S.UPHELD},
        AwardStep.CONTEST: {_S.REFUSED: _S.CONTESTED, _S.REVOKED: _S.DISPUTED},
        AwardStep.GIVE_UP: {_S.APPROVED: _S.GIVEN_UP},
        AwardStep.PROLONG: {_S.APPROVED: _S.APPROVED},
        AwardStep.FORFEIT: {_S.APPROVED: _S.FORFEITED},
        AwardStep.REVOKE: {_S.APPROVED: _S.REVOKED},
        AwardStep.AFFIRM: {_S.DISPUTED: _S.REVOKED},
        AwardStep.REINSTATE: {_S.DISPUTED: _S.APPROVED},
        AwardStep.FILE: {_S.APPROVED: _S.APPROVED},
        AwardStep.ANNOUNCE: {_S.APPROVED: _S.APPROVED, _S.REVOKED: _S.REVOKED},
    }
)


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What the rules look at; nothing of it is sealed."""

    state: AwardState
    desk_id: UUID  # the award desk that judges, or judged last
    lead_desk_id: UUID  # of those who proposed it
    proposers: frozenset[UUID]  # who signed the proposal, one before it, or the conclusion that it rests on
    workers: frozenset[UUID]  # whoever the case is, or was, assigned to
    judge_id: UUID | None  # who decided first
    reviewer_id: UUID | None = None  # who decided what was contested
    revokers: frozenset[UUID] = frozenset()  # who proposed to revoke it, and who agreed


def advance(state: AwardState, step: AwardStep) -> AwardState:
    """Return the state that follows, or raise IllegalTransitionError."""
    try:
        return STEPS[step][state]
    except KeyError:
        raise IllegalTransitionError(f"cannot {step} an award that is {state}") from None


def admit(actor: Actor, step: AwardStep, facts: AwardFacts) -> Duty:
    """Return the duty in which the actor may do this.

    Raises StrangerError where the award is none of theirs, NotAllowedError where the step is another's, OwnAwardError
    for whoever proposed it, checked the case or judged before, IllegalTransitionError in a state that does not lead on.
    """
    judges = facts.desk_id in actor.desks(Duty.AWARD)
    works = bool(actor.desks(Duty.INVESTIGATE, Duty.LEAD))
    proposes = facts.lead_desk_id in actor.desks(Duty.LEAD) or (works and actor.officer_id in facts.proposers)
    if not judges and not proposes:
        raise StrangerError("no such award")
    if step is AwardStep.SHOW:
        return Duty.AWARD if judges else _own(actor)
    if step in REPORTERS or not judges:
        raise NotAllowedError(f"{step} is not yours")
    advance(facts.state, step)
    if actor.officer_id in facts.proposers | facts.workers:
        raise OwnAwardError("whoever proposed a reward or checked the case does not decide about it")
    if facts.state is AwardState.CONTESTED and actor.officer_id == facts.judge_id:
        raise OwnAwardError("whoever refused does not decide again")
    if facts.state is AwardState.DISPUTED and actor.officer_id in {facts.judge_id, facts.reviewer_id, *facts.revokers}:
        raise OwnAwardError("whoever granted it or took it away does not decide about that again")
    return Duty.AWARD


def offered(actor: Actor, facts: AwardFacts) -> frozenset[AwardStep]:
    """The steps that the actor may take now: what becomes a form."""
    return frozenset(step for step in AwardStep if step is not AwardStep.SHOW and _may(actor, step, facts))


def _may(actor: Actor, step: AwardStep, facts: AwardFacts) -> bool:
    try:
        admit(actor, step, facts)
    except (StrangerError, NotAllowedError, IllegalTransitionError):
        return False
    return True


def _own(actor: Actor) -> Duty:
    return Duty.LEAD if actor.desks(Duty.LEAD) else Duty.INVESTIGATE


def diagram() -> str:
    """Draw the life of an award as a Mermaid state diagram."""
    ways = [(step, start, end) for step, each in STEPS.items() for start, end in each.items() if start is not end]
    ends = [state for state in AwardState if not any(state in each for each in STEPS.values())]
    steps = [f"    {start} --> {end}: {step}" for step, start, end in ways]
    first = f"    [*] --> {AwardState.SUBMITTED}"
    return "\n".join(["stateDiagram-v2", first, *steps, *(f"    {state} --> [*]" for state in ends), ""])
