"""What whoever runs the machine does with the root key at hand: give a code, certify keys, where no two officers can.

The root key comes from where it is kept, is used, and goes back; nothing of it stays.
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from crypto import certificates
from crypto.enrolment import EnrolmentCode
from crypto.keys import SigningKey
from portal.domain.errors import PortalError, StartError
from portal.office import staffing
from portal.office.acting import Operation
from portal.office.recording import record
from portal.store.officers import Officer

Kind = TypeVar("Kind")


def require_root(operation: Operation, root: SigningKey) -> None:
    """Raise StartError unless this is the private half of the key that everything chains to."""
    if root.public != operation.house.directories.book.root:
        raise StartError("this is not the root key of this installation")


def find(operation: Operation, username: str) -> Officer:
    """The officer of a name, as they were recorded last. Raises StartError."""
    officer = operation.session.scalars(select(Officer).where(Officer.username == username)).one_or_none()
    if officer is None:
        raise StartError(f"there is no officer {username!r}")
    operation.house.newest.require(operation.session, officer)
    return officer


def invite(operation: Operation, root: SigningKey, authority: str, username: str) -> EnrolmentCode:
    """A new officer of an authority, named by its code. Raises StartError."""
    require_root(operation, root)
    return _refused(lambda: staffing.add(operation, authority_of(operation, authority), username))


def renew(operation: Operation, root: SigningKey, username: str) -> EnrolmentCode:
    """A new code for somebody whose code or password is lost; their seats end. Raises StartError."""
    require_root(operation, root)
    officer = find(operation, username)
    return _refused(lambda: staffing.begin_anew(operation, officer))


def certify(operation: Operation, root: SigningKey, username: str, *, fingerprint: str) -> None:
    """Vouch for an officer's keys, whose fingerprint the officer has read aloud. Raises StartError."""
    require_root(operation, root)
    officer = find(operation, username)
    claim = _refused(lambda: staffing.claim_for(operation.house, officer, issued_at=operation.now))
    if claim.fingerprint().replace(" ", "") != "".join(fingerprint.upper().split()):
        raise StartError(f"the keys of {username} have another fingerprint; certify nothing, find out who enrolled")
    _refused(lambda: staffing.uncertified(operation, officer.id))
    draft = staffing.vouch(operation, officer, certificates.issue(claim, root))
    record(operation.session, operation.house.entry_key, draft)


def authority_of(operation: Operation, code: str) -> UUID:
    """The authority of a code. Raises StartError."""
    codes = {said: one for one, said in operation.directory().codes.items()}
    if code not in codes:
        raise StartError(f"there is no authority {code!r}; the province is office-220000")
    return codes[code]


def _refused(work: Callable[[], Kind]) -> Kind:
    """Say in one line to whoever typed the command why it was not done."""
    try:
        return work()
    except StartError:
        raise
    except PortalError as refusal:
        raise StartError(f"not done: {refusal}") from refusal
