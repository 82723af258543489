"""Who may read what and do what: the one place that decides.

`readers` names the desks a new content key is wrapped to; `may` answers (actor, action, case) with a reason. A key
grant is the permission; this module only says which grants there shall be and which buttons there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from portal.domain.errors import IllegalTransitionError, NotAllowedError, StrangerError
from portal.domain.lifecycle import STEPS, actions_from
from portal.domain.vocabulary import Action, CaseState, Compartment, Duty, GrantState, Holder


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """One seat of an officer."""

    desk_id: UUID
    authority_id: UUID
    duty: Duty


@dataclass(frozen=True, slots=True)
class Actor:
    """An officer who is signed in, with the seats held at this moment."""

    officer_id: UUID
    authority_id: UUID
    username: str
    seats: tuple[SeatFacts, ...]

    def desks(self, *duties: Duty) -> tuple[UUID, ...]:
        """The desks this officer sits at for any of the duties."""
        return tuple(seat.desk_id for seat in self.seats if seat.duty in duties)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What access rules look at; nothing of it is sealed."""

    case_id: UUID
    state: CaseState
    intake_desk_id: UUID
    lead_desk_id: UUID
    raised_desk_id: UUID | None = None  # the lead desk above, once it was escalated
    withdrawn: bool = False  # the report was taken back by whoever sent it
    workers: frozenset[UUID] = frozenset()  # the officers it is assigned to
    others: bool = False  # a report that was merged into it still stands


@dataclass(frozen=True, slots=True)
class Reader:
    """A desk that a content key is wrapped to."""

    desk_id: UUID
    state: GrantState


@dataclass(frozen=True, slots=True)
class ReportDesks:
    """The desks of a report: chosen when it arrived, never widened later (DESIGN §1), moved by a transfer alone.

    A transfer moves who reads; the identity stays where it was received, so `keeper` is the lead desk that holds the
    first shares where that is no longer the one that reads.
    """

    intake: UUID
    lead: UUID
    custody: UUID
    above: UUID | None
    keeper: UUID | None = None


# Whose each step is: of the receiving side, and of whoever is assigned (DESIGN §1).
PERFORMERS: Mapping[Action, frozenset[Duty]] = MappingProxyType(
    {
        Action.OPEN: frozenset({Duty.INTAKE, Duty.LEAD}),
        **{action: step.by for action, step in STEPS.items() if step.by},
        Action.WRITE: frozenset({Duty.INTAKE}),
        Action.PHONE: frozenset({Duty.INTAKE}),
        Action.REQUEST: frozenset({Duty.INTAKE}),
        Action.RAISE: frozenset({Duty.INTAKE, Duty.LEAD}),
        Action.DISPOSE: frozenset({Duty.INTAKE, Duty.LEAD}),
        Action.PROTECT: frozenset({Duty.INTAKE, Duty.LEAD}),
    }
)
# Steps that are no transition of the case: in any state, for whoever was turned away may need protection too.
ANY_TIME: frozenset[Action] = frozenset(
    {Action.OPEN, Action.WRITE, Action.PHONE, Action.REQUEST, Action.RAISE, Action.DISPOSE, Action.PROTECT}
)
# Steps towards the reporter: whoever has withdrawn is left in peace.
CONTACTS: frozenset[Action] = frozenset({Action.ASK, Action.WRITE, Action.PHONE, Action.FEED_BACK})
# What the desk above reads once it was escalated to it, and stands by for until then.
STANDING_BY: frozenset[Compartment] = frozenset({Compartment.REPORT, Compartment.CASE})
OF_REWARDS: frozenset[Compartment] = frozenset({Compartment.PROPOSAL, Compartment.AWARD})  # see office.award_keys


def readers(compartment: Compartment, desks: ReportDesks, *, escalated: bool = False) -> tuple[Reader, ...]:
    """The desks that read a compartment of a report; the reporter's receipt reads all of them (DESIGN §4).

    The desk above stands by until the report has been `escalated` to it; what it is asked to agree to it reads at once.
    What belongs to a reward is read by whoever judges it: nobody reads it for handling the report, nor gets it with it.
    """
    if compartment in OF_REWARDS:
        return ()
    intake = Reader(desks.intake, GrantState.ACTIVE)
    if compartment is Compartment.PHONE:
        return (intake,)
    lead = Reader(desks.lead, GrantState.ACTIVE)
    if compartment is Compartment.MOTION and desks.above is not None:
        return (intake, lead, Reader(desks.above, GrantState.ACTIVE))
    if compartment in STANDING_BY and desks.above is not None:
        return (intake, lead, Reader(desks.above, GrantState.ACTIVE if escalated else GrantState.STANDBY))
    return (intake, lead)


def holders(desks: ReportDesks) -> Mapping[Holder, UUID]:
    """Which desk holds which share of the reporter's identity."""
    return {Holder.LEAD: desks.keeper or desks.lead, Holder.CUSTODY: desks.custody}


def _duties_at(actor: Actor, case: CaseFacts) -> frozenset[Duty]:
    handling = {case.intake_desk_id, case.lead_desk_id, case.raised_desk_id}
    seated = frozenset(seat.duty for seat in actor.seats if seat.desk_id in handling)
    working = actor.officer_id in case.workers and bool(actor.desks(Duty.INVESTIGATE))
    return seated | {Duty.INVESTIGATE} if working else seated


def handles(actor: Actor, case: CaseFacts) -> bool:
    """Whether one of the actor's desks works on the case, or leads it: whoever kept a share may do neither."""
    return bool(_duties_at(actor, case))


def admit(actor: Actor, action: Action, case: CaseFacts) -> Duty:
    """Return the duty in which the actor may do this, or refuse.

    Raises StrangerError when the case is none of theirs (they must not learn that it exists) and NotAllowedError when
    it is, but the step is another duty's; IllegalTransitionError for contact with a reporter who has withdrawn.
    """
    duties = _duties_at(actor, case)
    if not duties:
        raise StrangerError("no such case")
    for duty in (Duty.INTAKE, Duty.LEAD, Duty.INVESTIGATE):
        if duty in duties & PERFORMERS.get(action, frozenset()):
            if action in _over(case):
                raise IllegalTransitionError("the reporter has withdrawn")
            return duty
    raise NotAllowedError(f"{action} is not for {', '.join(sorted(duties))}")


def offered(actor: Actor, case: CaseFacts) -> tuple[Action, ...]:
    """The steps this actor may take now, in the order of the vocabulary: what becomes a button."""
    possible = (set(actions_from(case.state)) | ANY_TIME) - _over(case)
    duties = _duties_at(actor, case)
    return tuple(action for action in Action if action in possible and duties & PERFORMERS.get(action, frozenset()))


def _over(case: CaseFacts) -> frozenset[Action]:
    """The steps that nobody takes any more: to others whose reports go with it the outcome is told all the same."""
    if not case.withdrawn:
        return frozenset()
    return CONTACTS - {Action.FEED_BACK} if case.others else CONTACTS


def require_seat(actor: Actor, duties: Iterable[Duty]) -> tuple[UUID, ...]:
    """The actor's desks for any of the duties; raises NotAllowedError when there are none."""
    desks = actor.desks(*duties)
    if not desks:
        raise NotAllowedError("this page is for " + ", ".join(duties))
    return desks
