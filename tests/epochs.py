"""Turning a desk's epoch, as seating will: a new key, certified, sealed to who stays, with the old one behind it."""

from uuid import uuid4

from sqlalchemy import select

from crypto import envelope
from crypto.keys import SecretKey
from portal.domain.vocabulary import Duty
from portal.office import founding
from portal.office.directory import desk_subject
from portal.office.founding import Founder
from portal.office.recording import Draft
from portal.settings import read_key
from portal.store.officers import Desk, DeskEpoch, Seat
from tests.world import Member, World


def enrol(world: World, username: str) -> Member:
    """One more officer at the office of 长春."""
    with world.store.transaction() as session:
        founder = _founder(world, session)
        authority_id = world.actor("lin").authority_id
        officer_id, keys = founding.enrol(founder, authority_id, username, "another password")
    world.cast = {**world.cast, username: Member(officer_id, keys)}
    return world.cast[username]


def turn(world: World, who: str, *, seated: tuple[str, ...]) -> None:
    """Start the next epoch of the desk at which `who` sits, with these people and nobody else."""
    known, desk_id, secret = world.ring(who).epochs, world.actor(who).seats[0].desk_id, SecretKey.generate()
    current = select(DeskEpoch).where(DeskEpoch.desk_id == desk_id, DeskEpoch.closed_at.is_(None))
    with world.store.transaction() as session:
        founder, desk, old = _founder(world, session), session.get_one(Desk, desk_id), session.scalars(current).one()
        draft = founder.draft("desk_opened", "desks", desk_id, duty=str(desk.duty), epoch=old.epoch + 1)
        epoch = _next(world, founder, draft, old, known[old.id], secret)
        for seat in session.scalars(select(Seat).where(Seat.desk_epoch_id == old.id)):
            seat.left_at = world.clock()
            draft.names(seat)
        old.closed_at = world.clock()
        draft.names(old, epoch)
        session.flush()
        session.add(epoch)
        founder.record(draft)
        for username in seated:
            _seat(founder, world, desk, epoch, secret, username)
        founding.touch(session)


def _next(
    world: World, founder: Founder, draft: Draft, old: DeskEpoch, old_key: SecretKey, secret: SecretKey
) -> DeskEpoch:
    desk, new_id = founder.session.get_one(Desk, old.desk_id), uuid4()
    subject = desk_subject(desk.authority_id, Duty(desk.duty), old.epoch + 1)
    chain = world.house.binding("desk_epochs", new_id.bytes, "previous", old.id.bytes)
    return DeskEpoch(
        id=new_id,
        desk_id=old.desk_id,
        epoch=old.epoch + 1,
        public_key=secret.public.raw,
        certificate_id=founder.certify(draft, "desk", subject, encryption=secret.public.raw).id,
        previous=envelope.wrap(old_key.seed, secret.public, chain),
        opened_at=world.clock(),
        closed_at=None,
    )


def _seat(founder: Founder, world: World, desk: Desk, epoch: DeskEpoch, secret: SecretKey, username: str) -> None:
    member = world.cast[username]
    founding._seat(
        founder, desk.authority_id, Duty(desk.duty), epoch, secret, member.officer_id, member.keys.secret.public
    )


def _founder(world: World, session) -> Founder:
    return Founder(
        session=session,
        installation=world.house.installation,
        root=world.root,
        entry_key=world.house.entry_key,
        pepper=read_key(world.settings.pepper),
        now=world.clock(),
    )
