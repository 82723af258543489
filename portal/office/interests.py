"""What officers declared, held against what a report is about (回避): by keyed marks of names, and nothing else.

A lead's session that opens a declaration marks it; from then on no step needs to open it, and no refusal tells of it.
The newest declaration of an officer that was marked counts. Reports that are in no comparison are held against nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from struct import Struct
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto import index
from portal.domain import likeness
from portal.domain.errors import InterestError
from portal.domain.likeness import Field
from portal.domain.values import Declared
from portal.office import match_keys, postings, vouching
from portal.office.house import House
from portal.office.indexing import FIELDS, SIZED
from portal.office.keyring import Keyring
from portal.store.driving import Question, asked
from portal.store.index import IndexedCase, IndexPart
from portal.store.recusals import Declaration

HEAD, MARK = Struct(">BH"), Struct(">h")
_COMPARED = (
    select(IndexedCase, IndexPart.taken)
    .join(IndexPart, IndexPart.part == IndexedCase.part)
    .where(IndexedCase.case_id == bindparam("case"), IndexPart.desk_epoch_id.is_(None))
)
NAMED: Final = {number: field for field, number in FIELDS.items()}


@dataclass(frozen=True, slots=True)
class Marks:
    """What a value is compared by."""

    field: Field
    marks: frozenset[int]


def of_text(key: bytes, field: Field, text: str) -> Marks:
    """The marks of a value under the key of comparing."""
    return Marks(field, index.marks(key, field, likeness.pieces(field, text)))


def marks_of(session: Session, house: House, ring: Keyring, text: str, field: Field) -> Marks | None:
    """The same; None while the officer's desks hold no key to compare with."""
    key = match_keys.of(session, house, ring)
    return None if key is None else of_text(key, field, text)


def alike(session: Session, case_id: UUID, values: Iterable[Marks]) -> bool:
    """Whether a case is about one of these values, or one very like it; False for one that is compared with nothing.

    It takes no key of the case: what stands in the index is compared.
    """
    row, _ = compared(session, case_id)
    if row is None:
        return False
    sizes = dict(zip(SIZED, row.sizes, strict=True))
    for value in values:
        size = sizes.get(value.field, 0)
        if not value.marks or not size:
            continue
        there = postings.of_numbers(session, row.part, FIELDS[value.field], value.marks, (row.number,))
        if likeness.alike(there[row.number], len(value.marks), size) >= likeness.ALIKE:
            return True
    return False


def compared(session: Session, case_id: UUID) -> tuple[IndexedCase | None, int]:
    """A case in the index of comparing, and how many numbers were given out there; None for one that is in none."""
    return next(iter(asked(session, _COMPARED, case=case_id)), (None, 0))


def looks(case_id: UUID) -> Question:
    """What `compared` asks."""
    return _COMPARED, {"case": case_id}


def of_declared(key: bytes, declared: Declared) -> bytes:
    """The marks of every unit and place that is named in a declaration, each as one and as the other."""
    every = (of_text(key, field, name) for name, field in product(declared.names, SIZED))
    return b"".join(
        HEAD.pack(FIELDS[one.field], len(one.marks)) + b"".join(MARK.pack(mark) for mark in sorted(one.marks))
        for one in every
        if one.marks
    )


def require_clear(session: Session, house: House, case_id: UUID, officer_id: UUID) -> None:
    """Raise InterestError for whoever declared the unit or the place that a report is about (行政处罚法 第43条)."""
    wanted = select(Declaration).where(Declaration.author_id == officer_id, Declaration.marks.is_not(None))
    row = session.scalars(wanted.order_by(Declaration.declared_at.desc(), Declaration.id).limit(1)).first()
    if row is None:
        return
    vouching.require_recorded(session, house.entry_keys, row)
    if alike(session, case_id, _read(row.marks or b"")):
        raise InterestError("the officer declared what the report is about")


def is_clear(session: Session, house: House, case_id: UUID, officer_id: UUID) -> bool:
    """The same as an answer: whether somebody is left who may."""
    try:
        require_clear(session, house, case_id, officer_id)
    except InterestError:
        return False
    return True


def _read(stored: bytes) -> Iterator[Marks]:
    place = 0
    while place < len(stored):
        field, count = HEAD.unpack_from(stored, place)
        start, place = place + HEAD.size, place + HEAD.size + count * MARK.size
        yield Marks(NAMED[field], frozenset(mark for (mark,) in MARK.iter_unpack(stored[start:place])))
