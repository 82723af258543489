"""Shares put to use: a desk that nobody can open any more gets a seat again, and a recovery key its successor.

The recovery key lives in this process while it runs; no seed is shown. Which people brought the shares is for the
minutes; that it was done, for which desk and whom, is for the ledger.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from crypto import certificates
from crypto.certificates import Certificate as Claim
from crypto.keys import SecretKey, SigningKey
from crypto.primitives import sha256
from portal.domain.errors import PortalError, StartError
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.vocabulary import Duty
from portal.office import founding, operating, recovery, rehearsing, seating
from portal.office.acting import Operation
from portal.office.founding import RecoveryKey
from portal.office.recording import record
from portal.store.authorities import Certificate
from portal.store.officers import DeskEpoch, RecoveryGrant


@dataclass(frozen=True, slots=True)
class Recovered:
    """A desk that somebody can open again."""

    authority: str
    epoch: int


def recover_desk(operation: Operation, authority: str, duty: Duty, username: str, shares: Sequence[str]) -> Recovered:
    """Give a desk's key to an officer, out of enough shares. Raises StartError, and then nothing is done."""
    operation = operation.entered()
    authority_id = operating.authority_of(operation, authority)
    officer = operating.find(operation, username)
    directory = operation.directory()
    desk_id = directory.desk_ids.get((authority_id, duty))
    epoch = seating.current_epoch(operation.session, desk_id) if desk_id else None
    if desk_id is None or epoch is None:
        raise StartError(f"{authority} has no {duty} desk")
    try:
        _, key = seating.require_seatable(operation, officer.id, authority_id, duty)
        seating.require_free(operation, officer.id, desk_id)
    except PortalError as refusal:
        raise StartError(f"{username} cannot sit there: {refusal}") from refusal
    name = recovery.name_for(duty)
    certificate, secret = rehearsing.joined(operation.session, operation.house, name, shares)
    opened = rehearsing.open_grant(operation.house, _grant(operation, epoch, certificate), epoch, secret)
    seat = seating.make_seat(operation.house, epoch, opened, officer.id, key, now=operation.now)
    facts = {"officer": str(officer.id), "duty": str(duty), "epoch": epoch.epoch, "kind": str(name)}
    draft = operation.draft("desk_recovered", ("seats", seat.id), authority_id, None, **facts)
    draft.names(seat)
    operation.session.add(seat)
    founding.touch(operation.session)
    record(operation.session, operation.house.entry_key, draft)
    return Recovered(directory.name(authority_id), epoch.epoch)


def _grant(operation: Operation, epoch: DeskEpoch, certificate: Certificate) -> RecoveryGrant:
    grant = operation.session.scalars(
        select(RecoveryGrant).where(
            RecoveryGrant.desk_epoch_id == epoch.id, RecoveryGrant.certificate_id == certificate.id
        )
    ).one_or_none()
    if grant is None:
        raise StartError("no recovery key opens this desk")
    return grant


def replace_key(
    operation: Operation,
    root: SigningKey,
    name: RecoveryName,
    shares: Sequence[str],
    hand_over: Callable[[SecretKey], None],
) -> int:
    """Draw the next recovery key of a name, out of enough shares of the one before; returns how many keys it opens.

    `hand_over` gives the new key's shares away and proves them, before anything is stored. The certificate is the
    root's. Raises StartError.
    """
    operating.require_root(operation, root)
    session, house = operation.session, operation.house
    certificate, secret = rehearsing.joined(session, house, name, shares)
    fresh = SecretKey.generate()
    subject = f"recovery/{name}/{int(certificate.subject.rpartition('/')[2]) + 1}"
    claim = Claim("recovery", house.installation, subject, fresh.public.raw, b"", int(operation.now.timestamp()))
    body = certificates.issue(claim, root)
    row = Certificate(id=uuid4(), digest=sha256(body), kind=claim.kind, subject=subject, body=body)
    draft = operation.draft("recovery_replaced", ("certificates", row.id), operation.tree().province, None, kind=name)
    draft.names(row)
    session.add(row)
    session.flush()  # what refers to it comes after
    opened = _grants(operation, certificate)
    for grant, epoch in opened:
        desk_key = rehearsing.open_grant(house, grant, epoch, secret)
        again = founding.recoverable(house.installation, epoch, desk_key, RecoveryKey(row.id, fresh.public))
        draft.erases(grant, grant.id)
        session.delete(grant)
        draft.names(again)
        session.add(again)
    hand_over(fresh)
    record(session, house.entry_key, draft)
    return len(opened)


def _grants(operation: Operation, certificate: Certificate) -> list[tuple[RecoveryGrant, DeskEpoch]]:
    rows = operation.session.execute(
        select(RecoveryGrant, DeskEpoch)
        .join(DeskEpoch, DeskEpoch.id == RecoveryGrant.desk_epoch_id)
        .where(RecoveryGrant.certificate_id == certificate.id)
    )
    return [(grant, epoch) for grant, epoch in rows]
