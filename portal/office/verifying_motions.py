"""What was confirmed was signed by two people: each signature against the key that a certificate gives its person."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.errors import OpenError
from crypto.keys import ID
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import MotionState
from portal.office.certifying import Roll
from portal.office.directory import officer_subject
from portal.office.motions import statement
from portal.store.motions import Motion


def require_signed(session: Session, installation: bytes, signing: Roll) -> None:
    """Raise LedgerError naming a motion that its two people did not sign. Certificates are believed already."""
    for motion in session.scalars(select(Motion).order_by(Motion.proposed_at, Motion.id)):
        said = statement(installation, motion)
        _require(signing, motion, motion.first, said, statements.FIRST, motion.proposer_id)
        if motion.state is MotionState.CONFIRMED:
            _require(signing, motion, motion.second or b"", said, statements.SECOND, motion.seconder_id)


def _require(signing: Roll, motion: Motion, signature: bytes, said: bytes, role: str, who: UUID | None) -> None:
    signer = signing.get(signature[:ID])
    if who is None or signer is None or signer.subject != officer_subject(who):
        raise LedgerError(f"motion {motion.id} is signed by somebody else than it says")
    try:
        statements.verify(signature, said, role, signer.key)
    except OpenError as error:
        raise LedgerError(f"motion {motion.id} is not what {signer.subject} signed") from error
