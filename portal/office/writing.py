"""Which key a new text of a report is sealed with: the newest, or the next when its readers have changed.

A write uses the current generation only if all its desk grants point to current epochs and its readers are those
that `domain.access` names; otherwise the next is drawn, so that who has left reads nothing new (DESIGN §4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from crypto.keys import PublicKey
from portal.domain import access
from portal.domain.access import ReportDesks
from portal.domain.errors import LedgerError, StaleError, UncertifiedKeyError
from portal.domain.vocabulary import Compartment, GrantState, LetterKind, OfficerState, ReceiptState, Sender
from portal.office import keyring, letters, sealing, vouching
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import Reader, ReporterKey
from portal.office.recording import Draft, Stored, record
from portal.office.sealing import Content, ReceiptKey
from portal.store.authorities import Installation
from portal.store.cases import Assignment, Case
from portal.store.driving import asked
from portal.store.officers import Officer
from portal.store.reports import ContentKey, KeyGrant, Receipt, Report
from portal.store.session import lock

OPENING = (ReceiptState.ACTIVE, ReceiptState.PROVISIONAL)  # codes that still open something
_GENERATION = select(Installation.generation)
_HELD = _GENERATION.with_for_update(read=True)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Sealed rows and their drafts, made outside the writing transaction."""

    generation: int
    batch: Batch
    drafts: tuple[Draft, ...]


def desks_of(session: Session, house: House, report: Report) -> ReportDesks:
    """The desks of a report, as they stand. Raises UncertifiedKeyError for a report that says others than recorded.

    Whoever can write to the database could have what comes next sealed to the certified desk of another office. A
    public host of its own cannot ask.
    """
    try:
        if house.newest.able:
            house.newest.require(session, report)
    except LedgerError as error:
        raise UncertifiedKeyError("the desks of a report are not those that were recorded") from error
    return ReportDesks(
        intake=report.intake_desk_id,
        lead=report.lead_desk_id,
        custody=report.custody_desk_id,
        above=report.above_desk_id,
        keeper=report.keeper_desk_id,
    )


def authority_of(session: Session, report: Report) -> UUID:
    """The authority that handles the report's case."""
    return session.execute(select(Case.authority_id).where(Case.id == report.case_id)).scalar_one()


def current_generation(session: Session) -> int:
    """The generation of desks and seats that whatever is sealed now relies on."""
    ((generation,),) = asked(session, _HELD if lock(session) else _GENERATION)
    return generation


def require_current(session: Session, generation: int) -> None:
    """Raise StaleError when desks or seats have changed since something was sealed."""
    if current_generation(session) != generation:
        raise StaleError("desks changed while this was being sealed")


def store(session: Session, house: House, *prepared: Prepared) -> tuple[Stored, ...]:
    """Store what was prepared, all of it together; raises StaleError when desks or seats changed since."""
    for one in prepared:
        require_current(session, one.generation)
        one.batch.insert(session)
    return record(session, house.entry_key, *(draft for one in prepared for draft in one.drafts))


def content_for_writing(
    session: Session, house: House, batch: Batch, draft: Draft, report: Report, reader: Reader
) -> Content:
    """The content key of a report's `report` compartment to seal with; a new one goes into the batch."""
    newest, number = newest_key(session, house, _text_of(report))
    desks = desks_of(session, house, report)
    keys = house.directories.keys(session, (one.desk_id for one in access.readers(Compartment.REPORT, desks)))
    receipts, officers = receipts_of(session, house, report.id, reader), readers_of(session, house, report.case_id)
    if house.newest.able and granted(session, newest.id) == _wanted(keys, receipts) | officers.keys():
        return keyring.open_one(session, house, reader, newest.id)
    return sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"report_id": report.id},
        compartment=Compartment.REPORT,
        generation=number + 1,
        desks=desks,
        keys=keys,
        receipts=receipts,
        officers=officers,
        escalated=not _standing_by(session, newest.id),
    )


def draw_next(session: Session, house: House, draft: Draft, report: Report) -> None:
    """Draw the next key of a report's text for whoever reads it now: somebody reads it no more.

    Whoever takes a reader away need not be one: a new key is wrapped to public keys.
    """
    newest, _ = newest_key(session, house, _text_of(report))
    batch, desks = Batch(), desks_of(session, house, report)
    next_key(session, house, batch, draft, report, desks, escalated=not _standing_by(session, newest.id))
    batch.insert(session)


def next_key(
    session: Session, house: House, batch: Batch, draft: Draft, report: Report, desks: ReportDesks, *, escalated: bool
) -> Content:
    """The next key of a report's text, for these desks and whoever else reads it now."""
    _, number = newest_key(session, house, _text_of(report))
    return sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"report_id": report.id},
        compartment=Compartment.REPORT,
        generation=number + 1,
        desks=desks,
        keys=house.directories.keys(session, (one.desk_id for one in access.readers(Compartment.REPORT, desks))),
        receipts=receipts_of(session, house, report.id),
        officers=readers_of(session, house, report.case_id),
        escalated=escalated,
    )


def _text_of(report: Report) -> ColumnElement[bool]:
    """The keys of a report's text."""
    return and_(ContentKey.report_id == report.id, ContentKey.compartment == Compartment.REPORT)


def newest_key(session: Session, house: House, wanted: ColumnElement[bool]) -> tuple[ContentKey, int]:
    """The newest of some keys that an entry knows, and the highest number there is. Raises UncertifiedKeyError.

    One that was planted is known to whoever planted it, one of another report opens for its reporter: neither is
    written under, though both may be wrapped to everybody who reads. A public host of its own cannot ask, and draws the
    next each time.
    """
    rows = session.scalars(select(ContentKey).where(wanted).order_by(ContentKey.generation.desc())).all()
    able = house.newest.able
    newest = next((row for row in rows if not able or vouching.is_recorded(session, house.entry_keys, row)), None)
    if newest is None:
        raise UncertifiedKeyError("no such key was recorded")
    return newest, rows[0].generation


def receipts_of(
    session: Session, house: House, report_id: UUID, reader: Reader | None = None
) -> tuple[ReceiptKey, ...]:
    """The receipts that open a report's mailbox, with their keys. Raises UncertifiedKeyError.

    A key is never taken as it lies: the reporter's own must be the one their code gives, any other the one that was
    recorded; or whoever can write to the database would read what is written next.
    """
    rows = session.scalars(select(Receipt).where(Receipt.report_id == report_id, Receipt.state.in_(OPENING)))
    return tuple(_receipt_key(session, house, row, reader) for row in rows)


def readers_of(session: Session, house: House, case_id: UUID) -> Mapping[UUID, PublicKey]:
    """The officers who were assigned the report itself and are at work, with their certified keys."""
    rows = session.scalars(
        select(Assignment)
        .join(Officer, Officer.id == Assignment.officer_id)
        .where(Assignment.case_id == case_id, Assignment.ended_at.is_(None), Assignment.narrative)
        .where(Officer.state == OfficerState.ACTIVE, Officer.certificate_id.is_not(None))
    ).all()
    if house.newest.able:  # a public host of its own cannot ask
        house.newest.require(session, *rows)
    return {row.officer_id: house.directories.officer_key(session, row.officer_id) for row in rows}


def _receipt_key(session: Session, house: House, row: Receipt, reader: Reader | None) -> ReceiptKey:
    key = PublicKey(row.public_key)
    if isinstance(reader, ReporterKey) and row.id == reader.receipt_id:
        if key != reader.secret.public:
            raise UncertifiedKeyError("the key of this code was changed")
        return ReceiptKey(row.id, key)
    try:
        _require_recorded(session, house, row)
    except LedgerError as error:
        raise UncertifiedKeyError("the key of a code was not recorded") from error
    return ReceiptKey(row.id, key)


def _require_recorded(session: Session, house: House, row: Receipt) -> None:
    """Raise LedgerError unless a code is as it was recorded last; a public host of its own asks entries of its own."""
    if house.newest.able:
        house.newest.require(session, row)
    else:
        vouching.require_recorded(session, house.entry_keys, row)


def granted(session: Session, content_key_id: UUID) -> set[UUID | None]:
    """Whom a key is wrapped to: epochs of desks, codes, officers."""
    rows = session.execute(
        select(KeyGrant.desk_epoch_id, KeyGrant.receipt_id, KeyGrant.officer_id).where(
            KeyGrant.content_key_id == content_key_id
        )
    )
    return {epoch_id or receipt_id or officer_id for epoch_id, receipt_id, officer_id in rows}


def _standing_by(session: Session, content_key_id: UUID) -> bool:
    """Whether a desk above still waits for its grant; once woken it reads what follows too."""
    waiting = select(KeyGrant.id).where(KeyGrant.content_key_id == content_key_id, KeyGrant.state == GrantState.STANDBY)
    return session.scalars(waiting.limit(1)).first() is not None


def _wanted(keys: sealing.Keys, receipts: tuple[ReceiptKey, ...]) -> set[UUID | None]:
    return {*(desk.epoch_id for desk in keys.values()), *(receipt.receipt_id for receipt in receipts)}


def prepare_letter(
    session: Session,
    house: House,
    report: Report,
    reader: Reader,
    draft: Draft,
    *,
    kind: LetterKind,
    sender: Sender,
    sent_at: datetime,
    text: letters.Sealable,
    disclosure_id: UUID | None = None,
) -> Prepared:
    """Seal a letter that follows the narrative; its position is the next one."""
    batch, position = Batch(), letters.next_position(session, report.id)
    content = content_for_writing(session, house, batch, draft, report, reader)
    facts: Mapping[str, object] = {"position": position}
    draft.facts = {**draft.facts, **facts}
    letters.add(
        house,
        batch,
        draft,
        content,
        report_id=report.id,
        kind=kind,
        sender=sender,
        position=position,
        sent_at=sent_at,
        body=text.as_bytes(),
        disclosure_id=disclosure_id,
    )
    return Prepared(current_generation(session), batch, (draft,))
