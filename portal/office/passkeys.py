"""An officer's passkeys: made with a proof of this moment (WebAuthn Level 3, 7.1), listed, removed.

A passkey takes the place of the one-time code and of nothing else: the password opens the officer's keys, no passkey
does. Which attestation a device brings is not asked: any device that knows its user will do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.errors import PasskeyRefusedError, StrangerError, UnfitPasskeyError
from portal.domain.vocabulary import Duty
from portal.office import challenges, signing_in
from portal.office.acting import Act
from portal.office.asserting import ODD, key_of
from portal.office.challenges import Kind
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.office.signing_in import Proof
from portal.office.staff_sheets import PasskeyLine
from portal.store.officers import Officer
from portal.store.passkeys import Passkey, PasskeyUse

if TYPE_CHECKING:
    from webauthn.registration.verify_registration_response import VerifiedRegistration

ADDED, REMOVED = "passkey_added", "passkey_removed"
FORMATS = ("none", "packed")  # the second without a certificate: what a device says for itself
MOST = 10  # of one officer
ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256 (COSE): what devices have, in the order they are asked for


@dataclass(frozen=True, slots=True)
class Made:
    """What the browser says of a passkey that it has just made, as JSON; its name; the session that it came from."""

    name: str
    said: str = field(repr=False)
    binding: bytes = field(repr=False)


def add(act: Act, proof: Proof, made: Made) -> UUID:
    """Take a new passkey of the actor. Raises SignInError for the proof, UnfitPasskeyError for the passkey."""
    act = act.entered()
    signing_in.require_code(act.session, act.house, act.actor, proof, now=act.now)
    new = _registered(act, made)
    theirs = of(act.session, act.actor.officer_id)
    if len(theirs) >= MOST:
        raise UnfitPasskeyError("there are as many as there may be")
    if act.session.scalars(select(Passkey.id).where(Passkey.credential_id == new.credential_id)).first():
        raise UnfitPasskeyError("it is known already")
    row = Passkey(
        id=uuid4(),
        officer_id=act.actor.officer_id,
        credential_id=new.credential_id,
        public_key=new.credential_public_key,
        officer_key=key_of(act.session.get_one(Officer, act.actor.officer_id)),
        name=made.name,
        added_at=act.now,
    )
    draft = _about(act, ADDED, row, act.actor.authority_id)
    draft.names(row)
    act.session.add(row)
    act.session.flush()  # what counts its uses comes after
    act.session.add(PasskeyUse(passkey_id=row.id, count=new.sign_count, used_on=None))
    record(act.session, act.house.entry_key, draft)
    return row.id


def _registered(act: Act, made: Made) -> "VerifiedRegistration":
    """Check challenge, site, presence, that the device knew its user, and the key itself."""
    from webauthn import verify_registration_response  # noqa: PLC0415 — a tenth of a second, for who adds one
    from webauthn.helpers import (  # noqa: PLC0415
        parse_attestation_object,
        parse_client_data_json,
        parse_registration_credential_json,
    )
    from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        credential = parse_registration_credential_json(made.said)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        challenges.use(act.session, act.house, Kind.CREATE, challenge, made.binding, now=act.now)
        attestation = parse_attestation_object(credential.response.attestation_object)
        if attestation.fmt not in FORMATS or attestation.att_stmt.x5c:
            raise UnfitPasskeyError("it brings a certificate that nobody asked for")
        return verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=act.house.site.host,
            expected_origin=act.house.site.origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(one) for one in ALGORITHMS],
        )
    except (PasskeyRefusedError, WebAuthnException, *ODD) as error:
        raise UnfitPasskeyError("the browser's answer makes no passkey") from error


def remove(act: Act, passkey_id: UUID) -> None:
    """Remove one of the actor's own. Raises StrangerError."""
    act = act.entered()
    row = act.session.get(Passkey, passkey_id)
    if row is None or row.officer_id != act.actor.officer_id:
        raise StrangerError("no such passkey")
    record(act.session, act.house.entry_key, *_removed(act, (row,), act.actor.authority_id))


def end_all(act: Act, officer: Officer) -> list[Draft]:
    """Remove every one of an officer who left, or begins anew; the drafts are the caller's to record."""
    return _removed(act, of(act.session, officer.id), officer.authority_id, Duty.ADMINISTER)


def of(session: Session, officer_id: UUID) -> list[Passkey]:
    """Those of an officer, the oldest first."""
    wanted = select(Passkey).where(Passkey.officer_id == officer_id).order_by(Passkey.added_at, Passkey.id)
    return list(session.scalars(wanted))


def lines(session: Session, house: House, officer_id: UUID) -> tuple[PasskeyLine, ...]:
    """As the officer sees them. Raises LedgerError for one that is not as it was recorded."""
    rows = of(session, officer_id)
    house.newest.require(session, *rows)
    uses = select(PasskeyUse).where(PasskeyUse.passkey_id.in_([row.id for row in rows]))
    used = {use.passkey_id: use.used_on for use in session.scalars(uses)}
    return tuple(PasskeyLine(row.id, row.name, row.credential_id, _day(row.added_at), used.get(row.id)) for row in rows)


def _day(at: datetime) -> date:
    return at.astimezone(clocks.SHANGHAI).date()


def _removed(act: Act, rows: Iterable[Passkey], authority_id: UUID, duty: Duty | None = None) -> list[Draft]:
    drafts = []
    for row in rows:
        draft = _about(act, REMOVED, row, authority_id, duty)
        draft.erases(row, row.id)
        act.session.execute(delete(PasskeyUse).where(PasskeyUse.passkey_id == row.id))
        act.session.delete(row)
        drafts.append(draft)
    return drafts


def _about(act: Act, event: str, row: Passkey, authority_id: UUID, duty: Duty | None = None) -> Draft:
    return act.draft(event, ("passkeys", row.id), authority_id, duty, officer=str(row.officer_id))
