"""An officer enrols: the code opens their keys, a password and one-time codes take its place, the code is used up.

It knows the invitation, its code and what becomes of both; how an officer is invited is `office.founding`.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.enrolment import EnrolmentCode, unlock_keys
from crypto.errors import CryptoError
from crypto.keys import OfficerKeys, SecretKey, SigningKey, lock_officer
from crypto.primitives import Binding, random_bytes
from portal.domain.audit import SYSTEM, Party
from portal.domain.errors import EnrolmentError, ExpiredCodeError, LedgerError, UsedCodeError
from portal.domain.vocabulary import ActorKind, OfficerState
from portal.office import founding, sessions, signing_in
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.office.sessions import Token
from portal.store.officers import Enrolment, Officer
from portal.store.session import lock, locked


@dataclass(frozen=True, slots=True)
class Invitation:
    """An enrolment that its code has opened."""

    id: UUID
    officer_id: UUID
    authority_id: UUID
    username: str
    code: EnrolmentCode
    secret: SecretKey = field(repr=False)
    signing: SigningKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Everything of an enrolment, sealed and not stored yet."""

    invitation: Invitation
    keys: OfficerKeys = field(repr=False)
    locked: bytes = field(repr=False)


def open_invitation(session: Session, house: House, username: str, code: EnrolmentCode, *, now: datetime) -> Invitation:
    """Find and open it. Raises EnrolmentError, UsedCodeError or ExpiredCodeError."""
    row = session.scalars(select(Enrolment).where(Enrolment.lookup == code.lookup(house.installation))).one_or_none()
    officer = session.get_one(Officer, row.officer_id) if row else None
    if row is None or officer is None or officer.username != username:
        raise EnrolmentError("no such name and code")
    house.newest.require(session, row, officer)
    _require_open(row, officer, now)
    secret, signing = _keys(house, row, officer, code)
    return Invitation(row.id, officer.id, officer.authority_id, username, code, secret, signing)


def _keys(house: House, row: Enrolment, officer: Officer, code: EnrolmentCode) -> tuple[SecretKey, SigningKey]:
    """The keys that the root certified and the code opens; for everybody else, new ones."""
    if row.locked_keys is None:
        return SecretKey.generate(), SigningKey.generate()
    try:
        secret, signing = unlock_keys(row.locked_keys, code, _place(house, row.id, "locked_keys", row.officer_id.bytes))
    except CryptoError as error:
        raise LedgerError("an enrolment is damaged") from error
    if (secret.public.raw, signing.public.raw) != (officer.public_key, officer.verify_key):
        raise LedgerError("an enrolment holds the keys of somebody else")
    return secret, signing


def _require_open(row: Enrolment, officer: Officer, now: datetime) -> None:
    """Raise UsedCodeError or ExpiredCodeError; whose keys lay under a code that lapsed has them no more."""
    if row.used_at is not None or officer.state is not OfficerState.ENROLLING:
        raise UsedCodeError("the code was used")
    if row.expires_at <= now or (row.locked_keys is None and officer.public_key is not None):
        raise ExpiredCodeError("the code is too old")


def draw_otp(house: House, invitation: Invitation) -> tuple[bytes, str]:
    """A new secret for one-time codes, and the same sealed for the form: nobody but the code's holder can make one."""
    otp = random_bytes(founding.OTP_BYTES)
    key = invitation.code.key(house.installation)
    sealed = envelope.seal(key, otp, _place(house, invitation.id, "otp"))
    return otp, base64.urlsafe_b64encode(sealed).decode()


def read_otp(house: House, invitation: Invitation, sealed: str) -> bytes | None:
    """The secret that a form carries; None when it is none of ours."""
    key = invitation.code.key(house.installation)
    try:
        return envelope.unseal(key, base64.urlsafe_b64decode(sealed), _place(house, invitation.id, "otp"))
    except (CryptoError, binascii.Error, ValueError):
        return None


def seal(house: House, invitation: Invitation, password: str, otp: bytes) -> Enrolled:
    """Lock the keys under the password; no session is open here. Raises BusyError."""
    keys = OfficerKeys(invitation.secret, invitation.signing, otp)
    binding = house.binding("officers", invitation.officer_id.bytes, "locked_keys")
    with house.kdf.turn():
        return Enrolled(invitation, keys, lock_officer(keys, password, pepper=house.pepper, binding=binding))


def enrol(session: Session, house: House, enrolled: Enrolled, digits: str, *, now: datetime) -> Token:
    """Use the code up: the officer is at work, and signed in. Raises SignInError for wrong digits."""
    invitation = enrolled.invitation
    row = session.get_one(Enrolment, invitation.id, with_for_update=lock(session))
    officer = session.get_one(Officer, invitation.officer_id, with_for_update=lock(session))
    house.newest.require(session, row, officer)
    _require_open(row, officer, now)
    signing_in.use_code(session, officer.id, enrolled.keys.otp, digits, now=now)
    row.locked_keys, row.used_at = None, now
    officer.locked_keys, officer.state = enrolled.locked, OfficerState.ACTIVE
    officer.public_key, officer.verify_key = invitation.secret.public.raw, invitation.signing.public.raw
    founding.touch(session)
    token = sessions.open_officer(session, house, officer.id, enrolled.keys, now=now)
    party = Party(ActorKind.OFFICER, officer.id, officer.authority_id)
    draft = Draft("enrolled", now, party, ("officers", officer.id))
    draft.names(row, officer)
    record(session, house.entry_key, draft, Draft("signed_in", now, party))
    return token


def lapse(session: Session, *, now: datetime) -> list[Draft]:
    """Wipe what codes that have become too old would open, in copies made from now on."""
    over = select(Enrolment).where(Enrolment.locked_keys.is_not(None), Enrolment.expires_at <= now)
    drafts = []
    for row in session.scalars(locked(session, over, skip=True)):
        row.locked_keys = None
        draft = Draft("enrolment_lapsed", now, SYSTEM, ("officers", row.officer_id))
        draft.authority_id = session.get_one(Officer, row.officer_id).authority_id
        draft.names(row)
        drafts.append(draft)
    return drafts


def _place(house: House, enrolment_id: UUID, part: str, key_id: bytes = b"") -> Binding:
    return house.binding("enrolments", enrolment_id.bytes, part, key_id)
