"""What needs a second person (双人复核): who may propose it, who may confirm it, and what ends it.

It knows kinds, people and desks; what a motion does once it is confirmed is `office`'s. The decisions:

* Nobody confirms what they proposed, or what is about themselves. Whoever proposed may withdraw it.
* An administrator acts for the own authority and those below; for discipline its own, or the province's: they give
  codes and certify keys, and still cannot seat anybody there, because that takes a holder of the desk's key.
* A seat is proposed by an administrator and given by a holder of the desk's key. A first key is drawn by the officer
  who will sit there, the next by a holder; another holder or an administrator confirms.
* A step of a case is proposed by whoever sits at the desk that it comes from and confirmed at the desk it goes to:
  a conclusion by the lead, an extension by the lead of the level above. It takes no fresh code: it opens no identity
  and widens no access. A reward is revoked by two of the award desk, or with the one above.
* A payment is released, or ended unpaid, and a list for the bank recalled, by two holders of the payout desk's key,
  each with a fresh code; administrators see none of it.
* An office is added by the administrators of the one above it, a name and a counter given by those of the one that
  gets it. Editions
  of policy files are about the province's office, so its administrators alone adopt them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from portal.domain.access import Actor
from portal.domain.errors import IllegalTransitionError, NotAllowedError, OwnMotionError, StrangerError
from portal.domain.jurisdiction import AuthorityTree
from portal.domain.staff_vocabulary import StaffStep
from portal.domain.vocabulary import (
    Duty,
    MotionKind,
    MotionState,
    MotionStep,
    OfficerState,
)


class Side(StrEnum):
    """In what capacity an officer stands towards a motion."""

    ADMINISTRATOR = "administrator"  # of the authority, or of one above it
    HOLDER = "holder"  # holds the desk's key
    SUBJECT = "subject"  # whom it is about
    SENDER = "sender"  # sits at the desk that it comes from


LIFE = timedelta(hours=72)
_ADMINISTRATORS, _HOLDERS, _SUBJECT, _SENDERS = (
    frozenset({side}) for side in (Side.ADMINISTRATOR, Side.HOLDER, Side.SUBJECT, Side.SENDER)
)
CASE_KINDS = frozenset(
    {
        MotionKind.EXTEND,
        MotionKind.CONCLUDE,
        MotionKind.BLOCK,
        MotionKind.REVIEW,
        MotionKind.REWARD,
        MotionKind.REVOKE,
    }
)
WEIGHING = frozenset({MotionKind.CONCLUDE, MotionKind.REVIEW, MotionKind.REWARD})  # beside the whole case file
PAYMENTS = frozenset({MotionKind.PAY, MotionKind.CANCEL, MotionKind.RECALL})
PASSING = CASE_KINDS | PAYMENTS  # of those there are many, and once they are over nothing rests on them
# Kind → in what capacity one proposes it, and in what capacity another confirms it.
RULES: Mapping[MotionKind, tuple[frozenset[Side], frozenset[Side]]] = MappingProxyType(
    {
        MotionKind.CERTIFY: (_ADMINISTRATORS, _ADMINISTRATORS),
        MotionKind.SEAT: (_ADMINISTRATORS, _HOLDERS),
        MotionKind.OPEN: (_SUBJECT, _ADMINISTRATORS),
        MotionKind.TURN: (_HOLDERS, _HOLDERS | _ADMINISTRATORS),
        MotionKind.RESUME: (_ADMINISTRATORS, _ADMINISTRATORS),
        MotionKind.FOUND: (_ADMINISTRATORS, _ADMINISTRATORS),
        MotionKind.RENAME: (_ADMINISTRATORS, _ADMINISTRATORS),
        MotionKind.ADOPT: (_ADMINISTRATORS, _ADMINISTRATORS),
        MotionKind.LOCATE: (_ADMINISTRATORS, _ADMINISTRATORS),
        **dict.fromkeys(sorted(PAYMENTS), (_HOLDERS, _HOLDERS)),
        **dict.fromkeys(sorted(CASE_KINDS), (_SENDERS, _HOLDERS)),
    }
)
BECOMES: Mapping[MotionStep, MotionState] = MappingProxyType(
    {
        MotionStep.CONFIRM: MotionState.CONFIRMED,
        MotionStep.REFUSE: MotionState.REFUSED,
        MotionStep.WITHDRAW: MotionState.WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True)
class MotionFacts:
    """What the rules look at."""

    kind: MotionKind
    state: MotionState
    authority_id: UUID
    proposer_id: UUID | None  # None: it is only about to be proposed
    officer_id: UUID | None
    desk_id: UUID | None
    expires_at: datetime
    from_desk_id: UUID | None = None  # of a step of a case


def steps_on(state: OfficerState, *, certified: bool) -> frozenset[StaffStep]:
    """What an administrator may do about an officer in this state: what becomes a form."""
    if state is OfficerState.LEFT:
        return frozenset()
    always = {StaffStep.RENEW, StaffStep.LEAVE}
    if state is OfficerState.ENROLLING:
        return frozenset(always)
    if state is OfficerState.SUSPENDED:
        return frozenset({StaffStep.LEAVE, StaffStep.RESUME, StaffStep.UNSEAT})
    working = always | {StaffStep.SUSPEND, StaffStep.END_SESSIONS}
    return frozenset(working | ({StaffStep.SEAT, StaffStep.UNSEAT} if certified else {StaffStep.CERTIFY}))


def administers(tree: AuthorityTree, actor: Actor, authority_id: UUID) -> bool:
    """Whether the actor is an administrator for this authority."""
    if authority_id not in tree.nodes:
        return False
    own = {seat.authority_id for seat in actor.seats if seat.duty is Duty.ADMINISTER}
    above = set(tree.upwards(authority_id))
    if authority_id == tree.discipline:
        above.add(tree.province)
    return bool(own & above)


def sides(tree: AuthorityTree, actor: Actor, facts: MotionFacts) -> frozenset[Side]:
    """In what capacities the actor stands towards a motion; a step of a case is no administrator's to see."""
    if facts.kind in CASE_KINDS:
        own = facts.proposer_id in {None, actor.officer_id}  # others at that desk do not see the case
        desks = {seat.desk_id for seat in actor.seats}
        found = {Side.HOLDER: facts.desk_id in desks, Side.SENDER: own and facts.from_desk_id in desks}
        return frozenset(side for side, is_so in found.items() if is_so)
    said = {
        Side.ADMINISTRATOR: facts.kind not in PAYMENTS and administers(tree, actor, facts.authority_id),
        Side.HOLDER: any(seat.desk_id == facts.desk_id for seat in actor.seats),
        Side.SUBJECT: actor.officer_id == facts.officer_id,
    }
    return frozenset(side for side, is_so in said.items() if is_so)


def admit_proposal(tree: AuthorityTree, actor: Actor, facts: MotionFacts) -> Side:
    """Return in what capacity the actor may propose this. Raises NotAllowedError or OwnMotionError."""
    proposes, _ = RULES[facts.kind]
    standing = sides(tree, actor, facts)
    if Side.SUBJECT in standing and Side.SUBJECT not in proposes:
        raise OwnMotionError("nobody proposes this about themselves")
    if not standing & proposes:
        raise NotAllowedError(f"{facts.kind} is not yours to propose")
    return min(standing & proposes)


def admit(tree: AuthorityTree, actor: Actor, step: MotionStep, facts: MotionFacts, *, now: datetime) -> Side | None:
    """Return in what capacity the actor may do this; None for the proposer.

    Raises StrangerError when the motion is none of theirs, OwnMotionError and NotAllowedError when the step is not,
    IllegalTransitionError when it has ended or its time is over.
    """
    standing = sides(tree, actor, facts)
    own = actor.officer_id == facts.proposer_id
    if not standing and not own:
        raise StrangerError("no such motion")
    if step is MotionStep.SHOW:
        return None if own else min(standing)
    if facts.state is not MotionState.PROPOSED or facts.expires_at <= now:
        raise IllegalTransitionError("the motion has ended")
    if step is MotionStep.WITHDRAW:
        if not own:
            raise NotAllowedError("only who proposed it withdraws it")
        return None
    if own or Side.SUBJECT in standing:
        raise OwnMotionError("a second person must confirm it")
    able = standing & RULES[facts.kind][1]
    if not able:
        raise NotAllowedError(f"{facts.kind} is not yours to confirm")
    return min(able)


def offered(tree: AuthorityTree, actor: Actor, facts: MotionFacts, *, now: datetime) -> frozenset[MotionStep]:
    """The steps that the actor may take: what becomes a button."""
    return frozenset(step for step in BECOMES if _may(tree, actor, step, facts, now))


def _may(tree: AuthorityTree, actor: Actor, step: MotionStep, facts: MotionFacts, now: datetime) -> bool:
    try:
        admit(tree, actor, step, facts, now=now)
    except (StrangerError, NotAllowedError, IllegalTransitionError):
        return False
    return True
