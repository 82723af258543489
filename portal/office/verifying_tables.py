"""What tables hold, as facts to compare: each row's id, digest and entry, read as the driver hands them over.

Tables are read in parts, by several processes where there is much. What they see must be one moment: every change of a
row is an entry, so a process that sees as many entries sees the same rows; where it does not, its part is read in the
session that began it all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, LargeBinary, Table, func, select, text
from sqlalchemy.orm import Session

from crypto.primitives import fields
from portal.domain.errors import LedgerError
from portal.office.recording import plain
from portal.office.verifying_hands import Hands
from portal.office.verifying_rows import TABLES, THERE, UNREAD, Facts, Said, Spread, place
from portal.store.base import Id, Instant, recorded_columns
from portal.store.ledger import LedgerHead
from portal.store.models import Base
from portal.store.session import Store

ROWS = 4096  # of a part
# Texts and files of any length: without `deep` their rows are counted and held to their entry's id, and not read.
SEALED_BODIES = frozenset({"letters", "identity_fields"})

Plain = Callable[[Any], bytes]


class Slice(NamedTuple):
    """Rows of a table: SQLite's by their place in its file, PostgreSQL's by id; None: to the end."""

    table: str
    first: Any
    past: Any


def there(session: Session, hands: Hands, facts: Facts, *, deep: bool, told: Callable[[int], None]) -> int:
    """Add every row that an entry must stand behind; returns how many were counted only. Raises LedgerError."""
    size, unread = session.get_one(LedgerHead, 1).size, 0
    for name in TABLES:
        count, seen = _count(session, name), 0
        slices = tuple(_slices(session, name, count))
        tasks = ((size, facts.shares, deep, one) for one in slices)
        with closing(hands.each(_apart, tasks)) as read:
            for one, spread in zip(slices, read, strict=True):
                found = spread if spread is not None else _spread(session, facts.shares, one, deep=deep)
                facts.add(found[1])
                seen += found[0]
                told(found[0])
        if seen != count:
            raise LedgerError(f"{name} holds {count} rows, of which {seen} have a key")
        unread += count if name in SEALED_BODIES and not deep else 0
    return unread


def rows(session: Session) -> int:
    """How many rows there are to read."""
    return sum(_count(session, name) for name in TABLES)


def _count(session: Session, name: str) -> int:
    return session.execute(select(func.count()).select_from(Base.metadata.tables[name])).scalar_one()


def _apart(store: Store, size: int, shares: int, deep: bool, one: Slice) -> tuple[int, Spread] | None:  # noqa: FBT001  # handed to another process by position
    with store.reading() as session:
        if session.get_one(LedgerHead, 1).size != size:
            return None
        return _spread(session, shares, one, deep=deep)


def _slices(session: Session, name: str, count: int) -> Iterator[Slice]:
    if session.get_bind().dialect.name == "sqlite":
        low, high = session.execute(text(f"SELECT min(rowid), max(rowid) FROM {name}")).one()  # noqa: S608  # names of ours
        for first in range(low, high + 1, ROWS) if count else ():
            yield Slice(name, first, first + ROWS if first + ROWS <= high else None)
        return
    parts = -(-count // ROWS)
    starts = [UUID(int=(number << 128) // parts) for number in range(parts)]
    yield from (Slice(name, *span) for span in zip(starts, [*starts[1:], None], strict=False))


def _spread(session: Session, shares: int, one: Slice, *, deep: bool) -> tuple[int, Spread]:
    """How many rows, and their facts."""
    table, dialect = Base.metadata.tables[one.table], session.get_bind().dialect.name
    read = deep or one.table not in SEALED_BODIES
    columns = sorted(column.name for column in recorded_columns(table)) if read else []
    said, digest, here, count = Said(shares), digester(table, dialect) if read else _unread, place(one.table), 0
    key = "rowid" if dialect == "sqlite" else "id"
    until = f" AND {key} < :past" if one.past is not None else ""
    listed = ", ".join(f'"{name}"' for name in ("id", "entry_id", *columns))
    query = text(f"SELECT {listed} FROM {one.table} WHERE {key} >= :first{until}")  # noqa: S608  # names of ours
    given = {"first": one.first, **({"past": one.past} if until else {})}
    with closing(session.connection().execute(query, given)) as found:
        for row_id, entry_id, *values in found:
            said.put(here + _id(row_id), THERE, digest(values), _id(entry_id))
            count += 1
    return count, said.spread()


def _unread(_: Sequence[Any]) -> bytes:
    return UNREAD


def digester(table: Table, dialect: str) -> Callable[[Sequence[Any]], bytes]:
    """What makes `recording.row_digest` of the values of a row, as this engine's driver hands them over, by name."""
    columns = sorted(recorded_columns(table), key=lambda column: column.name)
    made = [(fields(column.name.encode()), _plain(column, dialect)) for column in columns]
    head = fields(table.name.encode())

    def digest(values: Sequence[Any]) -> bytes:
        parts = [head]
        for (name, plainly), value in zip(made, values, strict=True):
            if value is not None:
                said = plainly(value)
                parts += (name, len(said).to_bytes(4, "big"), said)
        return sha256(b"".join(parts)).digest()

    return digest


def _plain(column: Column[Any], dialect: str) -> Plain:
    """How a column's value is written in a digest; a value stored otherwise gives another, or none."""
    if dialect != "sqlite":
        return plain
    return next((how for kind, how in _SQLITE.items() if isinstance(column.type, kind)), plain)


def _id(value: Any) -> bytes:
    """Sixteen bytes, of either engine."""
    return value.bytes if isinstance(value, UUID) else bytes(value)


_SQLITE: Mapping[type[Any], Plain] = MappingProxyType(
    {
        Id: lambda value: b"u" + value,
        Instant: lambda value: b"t" + value.replace(" ", "T").encode() + b"+00:00",
        DateTime: lambda value: b"t" + value.replace(" ", "T").encode() + b"+00:00",
        Date: lambda value: b"d" + value.encode(),
        LargeBinary: lambda value: b"b" + sha256(value).digest(),
        Boolean: lambda value: b"i%d" % value,
        Integer: lambda value: b"i%d" % value,
    }
)
