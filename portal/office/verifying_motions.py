"""What was confirmed was signed by two people: each signature against the key that a certificate gives its person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.office import pledges
from portal.office.certifying import Roll
from portal.store.editions import Edition
from portal.store.motions import Motion


def require_signed(session: Session, installation: bytes, signing: Roll) -> None:
    """Raise LedgerError naming a motion that its two people did not sign, or an edition that none of them adopted.

    Certificates are believed already.
    """
    for motion in session.scalars(select(Motion).order_by(Motion.proposed_at, Motion.id)):
        pledges.require_signed(installation, signing, motion)
    for edition in session.scalars(select(Edition).order_by(Edition.id)):
        pledges.require_adopted(edition, session.get_one(Motion, edition.motion_id))
