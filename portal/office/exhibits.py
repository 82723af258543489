"""Files of a case file (证据文件): what whoever checks photographed or was handed, beside the record of it.

Each is stored, copied and sealed as any file is, what was added under two shares; a paper of the case file tells of it,
so that whoever reads that file sees it and its reporter does not. Their numbers follow those a report may have.
"""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import FormatError
from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import StrangerError
from portal.domain.files import Held
from portal.domain.papers import Exhibit
from portal.domain.vocabulary import Action
from portal.office import case_keys, evidence, file_rows, gate, papers, writing
from portal.office.batch import Batch
from portal.office.evidence import Added, Taken
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.manifests import Manifest
from portal.office.writing import Prepared
from portal.store.papers import Paper

ADDED = "exhibit_added"
BESIDE = frozenset({PaperKind.NOTE, PaperKind.VISIT, PaperKind.FINDING, PaperKind.PENALTY})
log = logging.getLogger("portal.exhibits")


def room(session: Session, house: House, actor: Actor, case_id: UUID, about_id: UUID) -> Held:
    """The files that a case file has, to whoever may add one. Raises StrangerError for no record of it."""
    admitted = _admit(session, house, actor, case_id, about_id)
    return file_rows.held_beside(session, house, case_id, admitted.report.id)


def prepare(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    about_id: UUID,
    taken: Taken,
    *,
    now: datetime,
) -> Added:
    """Seal what tells of a file. Raises EnoughError, FlawedFileError where others took the room."""
    admitted = _admit(session, house, actor, case_id, about_id)
    manifest = evidence.numbered(taken, file_rows.held_beside(session, house, case_id, admitted.report.id))
    batch, draft = Batch(), admitted.draft(ADDED, now)
    content = case_keys.for_paper(session, house, batch, draft, admitted, ring)
    paper = Exhibit(manifest.number, manifest.as_bytes().decode())
    paper_id = papers.add(
        session, house, batch, draft, content, paper, admitted=admitted, made_at=now, about_id=about_id
    )
    prepared = Prepared(writing.current_generation(session), batch, (draft,))
    return evidence.store_with(session, house, admitted.report, prepared, taken, manifest, paper_id, now=now)


def add(session: Session, house: House, actor: Actor, case_id: UUID, about_id: UUID, added: Added) -> None:
    """Store it; the gate is asked again, inside the transaction. Raises StaleError when it was handed on."""
    admitted = _admit(session, house, actor, case_id, about_id)
    evidence.require_current(session, house, admitted.report, added)
    writing.store(session, house, added.prepared)


def manifests(session: Session, house: House, ring: Keyring, case_id: UUID) -> tuple[Manifest, ...]:
    """What opens the files of a case file, for whoever reads it; one that does not open hides none of the others."""
    wanted = select(Paper).where(Paper.case_id == case_id, Paper.kind == PaperKind.EXHIBIT)
    found: list[Manifest] = []
    for row in session.scalars(wanted.order_by(Paper.position)).all():
        said = papers.read_one(session, house, ring, row)
        try:
            found += [Manifest.of(said.manifest.encode())] if isinstance(said, Exhibit) else []
        except FormatError:
            log.critical("paper %s, of a file, does not open", row.id)
    return tuple(found)


def _admit(session: Session, house: House, actor: Actor, case_id: UUID, about_id: UUID) -> Admitted:
    """Whoever writes into the case file, about a record that is in it."""
    admitted = gate.admit_worker(session, house, actor, Action.FILE, case_id)
    lifecycle.advance(admitted.case.state, Action.FILE)
    row = session.get(Paper, about_id)
    if row is None or row.case_id != case_id or row.kind not in BESIDE:
        raise StrangerError("no such record")
    return admitted
