"""After a transfer an identity follows its case (移交保管): two people, half by half, and nobody sees a name.

The lead's session seals its half of each field's key to the lead desk there, and closes that under a key of the
custody desk here; the custodian's session opens that, seals its own half to the custody desk there, and both move in
one transaction: until the custodian agrees, the office there opens nothing (DESIGN §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from crypto import envelope
from portal.domain import access, clocks, disclosure, jurisdiction
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.errors import NotAllowedError, StaleError, StandingError, StrangerError
from portal.domain.vocabulary import ActorKind, Duty, Holder
from portal.office import gate, keeping, sealing, signing_in, vouching, writing
from portal.office.batch import Batch
from portal.office.desk_sheets import KeepingLine
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.signing_in import Proof
from portal.office.writing import Prepared
from portal.store.cases import Case
from portal.store.disclosures import Disclosure
from portal.store.identity import IdentityShare, Rehoming, RehomingShare
from portal.store.outbox import Outbox
from portal.store.recusals import matter, matters_of
from portal.store.reports import Report
from portal.store.session import lock

OFFERED, MOVED = "keeping_offered", "keeping_moved"
DUTIES = (Duty.LEAD, Duty.CUSTODY)
MOST = 100


@dataclass(frozen=True, slots=True)
class Sealed:
    """A step, sealed, with the code of this moment."""

    report_id: UUID
    prepared: Prepared
    code: Proof


@dataclass(frozen=True, slots=True)
class _Kept:
    """A report whose identity is kept elsewhere than it is handled, and who acts."""

    report: Report
    case: Case
    actor: Actor
    duty: Duty

    def draft(self, event: str, now: datetime) -> Draft:
        """An entry of the keeper's office about the report."""
        desk = self.report.keeper_desk_id if self.duty is Duty.LEAD else self.report.custody_desk_id
        seat = next(one for one in self.actor.seats if one.desk_id == desk and one.duty is self.duty)
        party = Party(ActorKind.OFFICER, self.actor.officer_id, seat.authority_id, self.duty)
        facts = {"to": str(self.case.authority_id)}
        return Draft(event, now, party, ("reports", self.report.id), facts)


def listed(session: Session, actor: Actor) -> tuple[KeepingLine, ...]:
    """The identities that this officer's desks keep though another office follows the case, the oldest first.

    Nothing says which office: whoever handed a report to discipline need not learn what becomes of it. Raises
    NotAllowedError for other duties.
    """
    access.require_seat(actor, DUTIES)
    rows = session.execute(
        select(Report, Case, Rehoming)
        .join(Case, Case.id == Report.case_id)
        .outerjoin(Rehoming, Rehoming.report_id == Report.id)
        .where(
            or_(
                Report.keeper_desk_id.in_(actor.desks(Duty.LEAD)),
                Report.custody_desk_id.in_(actor.desks(Duty.CUSTODY)) & Report.keeper_desk_id.is_not(None),
            )
        )
        .where(matter().not_in(matters_of(actor.officer_id)))
        .order_by(Report.arrived_at, Report.id)
        .limit(MOST)
    )
    return tuple(
        KeepingLine(
            report_id=report.id,
            category=case.category,
            arrived_at=report.arrived_at,
            offered_at=found.offered_at if found else None,
            offers=found is None and report.keeper_desk_id in actor.desks(Duty.LEAD),
            moves=found is not None and report.custody_desk_id in actor.desks(Duty.CUSTODY),
        )
        for report, case, found in rows
    )


def prepare_offer(
    session: Session, house: House, actor: Actor, ring: Keyring, report_id: UUID, code: Proof, *, now: datetime
) -> Sealed:
    """Seal the lead's halves. Raises StrangerError, StandingError."""
    kept = _admit(session, house, actor, Duty.LEAD, report_id)
    report, batch, draft = kept.report, Batch(), kept.draft(OFFERED, now)
    custody_desk = _custody(session, house, kept, now)
    draft.facts = {**draft.facts, "custody": str(custody_desk)}
    keys = house.directories.keys(session, {report.lead_desk_id, report.custody_desk_id})
    lead, custody, transport = keys[report.lead_desk_id], keys[report.custody_desk_id], envelope.new_key()
    rehoming_id = batch.new_id()
    batch.add(
        draft,
        Rehoming,
        rehoming_id,
        report_id=report.id,
        lead_desk_id=report.lead_desk_id,
        custody_desk_id=custody_desk,
        mover_id=actor.officer_id,
        custody_epoch_id=custody.epoch_id,
        transport=envelope.wrap(transport, custody.key, house.binding("rehomings", rehoming_id.bytes, "transport")),
        offered_at=now,
    )
    for share_id, share, half in _halves(session, house, ring, kept, Holder.LEAD):
        wrapped = envelope.wrap(half, lead.key, sealing.share_place(house, share_id, Holder.LEAD, share.field_id))
        batch.add(
            draft,
            RehomingShare,
            share_id,
            rehoming_id=rehoming_id,
            field_id=share.field_id,
            desk_epoch_id=lead.epoch_id,
            body=envelope.seal(transport, wrapped, house.binding("rehoming_shares", share_id.bytes, "body")),
        )
    return Sealed(report_id, Prepared(writing.current_generation(session), batch, (draft,)), code)


def offer(session: Session, house: House, actor: Actor, sealed: Sealed, *, now: datetime) -> None:
    """Store it and tell the custody desk. Raises StaleError, SignInError for a code that does not fit."""
    kept = _admit(session, house, actor, Duty.LEAD, sealed.report_id, held=True)
    signing_in.require_code(session, house, actor, sealed.code, now=now)
    (draft,) = sealed.prepared.drafts
    keeping.drop(session, draft, sealed.report_id)
    fields = {row["field_id"] for row in sealed.prepared.batch.rows(RehomingShare)}
    _require_fields(session, sealed.report_id, fields)
    session.add(Outbox(kind=OFFERED, desk_id=kept.report.custody_desk_id, created_at=now, sent_at=None))
    writing.store(session, house, sealed.prepared)


def prepare_move(
    session: Session, house: House, actor: Actor, ring: Keyring, report_id: UUID, code: Proof, *, now: datetime
) -> Sealed:
    """Open the lead's halves on their way and seal the custodian's. Raises StrangerError, StaleError, StandingError."""
    kept = _admit(session, house, actor, Duty.CUSTODY, report_id)
    batch, draft = Batch(), kept.draft(MOVED, now)
    found = _offer(session, house, kept)
    draft.facts = {**draft.facts, "custody": str(found.custody_desk_id)}
    for share_id, row, wrapped in _arrived(session, house, ring, found):
        _add(batch, draft, share_id, row.field_id, Holder.LEAD, row.desk_epoch_id, wrapped)
    custody = house.directories.keys(session, {found.custody_desk_id})[found.custody_desk_id]
    for share_id, share, half in _halves(session, house, ring, kept, Holder.CUSTODY):
        wrapped = envelope.wrap(half, custody.key, sealing.share_place(house, share_id, Holder.CUSTODY, share.field_id))
        _add(batch, draft, share_id, share.field_id, Holder.CUSTODY, custody.epoch_id, wrapped)
    return Sealed(report_id, Prepared(writing.current_generation(session), batch, (draft,)), code)


def move(session: Session, house: House, actor: Actor, sealed: Sealed, *, now: datetime) -> None:
    """Both halves of every field at once: the old ones go. Raises StaleError, SignInError."""
    kept = _admit(session, house, actor, Duty.CUSTODY, sealed.report_id, held=True)
    signing_in.require_code(session, house, actor, sealed.code, now=now)
    found, report = _offer(session, house, kept), kept.report
    (draft,) = sealed.prepared.drafts
    made = {(row["field_id"], row["holder"]) for row in sealed.prepared.batch.rows(IdentityShare)}
    old = [*keeping.shares(session, report.id, Holder.LEAD), *keeping.shares(session, report.id, Holder.CUSTODY)]
    if {(share.field_id, share.holder) for share in old} != made:
        raise StaleError("the reporter has changed it meanwhile")
    for share in old:
        draft.erases(share, share.id)
        session.execute(delete(IdentityShare).where(IdentityShare.id == share.id))
    report.custody_desk_id, report.keeper_desk_id = found.custody_desk_id, None
    keeping.drop(session, draft, report.id)
    draft.names(report)
    writing.store(session, house, sealed.prepared)


def _admit(session: Session, house: House, actor: Actor, duty: Duty, report_id: UUID, *, held: bool = False) -> _Kept:
    """The report, where the actor's desk keeps its share and another office follows its case."""
    report = session.get(Report, report_id)
    if report is None or report.keeper_desk_id is None:
        raise StrangerError("no identity that could be handed on")
    case = session.get_one(Case, report.case_id, with_for_update=held and lock(session))
    if held:
        session.refresh(report, with_for_update=lock(session))
    desk = report.keeper_desk_id if duty is Duty.LEAD else report.custody_desk_id
    if desk not in actor.desks(duty):
        raise StrangerError("no identity that could be handed on")
    gate.require_impartial(session, actor, case.id)
    house.newest.require(session, report)
    vouching.require_recorded(session, house.entry_keys, case)
    standing = select(Disclosure.id).where(Disclosure.report_id == report_id, Disclosure.state.in_(disclosure.OPEN))
    if session.scalars(standing.limit(1)).first() is not None:
        raise StandingError("a request about it still stands")
    return _Kept(report, case, actor, duty)


def _custody(session: Session, house: House, kept: _Kept, now: datetime) -> UUID:
    """The custody desk that would have been chosen where the case is now."""
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    there = jurisdiction.handed_to(directory.tree, directory.seats, directory.places[kept.report.intake_desk_id][0])
    return directory.desk_id(there.custody, Duty.CUSTODY)


def _offer(session: Session, house: House, kept: _Kept) -> Rehoming:
    found = session.scalars(select(Rehoming).where(Rehoming.report_id == kept.report.id)).one_or_none()
    if found is None or found.lead_desk_id != kept.report.lead_desk_id:
        raise StaleError("the lead has not offered it")
    if found.mover_id == kept.actor.officer_id:
        raise NotAllowedError("one person holds no two halves")
    vouching.require_recorded(session, house.entry_keys, found)
    return found


def _halves(
    session: Session, house: House, ring: Keyring, kept: _Kept, holder: Holder
) -> list[tuple[UUID, IdentityShare, bytes]]:
    """Each half that the actor's desk holds, open, with the id of the share it becomes."""
    held = keeping.shares(session, kept.report.id, holder)
    house.newest.require(session, *held)
    batch = Batch()
    return [(batch.new_id(), share, keeping.half(house, ring, share)) for share in held]


def _arrived(session: Session, house: House, ring: Keyring, found: Rehoming) -> list[tuple[UUID, RehomingShare, bytes]]:
    """The lead's halves as they become shares: still sealed to the lead desk there."""
    if found.custody_epoch_id not in ring.epochs:
        raise NotAllowedError("it was offered to another desk")
    place = house.binding("rehomings", found.id.bytes, "transport")
    transport = envelope.unwrap(found.transport, ring.epochs[found.custody_epoch_id], place)
    rows = keeping.pending(session, found.id)
    for row in rows:
        vouching.require_recorded(session, house.entry_keys, row)
    return [
        (row.id, row, envelope.unseal(transport, row.body, house.binding("rehoming_shares", row.id.bytes, "body")))
        for row in rows
    ]


def _require_fields(session: Session, report_id: UUID, fields: set[UUID]) -> None:
    if {share.field_id for share in keeping.shares(session, report_id, Holder.LEAD)} != fields:
        raise StaleError("the reporter has changed it meanwhile")


def _add(
    batch: Batch, draft: Draft, share_id: UUID, field_id: UUID, holder: Holder, epoch_id: UUID, wrapped: bytes
) -> None:
    values: Mapping[str, object] = {"field_id": field_id, "holder": holder, "desk_epoch_id": epoch_id}
    batch.add(draft, IdentityShare, share_id, **values, wrapped=wrapped)
