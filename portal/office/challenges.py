"""Challenges for passkeys: ours by their MAC, for one browser's session and ten minutes, and answered once.

Nothing is stored for a challenge until it is answered, so that whoever only opens pages fills no table.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crypto.primitives import mac, random_bytes, same, sha256
from portal.domain.errors import PasskeyRefusedError
from portal.office.house import House
from portal.store.insertion import insert_once
from portal.store.passkeys import UsedChallenge

LIFE = timedelta(minutes=10)
SKEW = timedelta(minutes=1)  # by which two hosts of one installation may differ
_TIME, _DRAWN, _TAG = 8, 16, 32


class Kind(StrEnum):
    """What a challenge is for: an answer to the one is none to the other."""

    GET = "get"  # showing that one has a passkey
    CREATE = "create"  # making one


def issue(house: House, kind: Kind, binding: bytes, *, now: datetime) -> bytes:
    """A challenge for whoever holds this session (WebAuthn Level 3, 13.4.3: random, 16 bytes or more)."""
    begun = int(now.timestamp()).to_bytes(_TIME, "big") + random_bytes(_DRAWN)
    return begun + _tag(house, kind, binding, begun)


def use(session: Session, house: House, kind: Kind, challenge: bytes, binding: bytes, *, now: datetime) -> None:
    """Take an answered challenge, once. Raises PasskeyRefusedError for one that is not ours, too old or used."""
    begun, tag = challenge[: _TIME + _DRAWN], challenge[_TIME + _DRAWN :]
    if len(tag) != _TAG or not same(tag, _tag(house, kind, binding, begun)):
        raise PasskeyRefusedError("not a challenge of this session")
    age = int(now.timestamp()) - int.from_bytes(begun[:_TIME], "big")
    if not -SKEW.total_seconds() <= age <= LIFE.total_seconds():
        raise PasskeyRefusedError("the challenge is too old")
    if not insert_once(session, UsedChallenge, {"id": sha256(challenge), "until": now + LIFE + SKEW}):
        raise PasskeyRefusedError("the challenge was used")


def forget(session: Session, *, now: datetime) -> None:
    """Drop used challenges that nobody could answer any more."""
    session.execute(delete(UsedChallenge).where(UsedChallenge.until < now))


def _tag(house: House, kind: Kind, binding: bytes, begun: bytes) -> bytes:
    return mac(house.secret, b"passkey-challenge", kind.encode(), binding, begun)
