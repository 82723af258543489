"""Which cases of an index a mark stands in: numbers packed by slots of 4,096, so that a million cases stay small.

    numbers = below 256 in a slot: two bytes each, ascending        from there on: a bit for each of the 4,096
A number is given once and never again. Sets of cases are integers here, a bit for each case of a slot: Python ANDs and
adds those of 4,096 cases at once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from struct import unpack

from sqlalchemy import Insert, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.store.base import table_of
from portal.store.driving import Question, asked
from portal.store.index import IndexMark

SLOT = 4096
DENSE = SLOT // 8
PART = 500  # marks asked for at once
WINDOW = 32  # slots asked for at once
_SOME = select(IndexMark.slot, IndexMark.mark, IndexMark.numbers).where(
    IndexMark.part == bindparam("part"),
    IndexMark.field == bindparam("field"),
    IndexMark.slot.in_(bindparam("slots", expanding=True)),
    IndexMark.mark.in_(bindparam("marks", expanding=True)),
)


def bits(numbers: bytes) -> int:
    """The cases of a slot as bits."""
    if len(numbers) == DENSE:
        return int.from_bytes(numbers, "little")
    made = bytearray(DENSE)
    for number in unpack(f">{len(numbers) // 2}H", numbers):
        made[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(made, "little")


def packed(held: int) -> bytes:
    """Those bits as they are stored."""
    few = b"".join(number.to_bytes(2, "big") for number in _ascending(held)) if held.bit_count() < DENSE // 2 else b""
    return few or held.to_bytes(DENSE, "little")


def _ascending(held: int) -> Iterator[int]:
    while held:
        lowest = held & -held
        yield lowest.bit_length() - 1
        held ^= lowest


def descending(held: int) -> Iterator[int]:
    """The places of the bits that are set, highest first."""
    while held:
        highest = held.bit_length() - 1
        yield highest
        held ^= 1 << highest


def put(session: Session, part: int, field: int, marks: Collection[int], number: int) -> None:
    """Say that a case has these marks, beside those it has already. The caller holds the index."""
    slot, place = divmod(number, SLOT)
    there = {mark: numbers for _, mark, numbers in _read(session, part, field, marks, (slot,))}
    made = {mark: _with(there.get(mark, b""), place) for mark in sorted(marks)}
    changed = [
        {"part": part, "field": field, "slot": slot, "mark": mark, "numbers": numbers}
        for mark, numbers in made.items()
        if numbers != there.get(mark)
    ]
    if changed:
        session.connection().execute(_upsert(session), changed)


def _with(numbers: bytes, place: int) -> bytes:
    if len(numbers) < DENSE - 2 and (not numbers or int.from_bytes(numbers[-2:], "big") < place):
        return numbers + place.to_bytes(2, "big")  # as nearly always: numbers grow
    return packed((bits(numbers) if numbers else 0) | 1 << place)


def _upsert(session: Session) -> Insert:
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    table = table_of(IndexMark)
    stored = make(table)
    return stored.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={"numbers": stored.excluded.numbers}
    )


def take(session: Session, part: int, fields: Iterable[int], number: int) -> None:
    """Take a case out of an index: every mark of its slot is looked at, for nobody can tell here which it has."""
    slot, place = divmod(number, SLOT)
    for field in fields:
        row = IndexMark.part == part, IndexMark.field == field, IndexMark.slot == slot
        for mark, numbers in session.execute(select(IndexMark.mark, IndexMark.numbers).where(*row)).all():
            held = bits(numbers)
            if not held >> place & 1:
                continue
            if left := held ^ 1 << place:
                changed = {"part": part, "field": field, "slot": slot, "mark": mark, "numbers": packed(left)}
                session.connection().execute(_upsert(session), changed)
            else:
                session.execute(delete(IndexMark).where(*row, IndexMark.mark == mark))


def holding(session: Session, part: int, field: int, marks: Collection[int], below: int) -> Iterator[int]:
    """The numbers below one in whose cases every mark stands, newest first; read a window of slots at a time."""
    for slots in _windows(below):
        found = _by_slot(session, part, field, marks, slots)
        for slot in slots:
            held = _common(found.get(slot, {}), marks)
            base = slot * SLOT
            yield from (base + place for place in descending(held) if base + place < below)


def _common(found: Mapping[int, bytes], marks: Collection[int]) -> int:
    """The cases of a slot that have every mark; none where one mark is in no case of it."""
    if len(found) < len(marks):
        return 0
    held = (1 << SLOT) - 1
    for numbers in sorted(found.values(), key=len):
        held &= bits(numbers)
        if not held:
            break
    return held


def most_alike(
    session: Session, part: int, field: int, marks: Collection[int], below: int, *, least: int, most: int
) -> dict[int, int]:
    """Up to `most` numbers in whose cases at least so many of the marks stand → how many; most first, then newest.

    Counted for 4,096 cases at once: plane n holds bit n of each case's count, and a mark is added as a carry.
    """
    counted = {slot: _planes(found.values()) for slot, found in _all(session, part, field, marks, below).items()}
    made: dict[int, int] = {}
    for count in range(len(marks), max(least, 1) - 1, -1):
        for slot, planes in counted.items():
            for place in descending(_counting(planes, count)):
                if slot * SLOT + place < below:
                    made[slot * SLOT + place] = count
                if len(made) == most:
                    return made
    return made


def _all(session: Session, part: int, field: int, marks: Collection[int], below: int) -> dict[int, dict[int, bytes]]:
    """Every slot below a number, newest first."""
    return {
        slot: found[slot]
        for slots in _windows(below)
        for found in (_by_slot(session, part, field, marks, slots),)
        for slot in slots
        if slot in found
    }


def _planes(each: Iterable[bytes]) -> list[int]:
    planes: list[int] = []
    for numbers in each:
        carry = bits(numbers)
        for at, plane in enumerate(planes):
            planes[at], carry = plane ^ carry, plane & carry
            if not carry:
                break
        if carry:
            planes.append(carry)
    return planes


def _counting(planes: list[int], count: int) -> int:
    """The cases whose count is exactly this."""
    if count >> len(planes):
        return 0
    held = (1 << SLOT) - 1
    for at, plane in enumerate(planes):
        held &= plane if count >> at & 1 else ~plane
    return held


def looks(part: int, marks: Mapping[int, Collection[int]], below: int) -> Iterator[Question]:
    """What `most_alike` asks first, of each field with its marks."""
    for field, some in marks.items():
        for slots in _windows(below):
            yield _wanted(part, field, sorted(some)[:PART], slots)
            break


def of_numbers(
    session: Session, part: int, field: int, marks: Collection[int], numbers: Collection[int]
) -> dict[int, int]:
    """How many of the marks each of some cases has."""
    found = _by_slot(session, part, field, marks, {number // SLOT for number in numbers})
    held = {slot: [bits(one) for one in some.values()] for slot, some in found.items()}
    return {number: sum(one >> number % SLOT & 1 for one in held.get(number // SLOT, ())) for number in numbers}


def _windows(below: int) -> Iterator[range]:
    """The slots up to a number, newest first."""
    top = (below - 1) // SLOT
    yield from (range(first, max(first - WINDOW, -1), -1) for first in range(top, -1, -WINDOW))


def _by_slot(
    session: Session, part: int, field: int, marks: Collection[int], slots: Collection[int]
) -> dict[int, dict[int, bytes]]:
    found: dict[int, dict[int, bytes]] = {}
    for slot, mark, numbers in _read(session, part, field, marks, slots):
        found.setdefault(slot, {})[mark] = numbers
    return found


def _read(
    session: Session, part: int, field: int, marks: Collection[int], slots: Collection[int]
) -> Iterator[tuple[int, int, bytes]]:
    wanted = sorted(marks)
    for first in range(0, len(wanted), PART):
        query, given = _wanted(part, field, wanted[first : first + PART], slots)
        yield from asked(session, query, **given)


def _wanted(part: int, field: int, marks: list[int], slots: Collection[int]) -> Question:
    return _SOME, {"part": part, "field": field, "slots": list(slots), "marks": marks}
