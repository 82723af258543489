"""Inserting rows by a statement compiled once and given to the driver itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.store.base import Base, table_of
from portal.store.driving import compiled, connection_of, cursor

Bind = Callable[[Any], Any] | None


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows of one table by a statement compiled once; every row has every column."""
    insert_tables(session, ((model, rows),))


def insert_tables(
    session: Session, tables: Iterable[tuple[type[Base], Sequence[Mapping[str, Any]]]], *, missing: bool = False
) -> None:
    """Store rows of several tables, one after another; `missing`: those alone whose key is not there yet."""
    connection = connection_of(session)
    with cursor(connection) as made:
        for model, rows in tables:
            sql, columns = _statement(model, connection.dialect, missing=missing)
            values = [[bind(row[name]) if bind else row[name] for name, bind in columns] for row in rows]
            if len(values) == 1:
                made.execute(sql, values[0])  # for one row PostgreSQL's driver needs no pipeline
            else:
                made.executemany(sql, values)


def ensure_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store each row unless there is one with its key, all by one statement; every row has every column."""
    insert_tables(session, ((model, rows),), missing=True)


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


@cache
def _statement(
    model: type[Base], dialect: Dialect, *, missing: bool = False
) -> tuple[str, tuple[tuple[str, Bind], ...]]:
    """SQL, and the columns in its order, each with what turns its values into the engine's."""
    table = table_of(model)
    wanted = insert(table)
    if missing:
        make = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        wanted = make(table).on_conflict_do_nothing()
    sql, order = compiled(wanted, dialect)
    return sql, tuple((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in order)
