"""What goes wrong under a running portal: the database held by somebody else, away, full, or refusing rows."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import event

from tests.world import World

NO_LIMIT = 1_073_741_823  # pages


def database(world: World) -> sqlite3.Connection:
    """A connection of one's own."""
    return sqlite3.connect(world.home / "portal.sqlite", isolation_level=None)


def count(world: World, table: str, where: str = "1") -> int:
    """How many rows there are."""
    with closing(database(world)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]


@contextmanager
def pragma(world: World, setting: str) -> Iterator[None]:
    """A setting on every connection the portal takes in hand."""

    def apply(connection, *_: object) -> None:
        connection.execute(f"PRAGMA {setting}").close()

    event.listen(world.store.engine, "checkout", apply)
    yield
    event.remove(world.store.engine, "checkout", apply)


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Somebody else writes and does not end; the portal waits 50 ms instead of its ten seconds."""
    with pragma(world, "busy_timeout = 50"), closing(database(world)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    with pragma(world, "busy_timeout = 10000"), world.store.reading() as session:
        session.connection()


@contextmanager
def gone(world: World) -> Iterator[None]:
    """The file is away, and comes back."""
    path, away = world.home / "portal.sqlite", world.home / "away"
    path.rename(away)
    yield
    away.rename(path)


@contextmanager
def full(world: World) -> Iterator[None]:
    """There is no room for another page."""
    with closing(database(world)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with pragma(world, f"max_page_count = {pages}"):
        yield
    with pragma(world, f"max_page_count = {NO_LIMIT}"), world.store.reading() as session:
        session.connection()


@contextmanager
def cramped(world: World) -> Iterator[None]:
    """No file may grow: writing to the disk itself fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((world.home / "portal.sqlite-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def refusing(world: World, table: str, verb: str = "INSERT") -> Iterator[None]:
    """A row meets a rule of the database, as when two people do the same at the same moment."""
    with closing(database(world)) as connection:
        connection.execute(
            f"CREATE TRIGGER fault BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed'); END"
        )
        yield
        connection.execute("DROP TRIGGER fault")
