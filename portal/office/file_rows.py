"""Rows of files, of a report and of its case file: how many there are, what is left of each, and erasing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.case_vocabulary import PaperKind
from portal.domain.evidence import BlobRole, Fate
from portal.domain.files import Held
from portal.domain.vocabulary import MOST_FILES, IdentityField, LetterKind, Sender
from portal.office.house import House
from portal.office.recording import Draft
from portal.office.sheets import FileSheet, LetterSheet
from portal.store.driving import Question, asked
from portal.store.files import Blob
from portal.store.papers import Paper
from portal.store.reports import Letter

_SENT = select(func.sum(Blob.length)).where(Blob.report_id == bindparam("report"), Blob.role == BlobRole.ORIGINAL)
_HELD = select(
    select(func.count())
    .where(Letter.report_id == bindparam("report"), Letter.kind == LetterKind.FILE)
    .scalar_subquery(),
    _SENT.where(Blob.letter_id.is_not(None)).scalar_subquery(),
)
_BESIDE = select(
    select(func.count()).where(Paper.case_id == bindparam("case"), Paper.kind == PaperKind.EXHIBIT).scalar_subquery(),
    _SENT.where(Blob.paper_id.is_not(None)).scalar_subquery(),
)
_LYING = (
    select(Blob.number, Blob.role)
    .join(Paper, Paper.id == Blob.paper_id)
    .where(Paper.case_id == bindparam("case"))
    .distinct()
)


def held(session: Session, house: House, report_id: UUID) -> Held:
    """The files that a report has, and room for more."""
    ((files, sent),) = asked(session, _HELD, report=report_id)
    return Held(files or 0, int(sent or 0), house.allowance)


def looks(report_id: UUID) -> Question:
    """What `held` asks."""
    return _HELD, {"report": report_id}


def held_beside(session: Session, house: House, case_id: UUID, report_id: UUID) -> Held:
    """The same of its case file."""
    ((files, sent),) = asked(session, _BESIDE, case=case_id, report=report_id)
    return Held(files or 0, int(sent or 0), house.allowance, MOST_FILES)


def told_gone(session: Session, report_id: UUID, read: Iterable[LetterSheet]) -> tuple[LetterSheet, ...]:
    """Letters, of which those that tell of a file say whether it was erased as it was sent."""
    told = tuple(read)
    if not any(one.file for one in told):
        return told
    there = lying(session, report_id)
    return tuple(replace(one, file=one.file and said_gone(one.file, there)) for one in told)


def said_gone(file: FileSheet, there: Mapping[int, Collection[BlobRole]]) -> FileSheet:
    """A file with what is gone of it: as it was sent; or all, where an officer took it back."""
    left = there.get(file.number, ())
    if not left and file.fate is not Fate.KEPT:
        return replace(file, gone=True, back=True, pictures=0, copied=False)
    return replace(file, gone=BlobRole.ORIGINAL not in left)


def lying(session: Session, report_id: UUID) -> Mapping[int, frozenset[BlobRole]]:
    """What still lies in the store of the files of a report and its case file, by their numbers."""
    wanted = select(Blob.number, Blob.role).where(Blob.report_id == report_id).distinct()
    return _by_number([(number, role) for number, role in session.execute(wanted)])


def beside(session: Session, case_id: UUID) -> Mapping[int, frozenset[BlobRole]]:
    """The same of the case file alone."""
    return _by_number(asked(session, _LYING, case=case_id))


def _by_number(rows: Iterable[tuple[int, BlobRole]]) -> Mapping[int, frozenset[BlobRole]]:
    found: dict[int, frozenset[BlobRole]] = {}
    for number, role in rows:
        found[number] = found.get(number, frozenset()) | {role}
    return found


def of_office(session: Session, report_id: UUID) -> frozenset[IdentityField]:
    """What opens the files that officers added: evidence of the office, and no part of who reported (decision 036)."""
    wanted = select(Blob.number).outerjoin(Letter, Letter.id == Blob.letter_id)
    added = wanted.where(or_(Blob.paper_id.is_not(None), Letter.sender == Sender.OFFICE))
    mine = added.where(Blob.report_id == report_id, Blob.role == BlobRole.ORIGINAL)
    return frozenset(map(IdentityField.original, session.scalars(mine)))


def erase(session: Session, draft: Draft, report_id: UUID, number: int, roles: Collection[BlobRole]) -> None:
    """Take away what lies sealed of a file: as it was sent alone, where the copy stays with the hazard it shows."""
    wanted = select(Blob).where(Blob.report_id == report_id, Blob.number == number, Blob.role.in_(roles))
    for row in session.scalars(wanted).all():
        draft.erases(row, row.id)
        session.execute(delete(Blob).where(Blob.id == row.id))
