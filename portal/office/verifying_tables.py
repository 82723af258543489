"""What tables hold, as facts to compare: each row's id, digest and entry, read as the driver hands them over.

Tables are read in parts, by several processes where there is much. What they see must be one moment: every change of a
row is an entry, so a process that sees as many entries sees the same rows; where it does not, its part is read in the
session that began it all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, LargeBinary, String, Table, Text, TextClause, text
from sqlalchemy.orm import Session

from crypto.primitives import fields
from portal.domain.errors import LedgerError
from portal.office.recording import plain
from portal.office.verifying_hands import Hands
from portal.office.verifying_rows import TABLES, THERE, UNREAD, Facts, Said, Spread, place
from portal.store.base import Id, Instant, recorded_columns
from portal.store.driving import driven
from portal.store.ledger import LedgerHead
from portal.store.models import Base
from portal.store.session import Store

ROWS = 4096  # of a part
# Texts and files of any length: without `deep` their rows are counted and held to their entry's id, and not read.
SEALED_BODIES = frozenset({"letters", "identity_fields"})

_SHORT = 256
_LENGTHS = tuple(length.to_bytes(4, "big") for length in range(_SHORT))  # as `primitives.fields` writes them

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
    counted: int = session.connection().exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608  # names of ours
    return counted


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
    said, digest, here, count = Said(shares), digester(table, dialect) if read else _unread, place(one.table), 0
    given = {"first": one.first} if one.past is None else {"first": one.first, "past": one.past}
    with driven(session, _query(one.table, dialect, read=read, whole=one.past is None), **given) as found:
        for row_id, entry_id, *values in found:
            said.put(here + bytes(row_id), THERE, digest(values), bytes(entry_id))
            count += 1
    return count, said.spread()


@cache
def _query(name: str, dialect: str, *, read: bool, whole: bool) -> TextClause:
    """A table's rows from `first` on, to the end or before `past`; with what a digest covers where that is read."""
    table = Base.metadata.tables[name]
    covered = sorted(recorded_columns(table), key=lambda column: column.name) if read else []
    listed = ", ".join(_asked(column, dialect) for column in (table.c.id, table.c.entry_id, *covered))
    key = "rowid" if dialect == "sqlite" else "id"
    until = "" if whole else f" AND {key} < :past"
    return text(f"SELECT {listed} FROM {name} WHERE {key} >= :first{until}")  # noqa: S608  # names of ours


def _asked(column: Column[Any], dialect: str) -> str:
    """PostgreSQL is asked for ids as SQLite has them: its driver makes bytes sooner than what they stand for."""
    return f'uuid_send("{column.name}")' if dialect != "sqlite" and isinstance(column.type, Id) else f'"{column.name}"'


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
                length = len(said)
                parts += (name, _LENGTHS[length] if length < _SHORT else length.to_bytes(4, "big"), said)
        return sha256(b"".join(parts)).digest()

    return digest


def _plain(column: Column[Any], dialect: str) -> Plain:
    """How a column's value is written in a digest; a value stored otherwise gives another, or none."""
    kinds = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return next((how for kind, how in kinds.items() if isinstance(column.type, kind)), plain)


_ALIKE: Mapping[type[Any], Plain] = MappingProxyType(
    {
        Id: lambda value: b"u" + value,
        LargeBinary: lambda value: b"b" + sha256(value).digest(),
        Boolean: lambda value: b"i%d" % value,
        Integer: lambda value: b"i%d" % value,
    }
)
_SQLITE: Mapping[type[Any], Plain] = MappingProxyType(
    {
        Instant: lambda value: b"t" + value.replace(" ", "T").encode() + b"+00:00",
        DateTime: lambda value: b"t" + value.replace(" ", "T").encode() + b"+00:00",
        Date: lambda value: b"d" + value.encode(),
        **_ALIKE,
    }
)
# Its driver was told that the zone is UTC; an instant in another would be written otherwise and be no row's.
_POSTGRESQL: Mapping[type[Any], Plain] = MappingProxyType(
    {
        Instant: lambda value: b"t" + value.isoformat(timespec="microseconds").encode(),
        DateTime: lambda value: b"t" + value.isoformat(timespec="microseconds").encode(),
        Text: lambda value: b"s" + value.encode(),
        String: lambda value: b"s" + value.encode(),
        **_ALIKE,
    }
)
