"""The yearly drill of the recovery shares: they are put together, shown to open what they must, and nothing is opened.

The key lives in this process while it runs; no seed is shown, nothing is recovered, and the ledger says that it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.errors import CryptoError
from crypto.keys import SecretKey
from portal.domain.audit import SYSTEM
from portal.domain.errors import StartError, UncertifiedKeyError
from portal.domain.staff_vocabulary import RecoveryName
from portal.office import recovery
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.authorities import Certificate
from portal.store.officers import DeskEpoch, RecoveryGrant

DRILLED = "recovery_drilled"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the shares would open."""

    epochs: int  # keys of desks that this recovery key opens
    desks: int  # desks that are open now and could be recovered with it
    uncovered: int  # desks of its duties that are open and have no grant: made by a demonstration or lost


def rehearse(session: Session, house: House, name: RecoveryName, shares: Sequence[str], *, now: datetime) -> Rehearsal:
    """Put the shares together and open every grant with them, recorded. Raises StartError naming what does not fit."""
    certificate, secret = joined(session, house, name, shares)
    grants = session.execute(
        select(RecoveryGrant, DeskEpoch)
        .join(DeskEpoch, DeskEpoch.id == RecoveryGrant.desk_epoch_id)
        .where(RecoveryGrant.certificate_id == certificate.id)
    ).all()
    for grant, epoch in grants:
        open_grant(house, grant, epoch, secret)
    current = {epoch.desk_id for _, epoch in grants if epoch.current}
    draft = Draft(DRILLED, now, SYSTEM, ("certificates", certificate.id), facts={"kind": name, "opened": len(grants)})
    record(session, house.entry_key, draft)
    return Rehearsal(len(grants), len(current), _uncovered(session))


def joined(session: Session, house: House, name: RecoveryName, shares: Sequence[str]) -> tuple[Certificate, SecretKey]:
    """The recovery key that is used now, out of enough shares of it. Raises StartError."""
    certificate = recovery.newest(session, name)
    if certificate is None:
        raise StartError("this installation has no recovery keys; a demonstration has none")
    secret = recovery.join(shares)
    try:
        house.directories.book.sealing_key(session, certificate.body, certificate.subject, secret.public.raw)
    except UncertifiedKeyError:
        raise StartError(
            f"the shares go together and give another key than {name}: are they of the other one, or older?"
        ) from None
    return certificate, secret


def open_grant(house: House, grant: RecoveryGrant, epoch: DeskEpoch, secret: SecretKey) -> SecretKey:
    """A desk's key out of what was wrapped to the recovery key. Raises StartError."""
    binding = house.binding("recovery_grants", grant.id.bytes, "wrapped", epoch.id.bytes)
    try:
        opened = SecretKey(envelope.unwrap(grant.wrapped, secret, binding))
    except CryptoError:
        raise StartError(f"the key of desk epoch {epoch.id} does not open with these shares") from None
    if opened.public.raw != epoch.public_key:
        raise StartError(f"what opens for desk epoch {epoch.id} is not its key")
    return opened


def _uncovered(session: Session) -> int:
    """Desks that are open and that no recovery key opens."""
    covered = select(RecoveryGrant.desk_epoch_id)
    wanted = select(func.count()).where(DeskEpoch.current, DeskEpoch.id.not_in(covered))
    return session.execute(wanted).scalar_one()
