"""The outbox at work: what happened at desks becomes messages, and messages leave, outside of any transaction.

One process at a time does this. A message is marked sent after it left: whoever dies in between sends it again, under
the same id, so that a mail program shows one. What fails is tried again, and in the end given up and told by
`portal doctor`. Nothing here says what a message is about: a digest looks the same on a day without any news.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.mailing import PATIENCE, STALE, MailAddressError, Parcel
from portal.domain.vocabulary import OfficerState
from portal.office import mailing, publishing, rostering
from portal.office.house import House
from portal.office.mailing import Letterhead, Mailer, UndeliveredError
from portal.outgoing import Outgoing
from portal.store.ledger import Checkpoint
from portal.store.officers import DeskEpoch, Officer, Seat
from portal.store.outbox import Outbox
from portal.store.session import Store

log = logging.getLogger("portal.post")

BATCH = 200
PUNCTUAL = timedelta(hours=3)  # after which a day's digest is left out
_WAITS = (Outbox.sent_at.is_(None), Outbox.given_up_at.is_(None))
_RINGS = (Outbox.kind == Parcel.ALARM, Outbox.desk_id.is_not(None), *_WAITS)
_MESSAGES = (Outbox.desk_id.is_(None), *_WAITS)


@dataclass(frozen=True, slots=True)
class _Message:
    """One that is due, with all that sending it takes."""

    id: UUID
    kind: Parcel
    to: str | None  # None: the gateway, or an officer without an address by now
    note: bytes
    created_at: datetime
    tries: int


def deliver(store: Store, house: House, outgoing: Outgoing, *, now: datetime) -> int:
    """Send what is due; returns how many messages left. At rest it writes nothing."""
    if not outgoing:
        return 0
    with store.reading() as session:
        rings, digest = _ringing(session), outgoing.mail is not None and _digest_due(session, outgoing, now)
    if rings:
        with store.transaction() as session:
            _ring(session, outgoing, now)
    if digest:
        with store.transaction() as session:
            _digest(session, publishing.moment(now, outgoing.hour), now)
    with store.reading() as session:
        due = _due(session, outgoing, now)
    return _send(store, house, outgoing, due, now) if due else 0


def _ringing(session: Session) -> bool:
    return session.scalars(select(Outbox.id).where(*_RINGS).limit(1)).first() is not None


def _ring(session: Session, outgoing: Outgoing, now: datetime) -> None:
    """Each desk that has an alarm becomes a message to whoever is on watch, and one to the gateway."""
    rung: set[UUID] = set()
    fresh = False
    for row in session.scalars(select(Outbox).where(*_RINGS)):
        if now - row.created_at > STALE:
            row.given_up_at, row.failure = now, "too-late"
            continue
        row.sent_at, fresh = now, True
        rung |= rostering.rings(session, row.desk_id, now=now) if outgoing.mail and row.desk_id else set()
    for officer_id in sorted(rung):
        session.add(_message(Parcel.ALARM, now, officer_id))
    if fresh and outgoing.hook:
        session.add(_message(Parcel.HOOK, now))
    elif fresh and not rung:
        log.critical("an alarm rang nobody: no officer of its desk has a mail address")


def _message(kind: Parcel, at: datetime, officer_id: UUID | None = None) -> Outbox:
    return Outbox(id=uuid4(), kind=kind, officer_id=officer_id, created_at=at, sent_at=None)


def _seated() -> Select[UUID]:
    """Every officer at work who sits somewhere and has an address."""
    return (
        select(Officer.id)
        .join(Seat, Seat.officer_id == Officer.id)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .where(Officer.state == OfficerState.ACTIVE, Officer.mail.is_not(None))
        .where(Seat.left_at.is_(None), DeskEpoch.current)
        .distinct()
    )


def _digest_due(session: Session, outgoing: Outgoing, now: datetime) -> bool:
    """Once a day, at its hour: one that comes in the evening would say that something was different today."""
    moment = publishing.moment(now, outgoing.hour)
    if now - moment > PUNCTUAL:
        return False
    made = select(Outbox.id).where(Outbox.kind == Parcel.DIGEST, Outbox.created_at == moment)
    return session.scalars(made.limit(1)).first() is None and session.scalars(_seated().limit(1)).first() is not None


def _digest(session: Session, moment: datetime, now: datetime) -> None:
    """One message to everybody, whatever there is; what waited for it has been told with that."""
    for officer_id in session.scalars(_seated()).all():
        session.add(_message(Parcel.DIGEST, moment, officer_id))
    session.execute(
        update(Outbox)
        .where(Outbox.desk_id.is_not(None), Outbox.kind != Parcel.ALARM, *_WAITS)
        .values(sent_at=now)
        .execution_options(synchronize_session=False)
    )


def _due(session: Session, outgoing: Outgoing, now: datetime) -> Sequence[_Message]:
    """What is to leave now: alarms first, then in the order in which it was made."""
    ways = [Outbox.kind == Parcel.HOOK] if outgoing.hook else []
    ways += [Outbox.kind != Parcel.HOOK] if outgoing.mail else []
    wanted = (
        select(Outbox, Officer.mail)
        .outerjoin(Officer, Officer.id == Outbox.officer_id)
        .where(*_MESSAGES, or_(*ways), or_(Outbox.next_at.is_(None), Outbox.next_at <= now))
        .order_by(Outbox.kind.not_in((Parcel.ALARM, Parcel.HOOK)), Outbox.created_at, Outbox.id)
        .limit(BATCH)
    )
    return [
        _Message(row.id, Parcel(row.kind), row.address or mail, _note_of(session, row), row.created_at, row.tries)
        for row, mail in session.execute(wanted)
    ]


def _note_of(session: Session, row: Outbox) -> bytes:
    """The checkpoint that a witness gets; after a restore there may be two of a size."""
    if row.checkpoint is None:
        return b""
    notes = select(Checkpoint.note).where(Checkpoint.size == row.checkpoint).order_by(Checkpoint.signed_at.desc())
    return (session.scalars(notes.limit(1)).first() or "").encode()


def _send(store: Store, house: House, outgoing: Outgoing, due: Iterable[_Message], now: datetime) -> int:
    """One after another, each marked by itself, through one connection."""
    sent = 0
    with Mailer() as mailer:
        for message in due:
            try:
                _leave(house, outgoing, mailer, message)
            except UndeliveredError as error:
                _note(store, message, error, now)
            else:
                sent += 1
                _mark(store, message.id, sent_at=now, next_at=None, failure=None)
    return sent


def _leave(house: House, outgoing: Outgoing, mailer: Mailer, message: _Message) -> None:
    if message.kind is Parcel.HOOK and outgoing.hook:
        mailing.ring(outgoing.hook, message.id, house.secret)
        return
    if outgoing.mail is None or message.to is None:
        raise UndeliveredError("no-address", lasting=True)
    head = Letterhead(outgoing.mail.sender, outgoing.public_url, house.secret)
    try:
        said = mailing.compose(head, message.kind, message.to, message.id, message.created_at, message.note)
    except MailAddressError:
        raise UndeliveredError("no-address", lasting=True) from None
    mailer.send(outgoing.mail, said)


def _note(store: Store, message: _Message, error: UndeliveredError, now: datetime) -> None:
    """Tried again later, or given up."""
    tries = message.tries + 1
    wait = None if error.lasting else PATIENCE[message.kind].after(tries)
    stale = message.kind in {Parcel.ALARM, Parcel.HOOK} and now - message.created_at > STALE
    over = wait is None or stale
    kind = f"{message.kind}, {error.code}{'; given up' if over else ''}"  # words of our own
    log.warning("a message did not leave: %s", kind)
    if wait is None or stale:
        _mark(store, message.id, tries=tries, failure=error.code, given_up_at=now, next_at=None)
    else:
        _mark(store, message.id, tries=tries, failure=error.code, next_at=now + wait)


def _mark(store: Store, message_id: UUID, **values: object) -> None:
    with store.transaction() as session:
        session.execute(update(Outbox).where(Outbox.id == message_id).values(**values))


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the outbox stands, for whoever runs the machine."""

    oldest: datetime | None  # of what has not left yet
    given_up: int
    failure: str  # why the newest of those was given up
    unaddressed: int  # officers with a seat whom no mail reaches


def waiting(session: Session, *, since: datetime) -> Waiting:
    """Look: messages that have not left, those that were given up since, and who has no address."""
    oldest = session.execute(select(func.min(Outbox.created_at)).where(*_WAITS)).scalar_one()
    lost = select(Outbox.failure).where(Outbox.given_up_at >= since).order_by(Outbox.given_up_at.desc())
    failures = session.scalars(lost.limit(BATCH)).all()
    held = (
        select(func.count(Officer.id.distinct()))
        .join(Seat, Seat.officer_id == Officer.id)
        .where(Officer.state == OfficerState.ACTIVE, Officer.mail.is_(None), Seat.left_at.is_(None))
    )
    nobody = session.execute(held).scalar_one()
    return Waiting(oldest, len(failures), next(iter(failures), None) or "", nobody)
