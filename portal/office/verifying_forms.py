"""Values as they are stored: SQLite keeps whatever it is given, and compares what the portal reads as the same.

A time written another way reads as the same instant and sorts elsewhere, so that a clock is never due; an id written as
text is found by no query. Digests are of what is read; here it is said how that must be stored. PostgreSQL's types see
to it by themselves.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, LargeBinary, String, Table, Text
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError
from portal.store.base import Id, Instant
from portal.store.models import Base

DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
INSTANT = f"{DAY} [0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]"
WALKED = frozenset({"leaves", "entries"})  # each of their values is compared with its opening, as it is stored
PLAIN = ((Boolean, "integer"), (Integer, "integer"), (LargeBinary, "blob"), (Text, "text"), (String, "text"))


def require_forms(session: Session) -> None:
    """Raise LedgerError naming the first table that holds a value in another form than the portal writes."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for table in Base.metadata.sorted_tables:
        if table.name not in WALKED and _any(session, table, table.columns):
            column = next(column for column in table.columns if _any(session, table, (column,)))
            raise LedgerError(f"{table.name}: {column.name} holds a value in a form that the portal never writes")
        _require_keyed(session, table)


def _any(session: Session, table: Table, columns: Iterable[Column[Any]]) -> bool:
    """Whether a row has a value in another form in one of these columns: one look at the table for all of them."""
    odd = " OR ".join(f"({_raw(column)} IS NOT NULL AND NOT {_as_written(column)})" for column in columns)
    return _holds(session, table, odd)


def _holds(session: Session, table: Table, condition: str) -> bool:
    found = session.connection().exec_driver_sql(f"SELECT 1 FROM {table.name} WHERE {condition} LIMIT 1")  # noqa: S608  # names of ours
    return found.first() is not None


def _raw(column: Column[Any]) -> str:
    return f'{column.table.name}."{column.name}"'


def _as_written(column: Column[Any]) -> str:
    raw = _raw(column)
    if isinstance(column.type, Id):
        return f"(typeof({raw}) = 'blob' AND length({raw}) = 16)"
    if isinstance(column.type, Instant | DateTime):
        return f"(typeof({raw}) = 'text' AND {raw} GLOB '{INSTANT}')"
    if isinstance(column.type, Date):
        return f"(typeof({raw}) = 'text' AND {raw} GLOB '{DAY}')"
    stored = next(name for kind, name in PLAIN if isinstance(column.type, kind))
    return f"(typeof({raw}) = '{stored}')"


def _require_keyed(session: Session, table: Table) -> None:
    """No row without a key, as a table made anew would allow."""
    for key in table.primary_key.columns:
        if _holds(session, table, f"{_raw(key)} IS NULL"):
            raise LedgerError(f"{table.name} holds a row without a key")
