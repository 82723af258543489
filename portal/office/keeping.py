"""Who keeps an identity: where its halves lie, and what is on its way elsewhere.

It knows rows alone; `rehoming` moves them.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto import envelope
from portal.domain.errors import NotAllowedError
from portal.domain.vocabulary import Holder
from portal.office import sealing
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.store.identity import IdentityField, IdentityShare, Rehoming, RehomingShare


def shares(session: Session, report_id: UUID, holder: Holder) -> Sequence[IdentityShare]:
    """One holder's halves of every field that a reporter has given."""
    return session.scalars(
        select(IdentityShare)
        .join(IdentityField, IdentityField.id == IdentityShare.field_id)
        .where(IdentityField.report_id == report_id, IdentityShare.holder == holder)
        .order_by(IdentityShare.id)
    ).all()


def half(house: House, ring: Keyring, share: IdentityShare) -> bytes:
    """A half that lies with one of the officer's desks. Raises NotAllowedError where it does not."""
    if share.desk_epoch_id not in ring.epochs:
        raise NotAllowedError("the half lies with another desk")
    place = sealing.share_place(house, share.id, share.holder, share.field_id)
    return envelope.unwrap(share.wrapped, ring.epochs[share.desk_epoch_id], place)


def pending(session: Session, rehoming_id: UUID) -> Sequence[RehomingShare]:
    """The halves of an offer."""
    wanted = select(RehomingShare).where(RehomingShare.rehoming_id == rehoming_id)
    return session.scalars(wanted.order_by(RehomingShare.id)).all()


def drop(session: Session, draft: Draft, report_id: UUID) -> None:
    """What was on its way goes: it was taken up, or the identity or the case is another than it was."""
    offer = session.scalars(select(Rehoming).where(Rehoming.report_id == report_id)).one_or_none()
    if offer is None:
        return
    for share in pending(session, offer.id):
        draft.erases(share, share.id)
    session.execute(delete(RehomingShare).where(RehomingShare.rehoming_id == offer.id))
    draft.erases(offer, offer.id)
    session.execute(delete(Rehoming).where(Rehoming.id == offer.id))
