"""The case file (案卷): papers sealed when they are written, never edited, read by whoever works on the case."""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError, FormatError
from portal.domain import paper_kinds
from portal.domain.access import Actor
from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import LedgerError
from portal.domain.evidence import BlobRole
from portal.domain.papers import Exhibit, Paper
from portal.office import case_keys, file_rows, letters, sealing
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.manifests import Manifest
from portal.office.recording import Draft
from portal.office.sealing import Content
from portal.office.sheets import FileSheet
from portal.store.cases import Case
from portal.store.driving import asked
from portal.store.officers import Officer
from portal.store.papers import Paper as Row

FILED = "paper_filed"
_OF_CASE = (
    select(Row, Officer.username)
    .join(Officer, Officer.id == Row.author_id)
    .where(Row.case_id == bindparam("case"))
    .order_by(Row.position)
)
log = logging.getLogger("portal.papers")


class Filing(Protocol):
    """Whoever files something, admitted to its case."""

    @property
    def case(self) -> Case:
        """The case."""
        ...

    @property
    def actor(self) -> Actor:
        """The officer."""
        ...


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A paper as a page shows it; `paper` is None where it does not open for this reader."""

    id: UUID
    kind: PaperKind
    position: int
    about_id: UUID | None
    author: str
    made_at: datetime
    paper: Paper | None
    file: FileSheet | None = None  # that it tells of


def add(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    content: Content,
    paper: Paper,
    *,
    admitted: Filing,
    made_at: datetime,
    about_id: UUID | None = None,
) -> UUID:
    """Seal a paper into a batch and say so in its draft.

    Two at once meet the UNIQUE constraint on their position (StaleError).
    """
    paper_id, position = batch.new_id(), next_position(session, admitted.case.id) + len(tuple(batch.rows(Row)))
    draft.facts = {**draft.facts, "paper": position, "kind": str(paper.KIND)}
    return batch.add(
        draft,
        Row,
        paper_id,
        case_id=admitted.case.id,
        kind=paper.KIND,
        position=position,
        about_id=about_id,
        author_id=admitted.actor.officer_id,
        content_key_id=content.id,
        body=sealing.seal_text(house, content, "papers", paper_id, "body", paper.as_bytes()),
        made_at=made_at,
    )


def put(
    session: Session, house: House, draft: Draft, admitted: Admitted, ring: Keyring, paper: Paper, *, made_at: datetime
) -> UUID:
    """Seal a paper under the key of the case file and store it. Raises what `case_keys.for_paper` raises."""
    batch = Batch()
    content = case_keys.for_paper(session, house, batch, draft, admitted, ring)
    paper_id = add(session, house, batch, draft, content, paper, admitted=admitted, made_at=made_at)
    batch.insert(session)
    return paper_id


def next_position(session: Session, case_id: UUID) -> int:
    """The place of the next paper in a case file, from 1."""
    last = session.execute(select(func.max(Row.position)).where(Row.case_id == case_id)).scalar_one()
    return (last or 0) + 1


def of_case(session: Session, house: House, ring: Keyring, case_id: UUID) -> tuple[PaperSheet, ...]:
    """A case file, oldest paper first."""
    rows = asked(session, _OF_CASE, case=case_id)
    contents = ring.open_sound(session, house, {row.content_key_id for row, _ in rows}) if rows else {}
    filed = any(row.kind is PaperKind.EXHIBIT for row, _ in rows)
    there = file_rows.beside(session, case_id) if filed else {}
    return tuple(_sheet(row, author, _read(house, contents, row), there) for row, author in rows)


def _sheet(row: Row, author: str, paper: Paper | None, there: Mapping[int, Collection[BlobRole]]) -> PaperSheet:
    file = _told(row, paper, there) if isinstance(paper, Exhibit) else None
    shown = paper if file or not isinstance(paper, Exhibit) else None
    return PaperSheet(row.id, row.kind, row.position, row.about_id, author, row.made_at, shown, file)


def _told(row: Row, paper: Exhibit, there: Mapping[int, Collection[BlobRole]]) -> FileSheet | None:
    try:
        return file_rows.said_gone(letters.file_sheet(Manifest.of(paper.manifest.encode())), there)
    except FormatError:
        log.critical("paper %s, of a file, does not open", row.id)
        return None


def filed_with(
    session: Session, house: House, ring: Keyring, case_id: UUID, author_id: UUID, made_at: datetime
) -> Paper | None:
    """The paper that somebody filed at a moment, with what they proposed; None where it does not open."""
    mine = select(Row).where(Row.case_id == case_id, Row.author_id == author_id, Row.made_at == made_at)
    row = session.scalars(mine.order_by(Row.position.desc()).limit(1)).one_or_none()
    return _read(house, ring.open_sound(session, house, {row.content_key_id}), row) if row else None


def read_one(session: Session, house: House, ring: Keyring, row: Row) -> Paper | None:
    """One paper, for whoever reads it."""
    return _read(house, ring.open_sound(session, house, {row.content_key_id}), row)


def _read(house: House, contents: Mapping[UUID, Content], row: Row) -> Paper | None:
    """One that is not for this reader, or does not open, hides none of the others."""
    content = contents.get(row.content_key_id)
    if content is None:
        return None
    try:
        return paper_kinds.read(sealing.unseal_text(house, content, "papers", row.id, "body", row.body))
    except (CryptoError, LedgerError):
        log.critical("paper %s does not open", row.id)
        return None
