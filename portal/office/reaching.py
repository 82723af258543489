"""Where an officer's mail goes: set by an administrator or by themselves; the address stands in no entry."""

from uuid import UUID

from portal.domain.mailing import require_address
from portal.office import staffing
from portal.office.acting import Act
from portal.office.recording import Draft, record
from portal.store.officers import Officer
from portal.store.session import lock

SET = "mail_set"


def set_own(act: Act, address: str) -> None:
    """The actor's own address; nothing takes it away. Raises MailAddressError."""
    officer = act.session.get_one(Officer, act.actor.officer_id, with_for_update=lock(act.session))
    act.house.newest.require(act.session, officer)
    draft = act.draft(SET, ("officers", officer.id), officer.authority_id, None)
    _set(act, officer, address, draft)


def set_for(act: Act, officer_id: UUID, address: str) -> None:
    """The address of an officer whom the actor administers. Raises StrangerError, OwnMotionError, MailAddressError."""
    officer = staffing.administered(act, officer_id)
    _set(act, officer, address, act.administering(SET, ("officers", officer.id), officer.authority_id))


def _set(act: Act, officer: Officer, address: str, draft: Draft) -> None:
    officer.mail = require_address(address) if address.strip() else None
    draft.names(officer)
    record(act.session, act.house.entry_key, draft)
