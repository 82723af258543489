"""A decision on a reward told again, to a code that took the place of a lost one (补办查询码).

No desk that issues codes opens what the award desk writes, or it could hand it to a code of its own: so a new code
reads nothing of a reward until somebody of the award desk has opened it once more. A provisional one, which an officer
knows, is told nothing.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, select
from sqlalchemy.orm import Session

from crypto.keys import PublicKey
from portal.domain.vocabulary import Compartment, GrantState, ReceiptState
from portal.office import sealing, vouching
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.store.awards import Award
from portal.store.outbox import Outbox
from portal.store.reports import ContentKey, KeyGrant, Letter, Receipt

MAIL = "award"


def is_told(session: Session, letter: Letter, receipt_id: UUID) -> bool:
    """Whether a code may read a letter about a reward."""
    mine = KeyGrant.content_key_id == letter.content_key_id, KeyGrant.receipt_id == receipt_id
    return session.scalars(select(KeyGrant.id).where(*mine).limit(1)).first() is not None


def told_to(receipt_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """The same as a condition of a query for letters."""
    mine = KeyGrant.content_key_id == Letter.content_key_id, KeyGrant.receipt_id == receipt_id
    return select(KeyGrant.id).where(*mine).exists()


def is_untold() -> ColumnElement[bool]:
    """Of awards: that its reporter has a code since that reads nothing of the decision."""
    told = KeyGrant.content_key_id == Letter.content_key_id, KeyGrant.receipt_id == Receipt.id
    codes = select(Receipt.id).join(Letter, Letter.id == Award.letter_id)
    own = Receipt.report_id == Award.report_id, Receipt.state == ReceiptState.ACTIVE
    return codes.where(*own, ~select(KeyGrant.id).where(*told).exists()).correlate(Award).exists()


def untold(session: Session, award_ids: Collection[UUID]) -> frozenset[UUID]:
    """The awards among these of which that is so."""
    return frozenset(session.scalars(select(Award.id).where(Award.id.in_(award_ids), is_untold())))


def tell_again(session: Session, house: House, ring: Keyring, report_id: UUID, draft: Draft) -> None:
    """Wrap what this desk opens of a report's rewards to the reporter's own code; the entry names each grant.

    Raises LedgerError for a key or a code that was planted.
    """
    codes = select(Receipt).where(Receipt.report_id == report_id, Receipt.state == ReceiptState.ACTIVE)
    keys = select(ContentKey).where(ContentKey.report_id == report_id, ContentKey.compartment == Compartment.AWARD)
    rows, batch = session.scalars(keys).all(), Batch()
    for receipt in session.scalars(codes).all():
        held = set(session.scalars(select(KeyGrant.content_key_id).where(KeyGrant.receipt_id == receipt.id)))
        wanted = [row for row in rows if row.id not in held]
        if not wanted:
            continue
        house.newest.require(session, receipt)
        for row in wanted:
            vouching.require_recorded(session, house.entry_keys, row)
        for content in ring.open_sound(session, house, {row.id for row in wanted}).values():
            key = PublicKey(receipt.public_key)
            sealing.grant(house, batch, draft, content, key, GrantState.ACTIVE, receipt_id=receipt.id)
    batch.insert(session)


def wait(session: Session, report_id: UUID, draft: Draft) -> None:
    """Let the award desk know that something waits, where there was a decision."""
    newest = select(Award).where(Award.report_id == report_id, Award.letter_id.is_not(None))
    award = session.scalars(newest.order_by(Award.made_at.desc(), Award.id).limit(1)).one_or_none()
    if award is not None:
        session.add(Outbox(kind=MAIL, desk_id=award.desk_id, created_at=draft.at, sent_at=None))
