"""The files of a case as its officers see them: each picture, each download is recorded before it is shown."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.access import Actor
from portal.domain.errors import StrangerError
from portal.domain.vocabulary import Action, LetterKind, Sender
from portal.office import checkpoints, evidence, gate, letters, writing
from portal.office.evidence import Added, Taken
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.manifests import FileKey, Manifest
from portal.office.recording import record
from portal.office.sheets import FileSheet
from portal.store.reports import Letter

SHOWN, TAKEN = "file_shown", "file_taken"


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, taken: Taken, *, now: datetime
) -> Added:
    """Seal what tells of a file that the office adds; the reporter can see it too. Raises EnoughError."""
    admitted = gate.admit(session, actor, Action.WRITE, case_id)
    draft = admitted.draft(evidence.ADDED, now)
    return evidence.prepare(session, house, admitted.report, ring, draft, taken, sender=Sender.OFFICE, now=now)


def add(session: Session, house: House, actor: Actor, case_id: UUID, added: Added) -> None:
    """Store it; the gate is asked again, inside the transaction. Raises StaleError when it was handed on."""
    admitted = gate.admit(session, actor, Action.WRITE, case_id)
    evidence.require_current(session, house, admitted.report, added)
    writing.store(session, house, added.prepared)


def sheet(session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, number: int) -> FileSheet:
    """What can be said of the nth file without showing it. Raises StrangerError when there is none."""
    return letters.file_sheet(_manifest(session, house, gate.admit(session, actor, Action.OPEN, case_id), ring, number))


def show(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    number: int,
    picture: int,
    *,
    now: datetime,
) -> FileKey:
    """One picture of a file, recorded. Raises StrangerError when there is none."""
    checkpoints.require_signed(session, house, now=now)
    admitted = gate.admit(session, actor, Action.OPEN, case_id)
    pictures = _manifest(session, house, admitted, ring, number).pictures
    if picture >= len(pictures):
        raise StrangerError("no such picture")
    record(session, house.entry_key, admitted.draft(SHOWN, now, file=number, picture=picture))
    return pictures[picture]


def take(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, number: int, *, now: datetime
) -> FileKey:
    """The office's copy of a file, or the file where it is shown as it is, recorded.

    Raises StrangerError when there is neither.
    """
    checkpoints.require_signed(session, house, now=now)
    admitted = gate.admit(session, actor, Action.OPEN, case_id)
    copy = _manifest(session, house, admitted, ring, number).copy
    if copy is None:
        raise StrangerError("nothing of this file is for the office alone")
    record(session, house.entry_key, admitted.draft(TAKEN, now, file=number))
    return copy


def _manifest(session: Session, house: House, admitted: Admitted, ring: Keyring, number: int) -> Manifest:
    wanted = select(Letter).where(Letter.report_id == admitted.report.id, Letter.kind == LetterKind.FILE)
    rows = session.scalars(wanted.order_by(Letter.position)).all()
    contents = ring.open(session, house, {one.content_key_id for one in rows})
    told = (letters.manifest(house, contents, one) for one in rows if one.content_key_id in contents)
    found = next((one for one in told if one.number == number), None)
    if found is None:
        raise StrangerError("no such file")
    return found
