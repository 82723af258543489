"""What two people sign when they agree on a motion, and whether they did."""

from uuid import UUID

from crypto import statements
from crypto.errors import OpenError
from crypto.keys import ID
from crypto.primitives import sha256
from portal.domain.contents import NewEdition
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import MotionKind, MotionState
from portal.office.certifying import Roll, officer_subject
from portal.store.editions import Edition
from portal.store.motions import Motion


def statement(installation: bytes, motion: Motion) -> bytes:
    """What both people sign: everything that decides what the motion does."""
    about = (motion.officer_id, motion.officer_certificate_id, motion.desk_id, motion.desk_epoch_id)
    step = (motion.case_id, motion.from_desk_id) if motion.case_id else ()  # kinds about no case sign as before
    ids = (motion.id, motion.authority_id, *about, *step)
    certificate = sha256(motion.certificate) if motion.certificate else b""
    when = int(motion.proposed_at.timestamp()).to_bytes(8, "big")
    content = (sha256(motion.content),) if motion.content is not None else ()  # kinds that have none sign as before
    return statements.statement(
        installation, motion.kind, *(one.bytes if one else b"" for one in ids), certificate, when, *content
    )


def require_signed(installation: bytes, signing: Roll, motion: Motion) -> None:
    """Raise LedgerError unless its people signed the motion. The certificates in `signing` are believed already."""
    said = statement(installation, motion)
    _require(signing, motion, motion.first, said, statements.FIRST, motion.proposer_id)
    if motion.state is MotionState.CONFIRMED:
        _require(signing, motion, motion.second or b"", said, statements.SECOND, motion.seconder_id)


def require_adopted(edition: Edition, motion: Motion) -> None:
    """Raise LedgerError unless the edition is what this motion, confirmed, says."""
    said = motion.kind is MotionKind.ADOPT and motion.state is MotionState.CONFIRMED and motion.content
    if not said or NewEdition.decode(said) != NewEdition(edition.kind, edition.data.decode()):
        raise LedgerError(f"edition {edition.id} is not what its motion adopted")


def _require(signing: Roll, motion: Motion, signature: bytes, said: bytes, role: str, who: UUID | None) -> None:
    signer = signing.get(signature[:ID])
    if who is None or signer is None or signer.subject != officer_subject(who):
        raise LedgerError(f"motion {motion.id} is signed by somebody else than it says")
    try:
        statements.verify(signature, said, role, signer.key)
    except OpenError as error:
        raise LedgerError(f"motion {motion.id} is not what {signer.subject} signed") from error
