"""An officer changes their password: the same keys under another lock; every other session and known device ends.

It knows the one who is signed in; a password that was lost is no matter of this page, for nobody can open those keys.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crypto.keys import OfficerKeys, lock_officer
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.vocabulary import ActorKind
from portal.office import signing_in
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.office.sessions import Token
from portal.office.signing_in import Candidate, Proof
from portal.store.officers import Officer, OfficerSession

CHANGED = "password_changed"


@dataclass(frozen=True, slots=True)
class Relocked:
    """The officer's keys under the new password, not stored yet."""

    candidate: Candidate
    keys: OfficerKeys = field(repr=False)
    locked: bytes = field(repr=False)


def relock(house: House, candidate: Candidate, current: str, new: str) -> Relocked:
    """Open the keys with the password there is and lock them under the new one; no session is open here.

    Raises SignInError when the current password does not fit, BusyError.
    """
    keys = signing_in.unlock(house, candidate, current)
    if candidate.officer_id is None:
        raise TypeError("nobody's keys were opened")
    binding = house.binding("officers", candidate.officer_id.bytes, "locked_keys")
    with house.kdf.turn(known=True):
        return Relocked(candidate, keys, lock_officer(keys, new, pepper=house.pepper, binding=binding))


def store(
    session: Session, house: House, actor: Actor, token: Token, relocked: Relocked, proof: Proof, *, now: datetime
) -> str:
    """Take the code or passkey of the moment and store the new lock; returns the mark for this device.

    Raises SignInError for a code that does not fit, and when the lock was changed in the meantime.
    """
    signing_in.require_unchanged(session, house, relocked.candidate)
    officer = session.get_one(Officer, actor.officer_id)
    signing_in.use_proof(session, house, officer.id, proof, now=now)
    signing_in.forgive(session, relocked.candidate)
    officer.locked_keys = relocked.locked
    others = OfficerSession.officer_id == officer.id, OfficerSession.id != token.id
    session.execute(delete(OfficerSession).where(*others))
    party = Party(ActorKind.OFFICER, actor.officer_id, actor.authority_id)
    draft = Draft(CHANGED, now, party, ("officers", officer.id))
    draft.names(officer)
    record(session, house.entry_key, draft)
    return signing_in.device_mark(house, officer, now=now)
