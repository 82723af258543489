"""What goes wrong under a running portal: the database held by somebody else, away, full, or refusing rows."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tests.sending import run
from tests.world import World

NO_LIMIT = 1_073_741_823  # pages


def database(world: World) -> sqlite3.Connection:
    """A connection of one's own."""
    return sqlite3.connect(world.home / "portal.sqlite", isolation_level=None)


def count(world: World, table: str, where: str = "1 = 1") -> int:
    """How many rows there are."""
    return run(world, f"SELECT count(*) FROM {table} WHERE {where}")[0][0]


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
    if world.server is not None:
        with _held(world):
            yield
        return
    with pragma(world, "busy_timeout = 50"), closing(database(world)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    with pragma(world, "busy_timeout = 10000"), world.store.reading() as session:
        session.connection()


@contextmanager
def _held(world: World) -> Iterator[None]:
    """Another session keeps the ledger's head, where every transaction that records has to pass."""
    world.store.close()
    name = world.database
    event.listen(world.store.writer, "connect", _hurry)
    try:
        with world.server.connect(name) as other, other.transaction():
            other.execute("LOCK TABLE ledger_head, refusal_counts, sign_in_delays, mailbox_sessions")
            yield
    finally:
        event.remove(world.store.writer, "connect", _hurry)
        world.store.close()


def _hurry(connection, _: object) -> None:
    connection.execute("SET lock_timeout = 50")
    connection.commit()


@contextmanager
def _closed(world: World) -> Iterator[None]:
    """The server lets nobody in any more, and takes out who is there."""
    admin, name = world.server.admin, world.database
    admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    try:
        yield
    finally:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def gone(world: World) -> Iterator[None]:
    """The file is away, or the server takes nobody; and it comes back."""
    if world.server is not None:
        with _closed(world):
            yield
        return
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
    if world.server is not None:
        with world.server.connect(world.database) as connection:
            connection.execute(
                "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'fault' USING ERRCODE = 'unique_violation'; END $$"
            )
            connection.execute(f"CREATE TRIGGER fault BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION fault()")
            yield
            connection.execute("DROP FUNCTION fault CASCADE")
        return
    with closing(database(world)) as connection:
        connection.execute(
            f"CREATE TRIGGER fault BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed'); END"
        )
        yield
        connection.execute("DROP TRIGGER fault")


@contextmanager
def watched(engine: Engine, told: Callable[[], object]) -> Iterator[None]:
    """Hear of each statement before it runs, whether SQLAlchemy gives it to the driver or we do."""
    lent = engine.raw_connection()
    kind, plain = type(lent), type(lent).cursor
    lent.close()

    def cursor(*args: object, **options: object) -> object:
        told()
        return plain(*args, **options)

    kind.cursor = cursor
    try:
        yield
    finally:
        kind.cursor = plain


@contextmanager
def gone_after(session: Session, statements: int) -> Iterator[None]:
    """The database goes away after so many more statements."""
    left = iter(range(statements))

    def go() -> None:
        if next(left, None) is None:
            raise OperationalError("SELECT", {}, Exception("gone"))

    with watched(session.get_bind(), go):
        yield
