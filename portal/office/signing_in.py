"""Signing in: password, then a one-time code or a passkey; the same work and the same answer whoever it is."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from crypto import keys as officer_keys
from crypto.errors import CryptoError, PasswordError
from crypto.keys import OfficerKeys
from crypto.primitives import mac, same, sha256
from portal.domain.access import Actor, SeatFacts
from portal.domain.audit import Party
from portal.domain.errors import SignInError
from portal.domain.vocabulary import ActorKind, Duty, OfficerState
from portal.office import asserting, keyring, paper
from portal.office.asserting import Assertion
from portal.office.house import House
from portal.office.keyring import HeldSeat, Keyring
from portal.office.recording import Draft, record
from portal.office.sessions import SignedIn, Token
from portal.store.driving import Question, asked
from portal.store.insertion import ensure_row
from portal.store.officers import Desk, DeskEpoch, Officer, OfficerSession, OtpStep, Seat, SignInDelay
from portal.store.session import lock

STEP = 30  # seconds, RFC 6238
WINDOW = 1  # steps of drift either way
FREE_FAILURES = 3
FREE_ON_DEVICE = 10  # on a device the officer has signed in from: more slips, but not without end
LONGEST_DELAY = timedelta(minutes=5)
DOUBLINGS = 9  # 2⁹ s is beyond the longest delay; a name tried for hours must not lead to a number no clock can hold
DEVICE_LIFE = timedelta(days=90)
FORGET_AFTER = timedelta(days=1)
_SEATS = (
    select(Desk.id, Desk.authority_id, Desk.duty)
    .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
    .join(Seat, Seat.desk_epoch_id == DeskEpoch.id)
    .where(Seat.left_at.is_(None), DeskEpoch.current)
    .order_by(Desk.duty)
)
_SEATED = _SEATS.where(Seat.officer_id == bindparam("officer"))
_ITS_OFFICER = select(OfficerSession.officer_id).where(OfficerSession.id == bindparam("id"))
_HELD = _SEATS.where(Seat.officer_id == _ITS_OFFICER.scalar_subquery()).add_columns(*keyring.SEAT)


@dataclass(frozen=True, slots=True)
class Candidate:
    """The account behind a name, if there is one."""

    officer_id: UUID | None
    authority_id: UUID | None
    locked: bytes = field(repr=False)
    counter: bytes  # which failures this attempt counts among
    known: bool  # a device this officer has signed in from before
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code as it was typed, with the secret it must come from."""

    secret: bytes = field(repr=False)
    typed: str = field(repr=False)


Proof = Code | Assertion  # that whoever holds the session, or knows the password, is the officer and is here now


def attempt(session: Session, house: House, username: str, *, mark: str | None = None, now: datetime) -> Candidate:
    """Look a name up and count the attempt as failed until `succeed`: many at once each wait for those before.

    An unknown name gives a candidate too, so that the work stays the same. A known device counts its failures apart:
    strangers who try the name don't keep its officer out, and whoever holds the device has no endless tries.
    """
    officer = session.scalars(
        select(Officer).where(Officer.username == username, Officer.state == OfficerState.ACTIVE)
    ).one_or_none()
    known = officer is not None and knows_device(house, officer, mark, now=now)
    counter = _digest(house, b"sign-in-device", mark or "") if known else _digest(house, b"sign-in-name", username)
    ensure_row(session, SignInDelay, {"name": counter, "failures": 0, "until": now})
    delay = session.get_one(SignInDelay, counter, with_for_update=lock(session))
    wait = _wait(delay.until, now)
    if not wait:
        _count(delay, now, free=FREE_ON_DEVICE if known else FREE_FAILURES)
    if officer is None:
        return Candidate(None, None, b"", counter, known, wait)
    return Candidate(officer.id, officer.authority_id, officer.locked_keys or b"", counter, known, wait)


def unlock(house: House, candidate: Candidate, password: str) -> OfficerKeys:
    """Open the officer's keys with the password; no session is open here. Raises SignInError, BusyError."""
    with house.kdf.turn(known=candidate.known):
        try:
            if candidate.officer_id is None:
                officer_keys.decoy(password, pepper=house.pepper)
                raise SignInError("name, password or code")
            binding = house.binding("officers", candidate.officer_id.bytes, "locked_keys")
            return officer_keys.unlock_officer(candidate.locked, password, pepper=house.pepper, binding=binding)
        except PasswordError as error:
            raise SignInError("name, password or code") from error
        except CryptoError as error:
            raise SignInError("the account's keys are damaged") from error


def require_unchanged(session: Session, house: House, candidate: Candidate) -> None:
    """Raise SignInError when the account is no longer as its password was tried on: changed, suspended, gone.

    Raises LedgerError when its row is not as it was recorded: an old lock, put back, opens with an old password.
    """
    officer = (
        session.get(Officer, candidate.officer_id, with_for_update=lock(session)) if candidate.officer_id else None
    )
    if officer is None or officer.state is not OfficerState.ACTIVE or officer.locked_keys != candidate.locked:
        raise SignInError("name, password or code")
    house.newest.require(session, officer)


def use_code(session: Session, officer_id: UUID, otp: bytes, code: str, *, now: datetime) -> None:
    """Take a one-time code (RFC 6238), or the next on paper, once. Raises SignInError for a wrong or used one."""
    session.get_one(
        Officer, officer_id, with_for_update=lock(session)
    )  # first of all, whoever else works on this officer
    totp = pyotp.TOTP(base64.b32encode(otp).decode())
    ensure_row(session, OtpStep, {"officer_id": officer_id, "step": 0, "printed": 0})
    used = session.get_one(OtpStep, officer_id, with_for_update=lock(session))
    if len(code) == paper.DIGITS:
        used.printed = paper.number_of(otp, code, used.printed) + 1
        return
    current = int(now.timestamp()) // STEP
    for step in range(current - WINDOW, current + WINDOW + 1):
        if same(totp.at(step * STEP).encode(), code.encode()) and step > used.step:
            used.step = step
            return
    raise SignInError("name, password or code")


def use_proof(session: Session, house: House, officer_id: UUID, proof: Proof, *, now: datetime) -> UUID | None:
    """Take a one-time code or a passkey, once; returns which passkey it was. Raises SignInError."""
    if isinstance(proof, Assertion):
        return asserting.prove(session, house, officer_id, proof, now=now)
    use_code(session, officer_id, proof.secret, proof.typed, now=now)
    return None


def require_code(session: Session, house: House, actor: Actor, proof: Proof, *, now: datetime) -> None:
    """Take a code or a passkey of this moment, for a step that asks for one. Raises SignInError."""
    use_proof(session, house, actor.officer_id, proof, now=now)


def succeed(session: Session, house: House, candidate: Candidate, passkey: UUID | None, *, now: datetime) -> None:
    """Forget the failures and record the sign-in, with the passkey that took the code's place."""
    forgive(session, candidate)
    party = Party(ActorKind.OFFICER, candidate.officer_id, candidate.authority_id)
    facts = {"passkey": str(passkey)} if passkey else {}
    record(session, house.entry_key, Draft("signed_in", now, party, facts=facts))


def forgive(session: Session, candidate: Candidate) -> None:
    """Forget the failures: the password was right."""
    delay = session.get(SignInDelay, candidate.counter)
    if delay is not None:
        session.delete(delay)


def forget(session: Session, *, now: datetime) -> None:
    """Drop the failures of names that nobody has tried for a day."""
    session.execute(delete(SignInDelay).where(SignInDelay.until < now - FORGET_AFTER))


def _wait(until: datetime, now: datetime) -> timedelta:
    """How long a name has to wait: no longer than any delay can be.

    What lies further ahead was set while the clock was wrong; it would keep the officer out until that time.
    """
    wait = until - now
    return wait if timedelta() < wait <= LONGEST_DELAY else timedelta()


def _count(delay: SignInDelay, now: datetime, *, free: int) -> None:
    """Each failure after the free ones doubles the wait."""
    delay.failures += 1
    over = min(max(delay.failures - free, 0), DOUBLINGS)
    delay.until = now + min(timedelta(seconds=2**over if over else 0), LONGEST_DELAY)


def sign_out(session: Session, house: House, actor: Actor, *, now: datetime) -> None:
    """Record that an officer left."""
    party = Party(ActorKind.OFFICER, actor.officer_id, actor.authority_id)
    record(session, house.entry_key, Draft("signed_out", now, party))


def printed(session: Session, house: House, actor: Actor, *, now: datetime) -> None:
    """Record that an officer had their codes shown, to put them on paper."""
    party = Party(ActorKind.OFFICER, actor.officer_id, actor.authority_id)
    record(session, house.entry_key, Draft("codes_printed", now, party, ("officers", actor.officer_id)))


def actor_of(session: Session, officer: Officer) -> Actor:
    """The officer with the seats held now."""
    return _actor(officer, asked(session, _SEATED, officer=officer.id))


def resumed(session: Session, house: House, token: Token, signed_in: SignedIn) -> tuple[Actor, Keyring]:
    """The same with the keys of these seats, both from one look at them, for whoever is behind a token."""
    rows, officer = asked(session, _HELD, id=token.id), signed_in.officer
    ring = keyring.opened(session, house, officer.id, signed_in.secret, (HeldSeat(*row[3:]) for row in rows))
    return _actor(officer, (row[:3] for row in rows)), ring


def looks(token: Token) -> Question:
    """What `resumed` asks."""
    return _HELD, {"id": token.id}


def _actor(officer: Officer, seats: Iterable[tuple[UUID, UUID, Duty]]) -> Actor:
    held = tuple(SeatFacts(*row) for row in seats)
    return Actor(officer.id, officer.authority_id, officer.username, held)


def device_mark(house: House, officer: Officer, *, now: datetime) -> str:
    """A cookie that lets a device this officer signed in from pass the delays of the name."""
    issued = str(int(now.timestamp()))
    return f"{issued}.{_device_tag(house, officer, issued).hex()}"


def knows_device(house: House, officer: Officer, mark: str | None, *, now: datetime) -> bool:
    """Whether a cookie was made for this officer, since the password was last changed and within its life."""
    issued, _, tag = (mark or "").partition(".")
    ours = _device_tag(house, officer, issued).hex()
    return same(ours.encode(), tag.encode()) and now.timestamp() - int(issued) <= DEVICE_LIFE.total_seconds()


def _device_tag(house: House, officer: Officer, issued: str) -> bytes:
    return mac(house.secret, b"device", officer.id.bytes, sha256(officer.locked_keys or b""), issued.encode())


def _digest(house: House, label: bytes, text: str) -> bytes:
    return mac(house.secret, label, text.encode())
