"""Inserting rows by a statement compiled once and given to the driver itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.store.base import Base, table_of
from portal.store.driving import Turn, compiled, connection_of, cursor, turn_of

Rows = Sequence[Mapping[str, Any]]
Names = tuple[tuple[str, Turn], ...]  # of columns, each with what turns its values into the engine's
# How many values a statement has at most whose form PostgreSQL's driver remembers.
BINDS = 50


def insert_rows(session: Session, model: type[Base], rows: Rows) -> None:
    """Store rows of one table by a statement compiled once; every row has every column."""
    insert_tables(session, ((model, rows),))


def insert_tables(session: Session, tables: Iterable[tuple[type[Base], Rows]], *, missing: bool = False) -> None:
    """Store rows of several tables, one after another; `missing`: those alone whose key is not there yet."""
    connection = connection_of(session)
    with cursor(connection) as made:
        put(made, connection.dialect, tables, missing=missing)


def put(made: Any, dialect: Dialect, tables: Iterable[tuple[type[Base], Rows]], *, missing: bool = False) -> None:
    """The same by a cursor that is there already."""
    if dialect.name == "postgresql" and not missing:
        for part in _parts(tables):
            _store_together(made, part, dialect)
        return
    for model, rows in tables:
        _store(made, model, rows, dialect, missing=missing)


def _store(made: Any, model: type[Base], rows: Rows, dialect: Dialect, *, missing: bool = False) -> None:
    sql, names = _statement(model, dialect, missing=missing)
    if len(rows) == 1:
        made.execute(sql, _values(names, rows[0]))  # for one row PostgreSQL's driver needs no pipeline
    else:
        made.executemany(sql, [_values(names, row) for row in rows])


def _store_together(made: Any, part: Sequence[tuple[type[Base], Rows]], dialect: Dialect) -> None:
    shape = tuple([(model, len(rows)) for model, rows in part])
    if len(shape) == 1 and _width(shape[0][0]) * shape[0][1] > BINDS:
        _store(made, *part[0], dialect)
        return
    sql, columns = _joint(shape, dialect)
    values: list[Any] = []
    for names, (_, rows) in zip(columns, part, strict=True):
        for row in rows:
            values += _values(names, row)
    made.execute(sql, values)


def _parts(tables: Iterable[tuple[type[Base], Rows]]) -> Iterator[list[tuple[type[Base], Rows]]]:
    """Tables that PostgreSQL takes at once, for each turn of its server costs more than a row; one too long is alone.

    A statement checks foreign keys at its end, and takes the rows of each table in their order.
    """
    part: list[tuple[type[Base], Rows]] = []
    taken = 0
    for one in tables:
        wanted = _width(one[0]) * len(one[1])
        if part and taken + wanted > BINDS:
            yield part
            part, taken = [], 0
        part.append(one)
        taken += wanted
    if part:
        yield part


@cache
def _width(model: type[Base]) -> int:
    return len(table_of(model).columns)


def _values(names: Names, row: Mapping[str, Any]) -> list[Any]:
    return [bind(row[name]) if bind else row[name] for name, bind in names]


def ensure_rows(session: Session, model: type[Base], rows: Rows) -> None:
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
def _joint(shape: tuple[tuple[type[Base], int], ...], dialect: Dialect) -> tuple[str, tuple[Names, ...]]:
    """One statement for so many rows of each table, and the columns of each."""
    made = [_statement(model, dialect) for model, _ in shape]
    texts = [_repeated(sql, number) for (sql, _), (_, number) in zip(made, shape, strict=True)]
    before = ", ".join(f"t{at} AS ({one})" for at, one in enumerate(texts[:-1]))
    return (f"WITH {before} {texts[-1]}" if before else texts[-1]), tuple(names for _, names in made)


def _repeated(sql: str, number: int) -> str:
    """The same INSERT for that many rows."""
    start, values, row = sql.partition(" VALUES ")
    return start + values + ", ".join([row] * number)


@cache
def _statement(model: type[Base], dialect: Dialect, *, missing: bool = False) -> tuple[str, Names]:
    """SQL, and the columns in its order, each with what turns its values into the engine's."""
    table = table_of(model)
    wanted = insert(table)
    if missing:
        make = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        wanted = make(table).on_conflict_do_nothing()
    sql, order = compiled(wanted, dialect)
    return sql, tuple((name, turn_of(table.c[name].type, dialect)) for name in order)
