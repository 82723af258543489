"""Rows of keys: releasing ten fields of an identity, and the next key of a desk beside a store of any size."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import func, select

from bench.home import Home
from crypto import envelope
from crypto.keys import OfficerKeys, SecretKey
from crypto.primitives import Binding
from portal.domain.access import Actor
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import keyring, motions, signing_in
from portal.office.acting import Act, Hand
from portal.office.house import House
from portal.office.motion_kinds import Wanted
from portal.office.signing_in import Code
from portal.store.ledger import Entry
from portal.store.officers import Officer
from portal.store.session import Store

TURNS = 9
FIELDS = 10
TIMES = 51
PLACE = Binding(b"bench", "fields", b"row", "part", b"")
VALUE = b"13800000000"


class Cast:
    """Officers of 长春 at work, each with the keys that their password opens."""

    def __init__(self, home: Home, store: Store, house: House) -> None:
        self.store, self.house = store, house
        with store.reading() as session:  # a store that grew for the next size remembers the codes used before
            last = session.execute(select(func.max(Entry.at))).scalar_one()
        self.now = max(datetime.now(UTC), last).replace(microsecond=0)
        self.accounts = {one["username"]: one for one in home.accounts()}
        self.keys = {name: self._unlock(name) for name in ("changchun-intake", "changchun-administer1")}

    def _unlock(self, name: str) -> OfficerKeys:
        account = self.accounts[name]
        with self.store.transaction() as session:
            candidate = signing_in.attempt(session, self.house, name, now=self.now)
        return signing_in.unlock(self.house, candidate, account["password"])

    def hand(self, name: str) -> tuple[Hand, Actor]:
        """What an officer signs with, a fresh code each time."""
        self.now += timedelta(seconds=31)
        keys = self.keys[name]
        with self.store.reading() as session:
            officer = session.scalars(select(Officer).where(Officer.username == name)).one()
            actor = signing_in.actor_of(session, officer)
            ring = keyring.load(session, self.house, officer.id, keys.secret)
        code = pyotp.TOTP(self.accounts[name]["totp_secret"]).at(self.now)
        return Hand(ring, keys.signing, Code(keys.otp, code)), actor

    def turn(self) -> float:
        """The next key of 长春's intake desk, proposed and confirmed; returns the seconds of both steps."""
        lin, intake = self.hand("changchun-intake")
        seat = next(one for one in intake.seats if one.duty is Duty.INTAKE)
        began = time.perf_counter()
        with self.store.transaction() as session:
            wanted = Wanted(MotionKind.TURN, seat.authority_id, desk_id=seat.desk_id)
            motion: UUID = motions.propose(Act(session, self.house, self.now, intake), lin, wanted)
        proposed = time.perf_counter() - began
        guan, administrator = self.hand("changchun-administer1")
        began = time.perf_counter()
        with self.store.transaction() as session:
            motions.confirm(Act(session, self.house, self.now, administrator), guan, motion)
        return proposed + time.perf_counter() - began


def turn(home: Home, size: int) -> dict[str, object]:
    """A desk's next key beside so many cases: two signatures, one wrap for each seat, no report touched."""
    _, filled = home.fill(size)
    with home.opened() as (store, house):
        cast = Cast(home, store, house)
        seconds = sorted(cast.turn() for _ in range(TURNS))
    floor = _wrap()
    ours = seconds[TURNS // 2] * 1000
    figures = {"p50_ms": round(ours, 2), "worst_ms": round(seconds[-1] * 1000, 2)}
    return {"filled_s": filled, "portal": figures, "floor": {"wrap_ms": round(floor, 3)}, "ratio": round(ours / floor)}


def release(_home: Home, _size: int) -> dict[str, object]:
    """The ciphers of releasing ten fields: both halves unwrapped, joined, the value opened, sealed and wrapped."""
    custody, requester = SecretKey.generate(), SecretKey.generate()
    lifted = [_lifted(custody) for _ in range(FIELDS)]

    def work() -> None:
        for half, other, body in lifted:
            key = envelope.join(envelope.unwrap(half, custody, PLACE), envelope.unwrap(other, custody, PLACE), PLACE)
            value, fresh = envelope.unseal(key, body, PLACE), envelope.new_key()
            envelope.seal(fresh, value, PLACE)
            envelope.wrap(fresh, requester.public, PLACE)

    ours, floor = _median(work), _wrap()
    figures, ratio = {"ciphers_ms": round(ours, 2)}, round(ours / (FIELDS * floor), 1)
    return {"portal": figures, "floor": {"wrap_ms": round(floor, 3)}, "ratio": ratio}


def _lifted(custody: SecretKey) -> tuple[bytes, bytes, bytes]:
    """A field after the lead has lifted it: both halves of its key for the custody desk, and its body."""
    lead, own = envelope.new_key(), envelope.new_key()
    halves = [envelope.wrap(share, custody.public, PLACE) for share in (lead, own)]
    return halves[0], halves[1], envelope.seal(envelope.join(lead, own, PLACE), VALUE, PLACE)


def _wrap() -> float:
    """Milliseconds of one HPKE wrap: what every step of keys is made of."""
    public = SecretKey.generate().public
    return _median(lambda: envelope.wrap(bytes(32), public, PLACE))


def _median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return sorted(times)[TIMES // 2] * 1000
