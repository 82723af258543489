"""Rows against entries, both ways: each is as the newest entry that names it says, and none that one names is gone.

Neither side is held in memory. What entries say and what tables hold goes, as ids and digests, into a database of its
own that has no name and is gone when it is closed; sorted there, the two sides of a row stand side by side.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError, StartError
from portal.office.recording import row_digest
from portal.office.verifying_entries import Named
from portal.store.models import Base

# `at` is the index of the entry that says so; a row as it stands has none, and so comes first.
_MAKE = """
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;
    CREATE TABLE facts (place TEXT, id TEXT, at INTEGER, digest TEXT, entry TEXT);
"""
_PUT = "INSERT INTO facts VALUES (?, ?, ?, ?, ?)"
_SORTED = "SELECT place, id, at, digest, entry FROM facts ORDER BY place, id, at, rowid"


class Facts:
    """What is said of rows, and what is there."""

    def __init__(self, database: sqlite3.Connection) -> None:
        database.executescript(_MAKE)
        self._database = database

    def said(self, rows: Iterable[Named]) -> None:
        """Add what entries say, in their order."""
        self._put((table, row_id, at, digest, entry) for table, row_id, digest, at, entry in rows)

    def there(self, session: Session) -> None:
        """Add every row that an entry must stand behind."""
        for table in Base.metadata.sorted_tables:
            if "entry_id" in table.columns:
                with session.execute(select(table).execution_options(yield_per=1000)) as rows:
                    self._put(_fact(table, dict(row)) for row in rows.mappings())

    def compare(self) -> int:
        """How many rows are there. Raises LedgerError naming the first that is not as it should be."""
        return sum(_holds(place, row_id, list(each)) for (place, row_id), each in self._rows())

    def _put(self, facts: Iterable[tuple[Any, ...]]) -> None:
        self._database.executemany(_PUT, facts)

    def _rows(self) -> Iterator[tuple[tuple[str, str], Iterator[tuple[Any, ...]]]]:
        return groupby(self._database.execute(_SORTED), itemgetter(0, 1))


@contextmanager
def facts() -> Iterator[Facts]:
    """Room to compare in, on disk. Raises StartError when the disk has none."""
    with closing(sqlite3.connect("", isolation_level=None)) as database:
        try:
            yield Facts(database)
        except sqlite3.Error as error:
            raise StartError(
                f"no room to compare in ({error}); SQLITE_TMPDIR may name a folder that has some"
            ) from error


def _fact(table: Table, row: dict[str, Any]) -> tuple[Any, ...]:
    return table.name, row["id"].hex, None, row_digest(table, row), row["entry_id"].hex


def _holds(place: str, row_id: str, known: list[tuple[Any, ...]]) -> bool:
    """Whether the row is there; raises LedgerError unless the newest entry says that, and says it of this row."""
    name = f"{place} {UUID(row_id)}"
    *_, at, digest, entry = known[-1]
    standing = [one for one in known if one[2] is None]
    there = bool(standing)
    if len(standing) > 1:
        raise LedgerError(f"{name} is there {len(standing)} times")
    if at is None:
        raise LedgerError(f"{name} has no entry")
    if there and known[0][3:] != (digest, entry):
        raise LedgerError(f"{name} is not as entry {at} says")
    if digest and not there:
        raise LedgerError(f"{name} is gone; entry {at} says it should be there")
    return there
