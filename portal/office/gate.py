"""The loader is the gate: no function gives out a case without an actor and an action."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.domain import access, disclosure
from portal.domain.access import Actor, CaseFacts
from portal.domain.audit import Party
from portal.domain.disclosure import DisclosureFacts, Part
from portal.domain.errors import IllegalTransitionError, NotAllowedError, RecusedError, StaleError, StrangerError
from portal.domain.vocabulary import Action, ActorKind, DisclosureStep, Duty, ReportState
from portal.office import history, interests, together, vouching
from portal.office.house import House
from portal.office.recording import Draft, require_anew
from portal.store.base import Recorded
from portal.store.cases import Assignment, Case
from portal.store.disclosures import Consent, DisclosedField, Disclosure
from portal.store.driving import Question, each, first, forget
from portal.store.ledger import Entry
from portal.store.officers import DeskEpoch, Seat
from portal.store.recusals import Recusal, out_of
from portal.store.reports import Report
from portal.store.session import lock

REACHING = frozenset(
    {DisclosureStep.LIFT, DisclosureStep.RELEASE, DisclosureStep.READ, DisclosureStep.ANSWER}
)  # towards an identity
_CASE = select(Case).where(Case.id == bindparam("case"))
_REPORT = select(Report).where(Report.case_id == bindparam("case")).order_by(Report.arrived_at, Report.id).limit(1)
_RECUSED = out_of(bindparam("case"))
_ENTERED = _RECUSED.join(Entry, Entry.id == Recusal.entry_id)  # not by this transaction, which enters it last
LOOKING = frozenset({Action.LIST, Action.OPEN, Action.PHONE})  # they change no row of the case


@dataclass(frozen=True, slots=True)
class Admitted:
    """A case that this actor may do this to, with its report and the duty in which they do it."""

    case: Case
    report: Report
    actor: Actor
    duty: Duty
    recused: frozenset[UUID]  # the officers who keep out of it
    others: bool = False  # its own reporter has withdrawn, and another whose report goes with it has not

    @property
    def facts(self) -> CaseFacts:
        """What access rules look at."""
        return replace(facts_of(self.case, self.report), others=self.others)

    @property
    def party(self) -> Party:
        """Who the ledger says acted."""
        return Party(ActorKind.OFFICER, self.actor.officer_id, self.case.authority_id, self.duty)

    def draft(self, event: str, now: datetime, **facts: object) -> Draft:
        """An entry about this case by this actor."""
        return Draft(event, now, self.party, ("cases", self.case.id), facts=facts)


def admit(
    session: Session, house: House, actor: Actor, action: Action, case_id: UUID, *, held: bool = False
) -> Admitted:
    """Load a case for an actor. Raises StrangerError (404) or NotAllowedError (403).

    A case that is worked on is held until the commit, and must be as it was recorded (LedgerError): one that was moved
    to a desk in the database is nobody's there, and no step of theirs vouches for it. `held`: for a step that whoever
    reads the case may take.
    """
    works = held or action not in LOOKING
    case = session.get(Case, case_id, with_for_update=lock(session)) if works else first(session, _CASE, case=case_id)
    if case is None:
        raise StrangerError("no such case")
    (report,) = each(session, _REPORT, case=case_id)
    others = report.state is ReportState.WITHDRAWN and bool(together.standing(session, case_id))
    duty = access.admit(actor, action, replace(facts_of(case, report), others=others))
    recused = require_impartial(session, actor, case_id)
    if works:
        vouching.require_recorded(session, house.entry_keys, case)
    return Admitted(case, report, actor, duty, recused, others)


def require_still(session: Session, admitted: Admitted) -> None:
    """Raise StrangerError where a case that was only looked at is another office's by now: they lost the keys of it."""
    session.refresh(admitted.case)
    access.admit(admitted.actor, Action.OPEN, facts_of(admitted.case, admitted.report))


def looks(case_id: UUID) -> tuple[Question, ...]:
    """What `admit` asks of whoever only looks."""
    return tuple((query, {"case": case_id}) for query in (_CASE, _REPORT, _RECUSED))


def admit_worker(session: Session, house: House, actor: Actor, action: Action, case_id: UUID) -> Admitted:
    """The same for a step that is also theirs to whom the case is assigned. Raises LedgerError for one planted."""
    case = session.get(Case, case_id, with_for_update=lock(session))
    if case is None:
        raise StrangerError("no such case")
    report = session.scalars(select(Report).where(Report.case_id == case.id)).one()
    own = select(Assignment).where(Assignment.case_id == case_id, Assignment.officer_id == actor.officer_id)
    row = session.scalars(own.where(Assignment.ended_at.is_(None))).one_or_none()
    if row is not None:
        house.newest.require(session, row)
    workers = frozenset({actor.officer_id}) if row is not None else frozenset()
    duty = access.admit(actor, action, replace(facts_of(case, report), workers=workers))
    recused = require_impartial(session, actor, case_id)
    vouching.require_recorded(session, house.entry_keys, case)
    return Admitted(case, report, actor, duty, recused)


def admit_second(session: Session, house: House, actor: Actor, case_id: UUID) -> Admitted:
    """A case for whoever confirms a step of it: `domain.countersign` has said that they may, at which desk.

    The level above agrees to an extension of a case that it does not read otherwise.
    """
    case = session.get_one(Case, case_id, with_for_update=lock(session))
    report = session.scalars(select(Report).where(Report.case_id == case.id)).one()
    recused = require_impartial(session, actor, case_id)
    vouching.require_recorded(session, house.entry_keys, case)
    return Admitted(case, report, actor, Duty.LEAD, recused)


def hold(session: Session, case: Case) -> None:
    """Hold a case that was read until the commit, as it is by then; what was asked ahead may be older."""
    session.refresh(case, with_for_update=lock(session))
    forget(session)


def case_of(session: Session, case_id: UUID) -> Case:
    """A case held until the commit, for whoever was admitted by an assignment of theirs."""
    return session.get_one(Case, case_id, with_for_update=lock(session))


def recused_of(session: Session, case_id: UUID) -> frozenset[UUID]:
    """The officers who keep out of a case, or of one that is handled together with it (回避)."""
    return frozenset(each(session, _RECUSED, case=case_id))


def require_impartial(session: Session, actor: Actor, case_id: UUID) -> frozenset[UUID]:
    """Raise RecusedError for whoever keeps out of the case: nothing of it is shown to them, nor theirs to do.

    Asked once more when the entry of it is written, for they may be kept out meanwhile. Returns who else keeps out.
    """
    recused = recused_of(session, case_id)
    _refuse(actor, recused)
    again = ("recused", actor.officer_id, case_id)
    asking: Question = _ENTERED, {"case": case_id}
    require_anew(session, again, lambda: _refuse(actor, each(session, _ENTERED, case=case_id)), asking)
    return recused


def _refuse(actor: Actor, recused: Collection[UUID]) -> None:
    if actor.officer_id in recused:
        raise RecusedError("the officer keeps out of this case")


def require_seated(session: Session, house: House, actor: Actor, desk_id: UUID) -> None:
    """Raise NotAllowedError unless the actor sits at a desk in this transaction, LedgerError for a planted seat.

    For steps about money that open nothing: whoever sits there by the rows alone is held back by no key that they lack.
    """
    held = select(Seat, DeskEpoch).join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
    mine = Seat.officer_id == actor.officer_id, Seat.left_at.is_(None)
    row = session.execute(held.where(DeskEpoch.desk_id == desk_id, DeskEpoch.current, *mine)).one_or_none()
    if row is None:
        raise NotAllowedError("no seat there any more")
    house.newest.require(session, *row)


def facts_of(case: Case, report: Report) -> CaseFacts:
    """What access rules look at."""
    withdrawn = report.state is ReportState.WITHDRAWN
    return CaseFacts(case.id, case.state, case.desk_id, case.lead_desk_id, case.raised_desk_id, withdrawn)


@dataclass(frozen=True, slots=True)
class Request:
    """A request to learn something of an identity, with its fields, as this actor may see it."""

    row: Disclosure
    fields: tuple[DisclosedField, ...]
    case: Case
    actor: Actor
    part: Part
    answers: bool  # yes or no is enough
    agreed: bool  # the reporter has, or need not be asked
    now: datetime

    @property
    def facts(self) -> DisclosureFacts:
        """What the rules look at."""
        return request_facts(self.row, answers=self.answers, agreed=self.agreed)

    def draft(self, event: str, **facts: object) -> Draft:
        """An entry about this request by this actor, in the audit trail of the office that handles the case."""
        subject = ("disclosures", self.row.id)
        return Draft(event, self.now, self.party, subject, facts=facts, authority_id=self.case.authority_id)

    @property
    def party(self) -> Party:
        """Who the ledger says acted."""
        duty = disclosure.DUTIES[self.part]
        seat = next(seat for seat in self.actor.seats if seat.duty is duty and seat.desk_id in self._desks)
        return Party(ActorKind.OFFICER, self.actor.officer_id, seat.authority_id, duty)

    @property
    def _desks(self) -> frozenset[UUID]:
        return frozenset({self.row.requester_desk_id, self.row.lead_desk_id, self.row.custody_desk_id})


def admit_request(
    session: Session,
    house: House,
    actor: Actor,
    step: DisclosureStep,
    request_id: UUID,
    *,
    now: datetime,
    seen: int | None = None,
) -> Request:
    """Load a request for an actor, held until the commit. Raises what `domain.disclosure.admit` raises.

    Raises StaleError when it is no longer at the version that was `seen`, and LedgerError when it is not as it was
    recorded: whoever can write to the database could name another requester after the lead has agreed. Raises
    InterestError for whoever declared what the report is about.
    """
    row = session.get(Disclosure, request_id, with_for_update=lock(session))
    if row is None:
        raise StrangerError("no such request")
    said = consents(session, row)
    agreed = row.consent_by is None or disclosure.agrees([one.agreed for one in said])
    facts = request_facts(row, answers=answers(house, row), agreed=agreed)
    disclosure.admit(actor, DisclosureStep.SHOW, facts, now=now)
    require_impartial(session, actor, row.case_id)
    if seen is not None and row.version != seen:
        raise StaleError("the request is no longer as it was shown")
    part = disclosure.admit(actor, step, facts, now=now)
    fields = session.scalars(
        select(DisclosedField).where(DisclosedField.disclosure_id == row.id).order_by(DisclosedField.field)
    ).all()
    _require_newest(session, house, row, fields, said)
    if step in REACHING:
        interests.require_clear(session, house, row.case_id, actor.officer_id)
        house.newest.require(session, session.get_one(Report, row.report_id))
        if ends_with_withdrawal(session, house, row):
            raise IllegalTransitionError("the reporter has withdrawn")
    return Request(row, tuple(fields), session.get_one(Case, row.case_id), actor, part, facts.answers, agreed, now)


def consents(session: Session, row: Disclosure) -> Sequence[Consent]:
    """What the reporter said of a request that needs their consent, oldest first."""
    return session.scalars(select(Consent).where(Consent.disclosure_id == row.id).order_by(Consent.position)).all()


def _require_newest(
    session: Session, house: House, row: Disclosure, fields: Sequence[DisclosedField], said: Sequence[Consent]
) -> None:
    """Raise LedgerError unless a request is as it was recorded last; of one that is over nothing comes any more.

    A word of the reporter taken away is missed: it may be the one by which they no longer agree.
    """
    if row.state in disclosure.OPEN:
        house.newest.require(session, row, *fields, *said)
        house.newest.require_parts(session, row.id, "consents", said)
    else:
        rows: tuple[Recorded, ...] = (row, *fields, *said)
        vouching.require_newest(session, house.entry_keys, rows, row.id, history.REQUEST_MOVES)


def ends_with_withdrawal(session: Session, house: House, row: Disclosure) -> bool:
    """Whether the reporter has withdrawn and the reason does not reach beyond that."""
    report = session.get_one(Report, row.report_id)
    reason = house.policies.reasons_of(row.edition).disclosure[row.reason]
    return report.state is ReportState.WITHDRAWN and not reason.after_withdrawal


def answers(house: House, row: Disclosure) -> bool:
    """Whether yes or no is enough for the reason of a request."""
    return house.policies.reasons_of(row.edition).disclosure[row.reason].own_procedure


def request_facts(row: Disclosure, *, answers: bool, agreed: bool) -> DisclosureFacts:
    """What the rules look at."""
    return DisclosureFacts(
        state=row.state,
        expires_at=row.expires_at,
        requester_id=row.requester_id,
        requester_desk_id=row.requester_desk_id,
        lead_desk_id=row.lead_desk_id,
        custody_desk_id=row.custody_desk_id,
        lifter_id=row.lifter_id,
        releaser_id=row.releaser_id,
        answers=answers,
        agreed=agreed,
    )
