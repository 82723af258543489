"""Inserting many rows by a statement compiled once: what SQLAlchemy does per execution costs more than SQLite does."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.domain.errors import NotStoredError, StaleError
from portal.store.base import Base, table_of

Bind = Callable[[Any], Any] | None


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows of one table by a statement compiled once; every row has every column."""
    connection = session.connection()
    sql, columns, named = _statement(model, connection.dialect)
    values: Any
    if named:
        values = [{name: _bound(bind, row[name]) for name, bind in columns} for row in rows]
    else:
        values = [tuple(_bound(bind, row[name]) for name, bind in columns) for row in rows]
    driver = connection.dialect.loaded_dbapi
    cursor = connection.connection.cursor()  # below SQLAlchemy's own: a report is eleven statements of it
    try:
        cursor.executemany(sql, values)
    except driver.IntegrityError as error:
        raise StaleError("it is there already, or what it refers to has gone") from error
    except driver.Error as error:
        raise NotStoredError(type(error).__name__) from error
    finally:
        cursor.close()


def ensure_row(session: Session, model: type[Base], values: Mapping[str, Any]) -> None:
    """Store a row unless there is one with its key; of two at once, neither fails."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(make(table_of(model)).values(**values).on_conflict_do_nothing())


def insert_once(session: Session, model: type[Base], values: Mapping[str, Any]) -> bool:
    """Store a row and say whether it is the first with its key; of two at once, one is."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    table = table_of(model)
    statement = make(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return session.execute(statement).first() is not None


def _bound(bind: Bind, value: Any) -> Any:
    return value if bind is None else bind(value)


@cache
def _statement(model: type[Base], dialect: Dialect) -> tuple[str, tuple[tuple[str, Bind], ...], bool]:
    """SQL, columns with what turns their values into the engine's, and whether parameters go by name."""
    table = table_of(model)
    compiled = insert(table).compile(dialect=dialect)
    columns = tuple((c.name, c.type.dialect_impl(dialect).bind_processor(dialect)) for c in table.columns)
    return str(compiled), columns, dialect.paramstyle in {"pyformat", "named"}
