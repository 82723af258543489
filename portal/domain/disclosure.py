"""Who may learn something of a reporter's identity (知悉), and by which steps: named fields, three people, hours.

The office's lead lifts, the custodian releases, the requester reads; none of them does two of these (DESIGN §4). It
decides from facts; keys and rows are elsewhere.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from portal.domain.access import Actor
from portal.domain.errors import (
    EnoughError,
    FieldsError,
    IllegalTransitionError,
    LapsedError,
    NotAllowedError,
    SamePersonError,
    StrangerError,
)
from portal.domain.vocabulary import DisclosureState, DisclosureStep, Duty, IdentityField

DECIDED_WITHIN = timedelta(hours=72)  # nobody decides: it lapses, and what was lifted is gone
COMPARED = (IdentityField.NAME, IdentityField.PHONE)  # what somebody says who has lost the code
STATEMENTS = 20  # of the reporter on one request: each makes whoever decides look once more


class Part(StrEnum):
    """What an officer is to one request."""

    REQUESTER = "requester"
    LEAD = "lead"
    CUSTODIAN = "custodian"


@dataclass(frozen=True, slots=True)
class DisclosureFacts:
    """What the rules look at; nothing of it is sealed."""

    state: DisclosureState
    expires_at: datetime
    requester_id: UUID
    requester_desk_id: UUID
    lead_desk_id: UUID  # the two desks that hold the halves of the identity's keys
    custody_desk_id: UUID
    lifter_id: UUID | None = None
    releaser_id: UUID | None = None
    answers: bool = False  # yes or no is enough: the custodian compares, and nobody reads


TRANSITIONS: Mapping[tuple[DisclosureState, DisclosureStep], DisclosureState] = MappingProxyType(
    {
        (DisclosureState.ASKED, DisclosureStep.LIFT): DisclosureState.LIFTED,
        (DisclosureState.ASKED, DisclosureStep.REFUSE): DisclosureState.REFUSED,
        (DisclosureState.ASKED, DisclosureStep.CLOSE): DisclosureState.CLOSED,
        (DisclosureState.LIFTED, DisclosureStep.RELEASE): DisclosureState.RELEASED,
        (DisclosureState.LIFTED, DisclosureStep.REFUSE): DisclosureState.REFUSED,
        (DisclosureState.LIFTED, DisclosureStep.CLOSE): DisclosureState.CLOSED,
        (DisclosureState.LIFTED, DisclosureStep.ANSWER): DisclosureState.ANSWERED,
        (DisclosureState.RELEASED, DisclosureStep.READ): DisclosureState.RELEASED,
        (DisclosureState.RELEASED, DisclosureStep.CLOSE): DisclosureState.CLOSED,
        (DisclosureState.ANSWERED, DisclosureStep.REISSUE): DisclosureState.DONE,
        (DisclosureState.ANSWERED, DisclosureStep.CLOSE): DisclosureState.CLOSED,
    }
)
# Steps of requests that are read, and of those that are answered.
READING = frozenset({DisclosureStep.RELEASE, DisclosureStep.READ})
ANSWERING = frozenset({DisclosureStep.ANSWER, DisclosureStep.REISSUE})
READABLE = frozenset({DisclosureState.RELEASED})
OPEN: frozenset[DisclosureState] = frozenset(state for state, _ in TRANSITIONS)
UNDECIDED: frozenset[DisclosureState] = OPEN - READABLE - {DisclosureState.ANSWERED}
# Whose step it is; refusing is the part's whose turn it is.
PERFORMERS: Mapping[tuple[DisclosureState, DisclosureStep], Part] = MappingProxyType(
    {
        (DisclosureState.ASKED, DisclosureStep.LIFT): Part.LEAD,
        (DisclosureState.ASKED, DisclosureStep.REFUSE): Part.LEAD,
        (DisclosureState.ASKED, DisclosureStep.CLOSE): Part.REQUESTER,
        (DisclosureState.LIFTED, DisclosureStep.RELEASE): Part.CUSTODIAN,
        (DisclosureState.LIFTED, DisclosureStep.ANSWER): Part.CUSTODIAN,
        (DisclosureState.LIFTED, DisclosureStep.REFUSE): Part.CUSTODIAN,
        (DisclosureState.LIFTED, DisclosureStep.CLOSE): Part.REQUESTER,
        (DisclosureState.RELEASED, DisclosureStep.READ): Part.REQUESTER,
        (DisclosureState.RELEASED, DisclosureStep.CLOSE): Part.REQUESTER,
        (DisclosureState.ANSWERED, DisclosureStep.REISSUE): Part.REQUESTER,
        (DisclosureState.ANSWERED, DisclosureStep.CLOSE): Part.REQUESTER,
    }
)
# Whose turn it is while a request stands.
TURNS: Mapping[DisclosureState, Part] = MappingProxyType(
    {
        DisclosureState.ASKED: Part.LEAD,
        DisclosureState.LIFTED: Part.CUSTODIAN,
        DisclosureState.RELEASED: Part.REQUESTER,
        DisclosureState.ANSWERED: Part.REQUESTER,
    }
)
DUTIES: Mapping[Part, Duty] = MappingProxyType(
    {Part.REQUESTER: Duty.INTAKE, Part.LEAD: Duty.LEAD, Part.CUSTODIAN: Duty.CUSTODY}
)


def parts(actor: Actor, facts: DisclosureFacts) -> frozenset[Part]:
    """What the actor is to a request; a requester who has left the desk is nothing to it any more."""
    mine = set()
    if actor.officer_id == facts.requester_id and facts.requester_desk_id in actor.desks(Duty.INTAKE):
        mine.add(Part.REQUESTER)
    if facts.lead_desk_id in actor.desks(Duty.LEAD):
        mine.add(Part.LEAD)
    if facts.custody_desk_id in actor.desks(Duty.CUSTODY):
        mine.add(Part.CUSTODIAN)
    return frozenset(mine)


def admit(actor: Actor, step: DisclosureStep, facts: DisclosureFacts, *, now: datetime) -> Part:
    """Return as what the actor may take this step, or refuse.

    Raises StrangerError (the request is none of theirs), IllegalTransitionError (it is not at this step),
    NotAllowedError (the step is another's), SamePersonError and LapsedError.
    """
    mine = parts(actor, facts)
    if not mine:
        raise StrangerError("no such request")
    if step is DisclosureStep.SHOW:
        return min(mine, key=list(Part).index)
    performer = _performer(facts, step)
    if performer is None and facts.state is DisclosureState.LAPSED:
        raise LapsedError("its time is over")
    if performer is None:
        raise IllegalTransitionError(f"cannot {step} a request that is {facts.state}")
    if performer not in mine:
        raise NotAllowedError(f"{step} is the {performer}'s")
    _require_apart(actor.officer_id, performer, facts)
    if now >= facts.expires_at:
        raise LapsedError("its time is over")
    return performer


def offered(actor: Actor, facts: DisclosureFacts, *, now: datetime) -> tuple[DisclosureStep, ...]:
    """The steps the actor may take now: what becomes a button."""
    mine = parts(actor, facts)
    return tuple(
        step
        for step in DisclosureStep
        if now < facts.expires_at
        and (performer := _performer(facts, step)) in mine
        and not _did_another(actor.officer_id, performer, facts)
    )


def _performer(facts: DisclosureFacts, step: DisclosureStep) -> Part | None:
    """Whose step it is; None when the request is not at it, or is not of the kind."""
    if step in (READING if facts.answers else ANSWERING):
        return None
    return PERFORMERS.get((facts.state, step))


def answered(said: Collection[bool]) -> DisclosureState:
    """What comes of an answer: only if everything is as it was given may a code be issued."""
    return DisclosureState.ANSWERED if all(said) else DisclosureState.REFUSED


def _require_apart(officer_id: UUID, part: Part | None, facts: DisclosureFacts) -> None:
    if _did_another(officer_id, part, facts):
        raise SamePersonError("who asked, who lifts and who releases are three people")


def _did_another(officer_id: UUID, part: Part | None, facts: DisclosureFacts) -> bool:
    done = {
        Part.REQUESTER: facts.requester_id,
        Part.LEAD: facts.lifter_id,
        Part.CUSTODIAN: facts.releaser_id,
    }
    return officer_id in {officer for other, officer in done.items() if other is not part}


def advance(state: DisclosureState, step: DisclosureStep) -> DisclosureState:
    """Return the state that follows, or raise IllegalTransitionError."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise IllegalTransitionError(f"cannot {step} a request that is {state}") from None


def may_state(*, withdrawn: bool, given: Collection[IdentityField]) -> bool:
    """Whether the reporter may say something of requests to learn who they are: as long as there is something of it."""
    return bool(given) or not withdrawn


def require_statable(*, withdrawn: bool, given: Collection[IdentityField], stated: int) -> None:
    """Raise IllegalTransitionError for who has withdrawn and erased everything, EnoughError after many statements."""
    if not may_state(withdrawn=withdrawn, given=given):
        raise IllegalTransitionError("withdrawn, and nothing of the identity is left")
    if stated >= STATEMENTS:
        raise EnoughError("as many statements as go beside one request")


def require_fitting(
    asked: Collection[IdentityField],
    hours: int,
    *,
    reach: Collection[IdentityField],
    most: int,
    given: Collection[IdentityField],
) -> None:
    """Raise FieldsError unless the reason reaches every field asked for, for so long, and the reporter gave each."""
    if not asked:
        raise FieldsError("no field")
    if not set(asked) <= set(reach):
        raise FieldsError("the reason does not reach these fields")
    if not set(asked) <= set(given):
        raise FieldsError("the reporter did not give these fields")
    if not 1 <= hours <= most:
        raise FieldsError("longer than the reason allows")
