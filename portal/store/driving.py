"""Statements given to the driver itself: what SQLAlchemy does per execution costs more than SQLite does."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, TextClause, Update
from sqlalchemy.orm import Session

from portal.domain.errors import NotStoredError, StaleError

# PostgreSQL's driver is told to spare both sides the spelling of values as text.
_BINARY: Mapping[str, Mapping[str, Any]] = MappingProxyType({"postgresql": {"binary": True}})


@contextmanager
def cursor(connection: Connection, **options: Any) -> Iterator[Any]:
    """A cursor of the driver's, in the transaction that stands. What goes wrong is said in the office's words."""
    driver = connection.dialect.loaded_dbapi
    made = connection.connection.cursor(**options)
    try:
        yield made
    except driver.IntegrityError as error:
        raise StaleError("it is there already, or what it refers to has gone") from error
    except driver.Error as error:
        raise NotStoredError(type(error).__name__) from error
    finally:
        made.close()


@contextmanager
def driven(session: Session, statement: TextClause, **given: Any) -> Iterator[Any]:
    """The rows of a statement that is compiled once, values as the driver has them."""
    connection = session.connection()
    sql, order = compiled(statement, connection.dialect)
    with cursor(connection, **_BINARY.get(connection.dialect.name, {})) as made:
        made.execute(sql, [given[name] for name in order])
        yield made


@cache
def compiled(statement: TextClause | Insert | Update, dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """SQL whose parameters go by place, which drivers take sooner than names, and their order."""
    alike: Callable[..., Dialect] = type(dialect)
    made = statement.compile(dialect=dialect if dialect.positional else alike(paramstyle="format"))
    return str(made), tuple(made.positiontup or ())
