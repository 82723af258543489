"""A lost code (查询码) replaced: an officer issues a provisional one, its first use draws the reporter's own.

The old code dies when the provisional one is made; the provisional one when the reporter has written down theirs, so
that an officer's code opens nothing any more. Whatever the old one read, the new one reads: each content key is wrapped
again, and the old wraps go; what is about a reward the award desk tells it again (`retelling`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.keys import PublicKey
from crypto.primitives import random_bytes
from crypto.receipt import Receipt
from portal.domain import access, disclosure
from portal.domain.access import Actor
from portal.domain.audit import REPORTER, hour_of
from portal.domain.errors import LedgerError, StaleError
from portal.domain.vocabulary import DisclosureStep, GrantState, ReceiptState
from portal.office import gate, name_marks, retelling, vouching, writing
from portal.office.house import House
from portal.office.keyring import Keyring, ReporterKey
from portal.office.recording import Draft, record
from portal.office.requesting import REISSUE
from portal.office.sealing import Content
from portal.store.disclosures import Disclosure
from portal.store.reports import ContentKey, KeyGrant, Report
from portal.store.reports import Receipt as ReceiptRow
from portal.store.session import lock, locked

ISSUED, REPLACED, SETTLED = "code_reissued", "code_replaced", "identity_settled"


def reissue(
    session: Session, house: House, actor: Actor, ring: Keyring, request_id: UUID, seen: int, *, now: datetime
) -> Receipt:
    """Issue a provisional code for a report whose reporter was recognised; every code before dies.

    Raises what the gate raises, and LedgerError where the officer cannot open what the reporter could.
    """
    about = select(Disclosure.report_id).where(Disclosure.id == request_id).scalar_subquery()
    session.execute(locked(session, select(Report.id).where(Report.id == about)))  # before the request, as everywhere
    request = gate.admit_request(session, house, actor, DisclosureStep.REISSUE, request_id, now=now, seen=seen)
    report = session.get_one(Report, request.row.report_id)
    before = _receipts(session, report.id)
    wanted = _granted(session, before) - _of_rewards(session, report.id)
    _require_own(session, house, report.id, wanted)
    contents = ring.open(session, house, wanted)
    if wanted - contents.keys():
        raise LedgerError("there is a key that this desk does not open")
    receipt = Receipt.derive(random_bytes(32), b"reissue")
    draft = Draft(ISSUED, now, request.party, ("reports", report.id), reason=REISSUE)
    draft.authority_id = request.case.authority_id
    report.name_mark = None  # no desk reads it, so none can give it to another code
    draft.names(report)
    _replace(session, house, draft, before, _row(house, report.id, receipt, ReceiptState.PROVISIONAL), contents)
    request.row.state = disclosure.advance(request.row.state, DisclosureStep.REISSUE)
    settled = request.draft(SETTLED)
    settled.names(request.row)
    record(session, house.entry_key, draft, settled)
    return receipt


def is_provisional(session: Session, house: House, receipt: Receipt) -> bool:
    """Whether a code was issued by an officer and not used yet."""
    return _provisional(session, house, receipt) is not None


def replace(session: Session, house: House, provisional: Receipt, own: Receipt, *, now: datetime) -> ReporterKey:
    """The reporter has written down their own code: the provisional one dies. Raises StaleError when it has already."""
    row = _provisional(session, house, provisional)
    if row is None:
        raise StaleError("the code was used")
    report = session.get_one(Report, row.report_id, with_for_update=lock(session))
    session.refresh(row, with_for_update=lock(session))
    if row.state is not ReceiptState.PROVISIONAL:
        raise StaleError("the code was used")
    key = ReporterKey(report.id, row.id, provisional.secret(house.installation))
    contents = key.open(session, house, _granted(session, [row]))
    draft = Draft(REPLACED, hour_of(now), REPORTER, ("reports", report.id))
    draft.authority_id = writing.authority_of(session, report)
    fresh = _row(house, report.id, own, ReceiptState.ACTIVE)
    _replace(session, house, draft, [row], fresh, contents)
    after = ReporterKey(report.id, fresh.id, own.secret(house.installation))
    report.name_mark = name_marks.carried(house, key, after, report.name_mark)
    draft.names(report)
    retelling.wait(session, report.id, draft)
    record(session, house.entry_key, draft)
    return after


def _replace(
    session: Session,
    house: House,
    draft: Draft,
    before: Iterable[ReceiptRow],
    fresh: ReceiptRow,
    contents: Mapping[UUID, Content],
) -> None:
    draft.facts = {"keys": len(contents)}
    draft.names(fresh)
    session.add(fresh)
    session.flush()  # what refers to it comes after
    for old in before:
        old.state = ReceiptState.REVOKED
        draft.names(old)
        for grant in session.scalars(select(KeyGrant).where(KeyGrant.receipt_id == old.id)):
            draft.erases(grant, grant.id)
            session.delete(grant)
    for content in contents.values():
        grant = _grant(house, content, fresh)
        draft.names(grant)
        session.add(grant)


def _grant(house: House, content: Content, receipt: ReceiptRow) -> KeyGrant:
    grant_id = uuid4()
    binding = house.binding("key_grants", grant_id.bytes, "wrapped", content.id.bytes)
    return KeyGrant(
        id=grant_id,
        content_key_id=content.id,
        desk_epoch_id=None,
        officer_id=None,
        receipt_id=receipt.id,
        state=GrantState.ACTIVE,
        wrapped=envelope.wrap(content.key, PublicKey(receipt.public_key), binding),
    )


def _row(house: House, report_id: UUID, receipt: Receipt, state: ReceiptState) -> ReceiptRow:
    return ReceiptRow(
        id=uuid4(),
        report_id=report_id,
        lookup=receipt.lookup(house.installation),
        public_key=receipt.secret(house.installation).public.raw,
        state=state,
    )


def _receipts(session: Session, report_id: UUID) -> list[ReceiptRow]:
    wanted = select(ReceiptRow).where(ReceiptRow.report_id == report_id, ReceiptRow.state.in_(writing.OPENING))
    return list(session.scalars(wanted))


def _granted(session: Session, receipts: Iterable[ReceiptRow]) -> set[UUID]:
    ids = [one.id for one in receipts]
    return set(session.scalars(select(KeyGrant.content_key_id).where(KeyGrant.receipt_id.in_(ids))))


def _of_rewards(session: Session, report_id: UUID) -> set[UUID]:
    """What the award desk alone can wrap again: see `retelling`."""
    own = ContentKey.report_id == report_id, ContentKey.compartment.in_(access.OF_REWARDS)
    return set(session.scalars(select(ContentKey.id).where(*own)))


def _require_own(session: Session, house: House, report_id: UUID, wanted: Iterable[UUID]) -> None:
    """Raise LedgerError unless each key is of this report, as it was recorded: the desk opens those of others too."""
    for key in session.scalars(select(ContentKey).where(ContentKey.id.in_(wanted))):
        vouching.require_recorded(session, house.entry_keys, key)
        if key.report_id != report_id:
            raise LedgerError("a code was granted what is of another report")


def _provisional(session: Session, house: House, receipt: Receipt) -> ReceiptRow | None:
    wanted = select(ReceiptRow).where(ReceiptRow.lookup == receipt.lookup(house.installation))
    return session.scalars(wanted.where(ReceiptRow.state == ReceiptState.PROVISIONAL)).one_or_none()
