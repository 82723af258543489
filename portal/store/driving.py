"""Statements given to the driver itself: what SQLAlchemy does per execution costs more than SQLite does."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVarTuple

from sqlalchemy import Connection, Dialect, Insert, LargeBinary, Select, TextClause, Update
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from portal.domain.errors import NotStoredError, StaleError

Row = TypeVarTuple("Row")
Turn = Callable[[Any], Any] | None  # a value from the one side's form into the other's; None where both are the same
_CONNECTION = "connection"  # in `Session.info`
# PostgreSQL's driver is told to spare both sides the spelling of values as text.
_BINARY: Mapping[str, Mapping[str, Any]] = MappingProxyType({"postgresql": {"binary": True}})


def connection_of(session: Session) -> Connection:
    """The connection of the transaction that stands; looked up once, for a session checks much before it tells."""
    known: Connection | None = session.info.get(_CONNECTION)
    if known is None or known.closed:
        known = session.info[_CONNECTION] = session.connection()
    return known


class cursor:  # noqa: N801  (used like a function; a generator would cost as much as SQLite does)
    """A cursor of the driver's, in the transaction that stands. What goes wrong is said in the office's words."""

    __slots__ = ("_driver", "_made")

    def __init__(self, connection: Connection, **options: Any) -> None:
        self._driver: Any = connection.dialect.loaded_dbapi
        try:
            self._made: Any = connection.connection.cursor(**options)
        except self._driver.Error as error:
            raise NotStoredError(type(error).__name__) from error

    def __enter__(self) -> Any:
        return self._made

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._made.close()
        if isinstance(error, self._driver.IntegrityError):
            raise StaleError("it is there already, or what it refers to has gone") from error
        if isinstance(error, self._driver.Error):
            raise NotStoredError(type(error).__name__) from error


@contextmanager
def driven(session: Session, statement: TextClause, **given: Any) -> Iterator[Any]:
    """The rows of a statement that is compiled once, values as the driver has them."""
    connection = connection_of(session)
    sql, order = compiled(statement, connection.dialect)
    with cursor(connection, **_BINARY.get(connection.dialect.name, {})) as made:
        made.execute(sql, [given[name] for name in order])
        yield made


def asked(session: Session, query: Select[*Row], **given: Any) -> list[tuple[*Row]]:
    """The rows of a query that a module keeps and that is compiled once, values as the models have them."""
    connection = connection_of(session)
    ready = _ready(query, connection.dialect)
    values = {name: turn(given[name]) if turn else given[name] for name, turn in ready.binds} | ready.fixed
    with cursor(connection, **_BINARY.get(connection.dialect.name, {})) as made:
        made.execute(ready.sql, [values[name] for name in ready.order])
        return [
            tuple([turn(value) if turn else value for value, turn in zip(row, ready.columns, strict=True)])
            for row in made.fetchall()
        ]


@dataclass(frozen=True, slots=True)
class _Query:
    """A query as one engine takes it."""

    sql: str
    order: tuple[str, ...]  # of its parameters
    binds: tuple[tuple[str, Turn], ...]  # those that are given
    fixed: dict[str, Any]  # those that stand in it
    columns: tuple[Turn, ...]


@cache
def _ready(query: Select[*Row], dialect: Dialect) -> _Query:
    made = _compile(query, dialect)
    binds = made.bind_names.items()
    turns = {name: turn_of(bind.type, dialect) for bind, name in binds}
    fixed = {name: bind.value for bind, name in binds if not bind.required}
    return _Query(
        str(made),
        tuple(made.positiontup or ()),
        tuple((name, turn) for name, turn in turns.items() if name not in fixed),
        {name: turn(value) if (turn := turns[name]) else value for name, value in fixed.items()},
        tuple(one.type.dialect_impl(dialect).result_processor(dialect, None) for one in query.selected_columns),
    )


def turn_of(kind: TypeEngine[Any], dialect: Dialect) -> Turn:
    """What turns a value into the engine's; both drivers take bytes as they are, sooner than wrapped."""
    own = kind.dialect_impl(dialect)
    return None if isinstance(own, LargeBinary) else own.bind_processor(dialect)


@cache
def compiled(statement: TextClause | Insert | Update, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """SQL and the order of its parameters."""
    made = _compile(statement, dialect)
    return str(made), tuple(made.positiontup or ())


def _compile(statement: TextClause | Insert | Update | Select[*Row], dialect: Dialect) -> SQLCompiler:
    """With parameters that go by place, which drivers take sooner than names."""
    alike: Callable[..., Dialect] = type(dialect)
    return statement.compile(dialect=dialect if dialect.positional else alike(paramstyle="format"))
