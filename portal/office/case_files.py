"""The files of a case as its officers see them: each picture, each download is recorded before it is shown."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.access import Actor
from portal.domain.errors import StrangerError
from portal.domain.files import Held
from portal.domain.vocabulary import MOST_FILES, Action, Sender
from portal.office import (
    assigning,
    case_file,
    checkpoints,
    evidence,
    exhibits,
    file_rows,
    gate,
    letters,
    proving,
    writing,
)
from portal.office.evidence import Added, Taken
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.manifests import FileKey, Manifest
from portal.office.proving import Log
from portal.office.recording import Draft, record
from portal.office.sheets import FileProof, FileSheet
from portal.store.files import Blob
from portal.store.ledger import Entry
from portal.store.reports import Report

SHOWN, TAKEN = "file_shown", "file_taken"


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, taken: Taken, *, now: datetime
) -> Added:
    """Seal what tells of a file that the office adds; the reporter can see it too. Raises EnoughError.

    In a session that writes, nobody else stores one meanwhile.
    """
    admitted = gate.admit(session, house, actor, Action.WRITE, case_id)
    draft = admitted.draft(evidence.ADDED, now)
    return evidence.prepare(session, house, admitted.report, ring, draft, taken, sender=Sender.OFFICE, now=now)


def add(session: Session, house: House, actor: Actor, case_id: UUID, added: Added) -> None:
    """Store it; the gate is asked again, inside the transaction. Raises StaleError when it was handed on."""
    admitted = gate.admit(session, house, actor, Action.WRITE, case_id)
    evidence.require_current(session, house, admitted.report, added)
    writing.store(session, house, added.prepared)


def room(session: Session, house: House, actor: Actor, case_id: UUID) -> Held:
    """The files that the report has, to whoever may add one."""
    admitted = gate.admit(session, house, actor, Action.WRITE, case_id)
    return file_rows.held(session, house, admitted.report.id)


def sheet(session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, number: int) -> FileSheet:
    """What can be said of the nth file without showing it. Raises StrangerError when there is none."""
    looker = _admit(session, house, actor, case_id, number)
    found = letters.file_sheet(_manifest(session, house, looker, ring, number))
    return file_rows.said_gone(found, file_rows.lying(session, looker.report_id))


def sheets(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, numbers: Collection[int]
) -> tuple[FileSheet, ...]:
    """What can be said of some files; those whose letters do not open are left out."""
    told: list[Manifest] = []
    for number in {min(numbers, default=1), max(numbers, default=1)}:  # of the report, of the case file, or of both
        told += _admit(session, house, actor, case_id, number).manifests(session, house, ring)
    return tuple(letters.file_sheet(one) for one in told if one.number in numbers)


def kept(session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, number: int) -> FileProof | None:
    """What shows later that the office's copy is the one that was made then; None where there is no copy."""
    looker = _admit(session, house, actor, case_id, number)
    copy = _manifest(session, house, looker, ring, number).copy
    if copy is None:
        return None
    wanted = select(Entry.index).join(Blob, Blob.entry_id == Entry.id).where(Blob.id == copy.blob)
    index = session.execute(wanted).scalar_one_or_none()
    return None if index is None else FileProof(index, copy.nonce.hex())


def proof(session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, number: int) -> str:
    """The proof of a file's entry, with what it says: digests, an hour, whose step it was.

    Raises StrangerError where there is no copy to show, UnprovenError while it is not signed yet.
    """
    found = kept(session, house, actor, ring, case_id, number)
    if found is None:
        raise StrangerError("nothing of this file is for the office alone")
    return proving.prove(session, Log.of(house), found.index, opened=True)


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
    looker = _admit(session, house, actor, case_id, number)
    pictures = _lying(session, looker, _manifest(session, house, looker, ring, number)).pictures
    if picture >= len(pictures):
        raise StrangerError("no such picture")
    record(session, house.entry_key, looker.draft(SHOWN, now, file=number, picture=picture))
    return pictures[picture]


def take(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, number: int, *, now: datetime
) -> FileKey:
    """The office's copy of a file, or the file where it is shown as it is, recorded.

    Raises StrangerError when there is neither.
    """
    checkpoints.require_signed(session, house, now=now)
    looker = _admit(session, house, actor, case_id, number)
    copy = _lying(session, looker, _manifest(session, house, looker, ring, number)).copy
    if copy is None:
        raise StrangerError("nothing of this file is for the office alone")
    record(session, house.entry_key, looker.draft(TAKEN, now, file=number))
    return copy


Manifests = Callable[[Session, House, Keyring], Sequence[Manifest]]


@dataclass(frozen=True, slots=True)
class _Looker:
    """An officer who may see files, those among which one is, and how the ledger calls what they do."""

    report_id: UUID
    manifests: Manifests
    draft: Callable[..., Draft]


def _admit(session: Session, house: House, actor: Actor, case_id: UUID, number: int) -> _Looker:
    """Of a report's files whoever handles the case, or was given the report itself; of a case file's whoever reads it.

    Raises as `gate.admit` does.
    """
    if number > MOST_FILES:
        admitted = case_file.admit(session, house, actor, case_id)
        return _Looker(admitted.report.id, _exhibits(case_id), admitted.draft)
    try:
        admitted = gate.admit(session, house, actor, Action.OPEN, case_id)
    except StrangerError:
        return _assigned(session, house, actor, case_id)
    return _Looker(admitted.report.id, _letters(admitted.report.id), admitted.draft)


def _assigned(session: Session, house: House, actor: Actor, case_id: UUID) -> _Looker:
    if not assigning.held(session, house, actor, case_id).narrative:
        raise StrangerError("the summary says what they need")
    report_id = session.scalars(select(Report.id).where(Report.case_id == case_id)).one()
    return _Looker(report_id, _letters(report_id), partial(assigning.looked, session, actor, case_id))


def _letters(report_id: UUID) -> Manifests:
    return lambda session, house, ring: letters.manifests(session, house, ring, report_id)


def _exhibits(case_id: UUID) -> Manifests:
    return lambda session, house, ring: exhibits.manifests(session, house, ring, case_id)


def _manifest(session: Session, house: House, looker: _Looker, ring: Keyring, number: int) -> Manifest:
    found = next((one for one in looker.manifests(session, house, ring) if one.number == number), None)
    if found is None:
        raise StrangerError("no such file")
    return found


def _lying(session: Session, looker: _Looker, manifest: Manifest) -> Manifest:
    """One of which something is left. Raises StrangerError for what was taken back."""
    if manifest.number not in file_rows.lying(session, looker.report_id):
        raise StrangerError("it was taken back")
    return manifest
