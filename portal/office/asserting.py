"""Showing that one has a passkey (WebAuthn Level 3, 7.2): what the browser says, held to what was recorded.

The passkey's row is held to its newest entry (`house.newest`): whoever can write to the database and has no key file
cannot plant a passkey of their own, give an officer's to themselves, or put a removed one back. The count of uses and
the used challenges are in rows that no entry names: setting them back helps only whoever has copied the device's key,
or holds an answer that the portal has already taken in these ten minutes.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.primitives import sha256
from portal.domain import clocks
from portal.domain.audit import Party
from portal.domain.errors import PasskeyCopyError, PasskeyRefusedError
from portal.domain.vocabulary import ActorKind
from portal.office import challenges
from portal.office.challenges import Kind
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.insertion import ensure_row
from portal.store.officers import Officer
from portal.store.passkeys import Passkey, PasskeyUse
from portal.store.session import lock

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticationCredential

DOUBTED = "passkey_doubted"
ODD = (ValueError, TypeError, LookupError, AttributeError, RecursionError)  # what odd JSON brings the library to


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the browser says in answer to a challenge, as JSON, and the session that it came from."""

    said: str = field(repr=False)
    binding: bytes = field(repr=False)


def prove(session: Session, house: House, officer_id: UUID, assertion: Assertion, *, now: datetime) -> UUID:
    """Take a passkey of this officer as proof of this moment; returns which it was.

    Raises PasskeyRefusedError, PasskeyCopyError when the device counts back, and LedgerError for a row that is not as
    it was recorded.
    """
    officer = session.get_one(Officer, officer_id, with_for_update=lock(session))  # first, whoever else works on them
    credential, challenge = _read(assertion.said)
    challenges.use(session, house, Kind.GET, challenge, assertion.binding, now=now)
    row = session.scalars(
        select(Passkey).where(Passkey.credential_id == credential.raw_id, Passkey.officer_id == officer_id)
    ).one_or_none()
    if row is None or credential.response.user_handle != officer_id.bytes or row.officer_key != key_of(officer):
        raise PasskeyRefusedError("no passkey of this officer")
    house.newest.require(session, row, officer)
    _count(session, row, _verified(house, credential, challenge, row.public_key), now=now)
    return row.id


def key_of(officer: Officer) -> bytes:
    """What ties a passkey to the keys that an officer has: with new keys none of before is good, also one hidden."""
    return sha256(officer.public_key or b"")


def _read(said: str) -> tuple["AuthenticationCredential", bytes]:
    """The parts, and the challenge that the answer is for."""
    from webauthn.helpers import (  # noqa: PLC0415 — a tenth of a second and 6 MB, for those who have passkeys
        parse_authentication_credential_json,
        parse_client_data_json,
    )
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        credential = parse_authentication_credential_json(said)
        client = parse_client_data_json(credential.response.client_data_json)
    except (WebAuthnException, *ODD) as error:
        raise PasskeyRefusedError("not an answer to a challenge") from error
    if client.cross_origin:
        raise PasskeyRefusedError("asked for within a page of another site")
    return credential, client.challenge


def _verified(house: House, credential: "AuthenticationCredential", challenge: bytes, public_key: bytes) -> int:
    """Check site, signature, presence and that the device knew its user; returns how often it says it was used."""
    from webauthn import verify_authentication_response  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=house.site.host,
            expected_origin=house.site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # ours to compare: a count that went back is told apart
            require_user_verification=True,
        )
    except (WebAuthnException, *ODD) as error:
        raise PasskeyRefusedError("the answer does not verify") from error
    return verified.new_sign_count


def _count(session: Session, row: Passkey, count: int, *, now: datetime) -> None:
    """Keep the count and the day. Raises PasskeyCopyError unless it grew, where the device counts at all."""
    ensure_row(session, PasskeyUse, {"passkey_id": row.id, "count": 0, "used_on": None})
    use = session.get_one(PasskeyUse, row.id, with_for_update=lock(session))
    if (count or use.count) and count <= use.count:
        raise PasskeyCopyError(row.id, row.officer_id)
    use.count, use.used_on = count, now.astimezone(clocks.SHANGHAI).date()


def doubt(session: Session, house: House, refusal: PasskeyCopyError, *, now: datetime) -> None:
    """Record that a passkey seems to have been copied; in a transaction of its own, after the refusal's."""
    officer = session.get_one(Officer, refusal.officer_id)
    party = Party(ActorKind.OFFICER, officer.id, officer.authority_id)
    facts = {"officer": str(officer.id)}
    record(session, house.entry_key, Draft(DOUBTED, now, party, ("passkeys", refusal.passkey_id), facts))
