"""Who sits where: giving a desk's key to one more officer, and the first and the next key of a desk.

It knows desks, their keys and seats. A key that is drawn waits as a proposed epoch, its seats with it, until a second
person has confirmed it; the next seals the one before to itself, so that a turn touches no report (DESIGN §4).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from crypto import certificates, envelope
from crypto.certificates import Certificate as Claim
from crypto.keys import PublicKey, SecretKey, SigningKey
from crypto.primitives import sha256
from portal.domain import seating
from portal.domain.errors import (
    IllegalTransitionError,
    LedgerError,
    NotAllowedError,
    SeatedAlreadyError,
    StaleError,
    UncertifiedKeyError,
    UncertifiedOfficerError,
)
from portal.domain.seating import Held
from portal.domain.vocabulary import Duty, OfficerState
from portal.office import founding, recovery
from portal.office.acting import Act, Hand
from portal.office.certifying import desk_subject
from portal.office.house import House
from portal.office.recording import Draft
from portal.store.authorities import Certificate
from portal.store.base import Recorded
from portal.store.motions import Motion
from portal.store.officers import Desk, DeskEpoch, Officer, RecoveryGrant, Seat
from portal.store.session import lock


@dataclass(frozen=True, slots=True)
class Drawn:
    """A desk's key that is proposed: its rows, not stored yet, and its certificate with one signature."""

    desk: Desk
    epoch: DeskEpoch
    seats: tuple[Seat, ...]
    grants: tuple[RecoveryGrant, ...]
    certificate: bytes

    def rows(self) -> tuple[Recorded, ...]:
        """In the order in which they refer to each other."""
        return (self.epoch, *self.seats, *self.grants)


def require_certified(act: Act, officer_id: UUID) -> tuple[Officer, PublicKey]:
    """An officer at work, as they were recorded last, and their key. Raises UncertifiedOfficerError."""
    officer = act.session.get_one(Officer, officer_id, with_for_update=lock(act.session))
    act.house.newest.require(act.session, officer)
    if officer.state is not OfficerState.ACTIVE:
        raise UncertifiedOfficerError("the officer is not at work")
    try:
        return officer, act.house.directories.officer_key(act.session, officer_id)
    except UncertifiedKeyError as error:
        raise UncertifiedOfficerError("the officer's key is not certified") from error


def held_by(session: Session, officer_id: UUID) -> tuple[Held, ...]:
    """Every seat the officer holds or ever held."""
    rows = session.execute(
        select(Desk.authority_id, Desk.duty, Seat.left_at, DeskEpoch.closed_at)
        .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
        .join(Seat, Seat.desk_epoch_id == DeskEpoch.id)
        .where(Seat.officer_id == officer_id)
    )
    return tuple(Held(authority, duty, left is None and closed is None) for authority, duty, left, closed in rows)


def current_epoch(session: Session, desk_id: UUID) -> DeskEpoch | None:
    """The key that a desk works with now, held until the commit."""
    wanted = select(DeskEpoch).where(DeskEpoch.desk_id == desk_id, DeskEpoch.current)
    return session.scalars(wanted.with_for_update() if lock(session) else wanted).one_or_none()


def seats_of(session: Session, epoch_id: UUID) -> tuple[Seat, ...]:
    """The seats that hold an epoch's key."""
    wanted = select(Seat).where(Seat.desk_epoch_id == epoch_id, Seat.left_at.is_(None)).order_by(Seat.id)
    return tuple(session.scalars(wanted))


def owes_turn(session: Session, epoch_id: UUID) -> bool:
    """Whether somebody left who knows this key: the desk wants another."""
    again = aliased(Seat)
    back = exists().where(
        again.desk_epoch_id == Seat.desk_epoch_id, again.officer_id == Seat.officer_id, again.left_at.is_(None)
    )
    gone = select(Seat.id).where(Seat.desk_epoch_id == epoch_id, Seat.left_at.is_not(None), ~back)
    return session.scalars(gone.limit(1)).first() is not None


def require_seatable(act: Act, officer_id: UUID, authority_id: UUID, duty: Duty) -> tuple[Officer, PublicKey]:
    """Raise unless this officer may get this seat: certified, of that authority, with nothing that forbids it."""
    officer, key = require_certified(act, officer_id)
    if officer.authority_id != authority_id:
        raise NotAllowedError("officers sit at desks of their own authority")
    seating.require_compatible(act.tree(), held_by(act.session, officer_id), authority_id, duty)
    return officer, key


def require_free(act: Act, officer_id: UUID, desk_id: UUID) -> None:
    """Raise SeatedAlreadyError when the officer sits at the desk, NotAllowedError when it has no key to give."""
    epoch = current_epoch(act.session, desk_id)
    if epoch is None:
        raise NotAllowedError("the desk has no key yet")
    if officer_id in {seat.officer_id for seat in seats_of(act.session, epoch.id)}:
        raise SeatedAlreadyError("the officer sits there already")


def require_key(act: Act, hand: Hand, desk_id: UUID) -> tuple[DeskEpoch, SecretKey]:
    """The key of a desk that the actor holds. Raises NotAllowedError."""
    epoch = current_epoch(act.session, desk_id)
    if epoch is None or epoch.id not in hand.ring.epochs:
        raise NotAllowedError("only who holds the desk's key gives it")
    act.house.newest.require(act.session, epoch)
    secret = hand.ring.epochs[epoch.id]
    if secret.public.raw != epoch.public_key:
        raise LedgerError("what a seat opens is not the desk's key")
    return epoch, secret


def holders(act: Act, epoch: DeskEpoch) -> dict[UUID, PublicKey]:
    """Who sits at a desk now and is at work, each as recorded last and compatible with everything they held."""
    desk = act.session.get_one(Desk, epoch.desk_id)
    found: dict[UUID, PublicKey] = {}
    for seat in seats_of(act.session, epoch.id):
        act.house.newest.require(act.session, seat)
        officer = act.session.get_one(Officer, seat.officer_id)
        if officer.state is not OfficerState.ACTIVE:
            continue  # suspended: they get no key that is drawn meanwhile
        _, found[officer.id] = require_certified(act, officer.id)
        others = [one for one in held_by(act.session, officer.id) if one.duty is not desk.duty]
        seating.require_compatible(act.tree(), others, desk.authority_id, desk.duty)
    return found


def make_seat(
    house: House, epoch: DeskEpoch, secret: SecretKey, officer_id: UUID, key: PublicKey, *, now: datetime
) -> Seat:
    """A desk's key for one officer."""
    seat_id = uuid4()
    binding = house.binding("seats", seat_id.bytes, "wrapped", epoch.id.bytes)
    return Seat(
        id=seat_id,
        desk_epoch_id=epoch.id,
        officer_id=officer_id,
        wrapped=envelope.wrap(secret.seed, key, binding),
        seated_at=now,
        left_at=None,
    )


def give_seat(act: Act, hand: Hand, officer_id: UUID, desk_id: UUID) -> Draft:
    """Give the key of a desk that the actor holds to one more officer."""
    desk = act.session.get_one(Desk, desk_id)
    epoch, secret = require_key(act, hand, desk_id)
    _, key = require_seatable(act, officer_id, desk.authority_id, desk.duty)
    require_free(act, officer_id, desk_id)
    seat = make_seat(act.house, epoch, secret, officer_id, key, now=act.now)
    draft = act.draft("seated", ("seats", seat.id), desk.authority_id, desk.duty, **said_of(seat, desk, epoch))
    draft.names(seat)
    act.session.add(seat)
    founding.touch(act.session)
    return draft


def said_of(seat: Seat, desk: Desk, epoch: DeskEpoch) -> dict[str, object]:
    """What entries say of a seat."""
    return {"officer": str(seat.officer_id), "duty": str(desk.duty), "epoch": epoch.epoch}


def draw_first(act: Act, hand: Hand, duty: Duty) -> Drawn:
    """The first key of a desk, drawn by the officer of that authority who will sit there."""
    authority_id = act.actor.authority_id
    officer, key = require_seatable(act, act.actor.officer_id, authority_id, duty)
    desk = act.session.scalars(select(Desk).where(Desk.authority_id == authority_id, Desk.duty == duty)).one_or_none()
    if desk is not None and _epochs(act.session, desk.id):
        raise SeatedAlreadyError("the desk has a key")
    return _draw(act, hand, desk or Desk(id=uuid4(), authority_id=authority_id, duty=duty), None, {officer.id: key})


def draw_next(act: Act, hand: Hand, desk_id: UUID) -> Drawn:
    """The next key of a desk, for whoever sits there now; it seals the one before to itself."""
    desk = act.session.get_one(Desk, desk_id)
    epoch, secret = require_key(act, hand, desk_id)
    if len(_epochs(act.session, desk_id)) > epoch.epoch:
        raise SeatedAlreadyError("the next key is proposed already")
    return _draw(act, hand, desk, (epoch, secret), holders(act, epoch))


def _epochs(session: Session, desk_id: UUID) -> list[UUID]:
    return list(session.scalars(select(DeskEpoch.id).where(DeskEpoch.desk_id == desk_id)))


def _draw(
    act: Act, hand: Hand, desk: Desk, before: tuple[DeskEpoch, SecretKey] | None, officers: dict[UUID, PublicKey]
) -> Drawn:
    secret, epoch_id = SecretKey.generate(), uuid4()
    number = before[0].epoch + 1 if before else 1
    epoch = DeskEpoch(
        id=epoch_id,
        desk_id=desk.id,
        epoch=number,
        public_key=secret.public.raw,
        certificate_id=None,
        previous=_chained(act.house, epoch_id, secret, before) if before else None,
        opened_at=None,
        closed_at=None,
    )
    seats = tuple(make_seat(act.house, epoch, secret, one, key, now=act.now) for one, key in officers.items())
    subject = desk_subject(desk.authority_id, desk.duty, number)
    claim = Claim("desk", act.house.installation, subject, secret.public.raw, b"", int(act.now.timestamp()))
    grants = _recoverable(act, desk.duty, epoch, secret)
    return Drawn(desk, epoch, seats, grants, certificates.issue(claim, hand.signing))


def _chained(house: House, epoch_id: UUID, secret: SecretKey, before: tuple[DeskEpoch, SecretKey]) -> bytes:
    """The key before, sealed to the next: who holds the next reads what was sealed to the one before."""
    binding = house.binding("desk_epochs", epoch_id.bytes, "previous", before[0].id.bytes)
    return envelope.wrap(before[1].seed, secret.public, binding)


def _recoverable(act: Act, duty: Duty, epoch: DeskEpoch, secret: SecretKey) -> tuple[RecoveryGrant, ...]:
    """The key for those who hold shares; a demonstration has none."""
    row = recovery.newest(act.session, recovery.name_for(duty))
    if row is None:
        return ()
    act.house.newest.require(act.session, row)
    claim = act.house.directories.book.claim(act.session, row.body)
    public = PublicKey(claim.encryption_key)
    return (founding.recoverable(act.house.installation, epoch, secret, founding.RecoveryKey(row.id, public)),)


def open_key(act: Act, signing: SigningKey, motion: Motion) -> Draft:
    """Open the key that was proposed: the second signature, and the one before closes."""
    epoch, desk = _proposed(act, motion)
    before = current_epoch(act.session, desk.id)
    staged = {seat.officer_id for seat in seats_of(act.session, epoch.id)}
    if before is None:
        require_seatable(act, motion.proposer_id, desk.authority_id, desk.duty)
    else:
        act.house.newest.require(act.session, before)
    if staged != ({motion.proposer_id} if before is None else holders(act, before).keys()):
        raise StaleError("who sits there has changed since the key was drawn")
    certificate = cosigned(motion, signing)
    event = "desk_turned" if before else "desk_opened"
    facts = {"duty": str(desk.duty), "epoch": epoch.epoch, "fingerprint": certificates.fingerprint(certificate.body)}
    facts["officers"] = sorted(map(str, staged))
    draft = act.draft(event, ("desks", desk.id), desk.authority_id, None, **facts)
    if before is not None:
        before.closed_at = act.now
        draft.names(before)
        act.session.flush()  # one key of a desk is current
    draft.names(certificate)
    act.session.add(certificate)
    act.session.flush()  # what refers to it comes after
    epoch.certificate_id, epoch.opened_at = certificate.id, act.now
    draft.names(epoch)
    founding.touch(act.session)
    return draft


def drop_key(session: Session, house: House, motion: Motion, draft: Draft) -> None:
    """Take back the key that was proposed: no second person confirmed it. Raises LedgerError for one that is open."""
    epoch = session.get_one(DeskEpoch, motion.desk_epoch_id)
    house.newest.require(session, epoch)
    if epoch.opened_at is not None:
        raise LedgerError("this key was confirmed")
    seats = session.scalars(select(Seat).where(Seat.desk_epoch_id == motion.desk_epoch_id)).all()
    grants = session.scalars(select(RecoveryGrant).where(RecoveryGrant.desk_epoch_id == motion.desk_epoch_id)).all()
    for seat in seats:
        draft.erases(seat, seat.id)
        session.delete(seat)
    for grant in grants:
        draft.erases(grant, grant.id)
        session.delete(grant)
    session.flush()  # what refers to the epoch goes first
    draft.erases(epoch, epoch.id)
    session.delete(epoch)


def cosigned(motion: Motion, signing: SigningKey) -> Certificate:
    """The certificate that was proposed, with the second signature, as a row."""
    if motion.certificate is None:
        raise TypeError("this motion certifies nothing")
    body = certificates.cosign(motion.certificate, signing)
    claim = certificates.read(body)
    return Certificate(id=uuid4(), digest=sha256(body), kind=claim.kind, subject=claim.subject, body=body)


def _proposed(act: Act, motion: Motion) -> tuple[DeskEpoch, Desk]:
    epoch = act.session.get(DeskEpoch, motion.desk_epoch_id) if motion.desk_epoch_id else None
    if epoch is None or epoch.opened_at is not None:
        raise IllegalTransitionError("no such key is proposed")
    rows: tuple[Recorded, ...] = (epoch, *seats_of(act.session, epoch.id))
    act.house.newest.require(act.session, *rows)
    return epoch, act.session.get_one(Desk, epoch.desk_id)
