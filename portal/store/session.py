"""Engines, sessions and the one transaction of a request.

SQLite runs in WAL with `synchronous=FULL`; whatever records begins with BEGIN IMMEDIATE, because a deferred
read-then-write fails "locked" at once whatever the timeout. So writers come one after another, and what a transaction
has read stays true until it ends. PostgreSQL lets writers run side by side: what a decision rests on is read with
`lock(session)`, which is nothing on SQLite.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from select import POLLIN, poll
from typing import Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DisconnectionError, IntegrityError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import QueuePool

from portal.domain.errors import NotStoredError, StaleError, StartError
from portal.store.driving import cursor
from portal.store.leases import FileLease, Lease, ServerLease
from portal.store.turnstile import FileTurnstile, Turnstile

BUSY_SECONDS = 10
TIDY_MS = 100
POOL: dict[str, Any] = {"pool_size": 8, "max_overflow": 32, "pool_timeout": BUSY_SECONDS, "pool_use_lifo": True}
SERVER = f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s -c statement_timeout=60s -c synchronous_commit=on"
# A server that has gone without a word is noticed while nobody asks: its connections are shut by then.
ALIVE: dict[str, Any] = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3}
CONNECTING: dict[str, Any] = {"connect_timeout": BUSY_SECONDS, "options": SERVER, **ALIVE}
STATEMENTS = 400  # that PostgreSQL keeps prepared for a connection: more than there are that come again and again
NAMED = 500  # that one statement names: neither engine takes any number
READ_ONLY = "read only"  # in `Session.info`
Row = TypeVarTuple("Row")


@dataclass(frozen=True, slots=True)
class Store:
    """A database: `reading()` for what only looks, `transaction()` for what records."""

    url: str = field(repr=False)  # opens it again, in another process
    engine: Engine
    writer: Engine = field(repr=False)
    turnstile: Turnstile = field(repr=False)
    lease: Callable[[str], Lease] = field(repr=False)  # by the name of the work
    failed: Callable[[], None] = field(default=lambda: None, repr=False)  # told when the store could not take it

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one snapshot and writes nothing."""
        with _translated(self.failed), Session(self.engine, expire_on_commit=False) as session:
            session.info[READ_ONLY] = True
            yield session
            if self.engine.dialect.name == "postgresql":  # where a reader cannot write
                session.expunge_all()
                session.commit()  # at a ROLLBACK its driver would forget every statement it has prepared

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is stored where the `with` ends, or not at all.

        Raises NotStoredError when the store cannot take it and StaleError when a row changed meanwhile.
        """
        with (
            _translated(self.failed),
            self.turnstile.turn(),
            Session(self.writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def tidy(self) -> None:
        """Take what was wiped out of SQLite's write-ahead log too; readers in the way put it off to the next time."""
        if self.engine.dialect.name == "sqlite":
            with _translated(self.failed), self.engine.connect() as connection:
                driver = connection.connection.dbapi_connection
                if driver is not None:
                    driver.execute(f"PRAGMA busy_timeout = {TIDY_MS}").close()  # writers wait behind it
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
                    driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}").close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self.turnstile.close()


@contextmanager
def _translated(failed: Callable[[], None]) -> Iterator[None]:
    """Say in the office's words what went wrong below."""
    try:
        yield
    except (StaleDataError, IntegrityError) as error:
        raise StaleError("somebody else changed it in the meantime") from error
    except NotStoredError:
        failed()
        raise
    except (DatabaseError, InterfaceError, PoolTimeoutError) as error:
        failed()
        raise NotStoredError(type(error).__name__) from error


def open_store(url: str) -> Store:
    """Open the database behind a URL; it must exist."""
    if make_url(url).get_backend_name() == "sqlite":
        engine, path = _sqlite(url), sqlite_path(url)
        writer = engine.execution_options(writes=True)
        turnstile = FileTurnstile(path.with_suffix(".lock"), BUSY_SECONDS)
        return Store(url, engine, writer, turnstile, lambda name: FileLease(path.with_suffix(f".{name}.lock")))
    try:
        server = create_engine(url, connect_args=CONNECTING, **POOL)
    except ModuleNotFoundError as error:
        raise StartError(
            "PostgreSQL needs its driver: pip install --require-hashes --no-deps -r requirements/postgres.txt"
        ) from error
    event.listen(server, "connect", _begun)
    event.listen(server, "checkout", _still_there)
    reader = server.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Store(url, reader, server, Turnstile(), partial(ServerLease, server))


def lock(session: Session) -> bool:
    """For `get(…, with_for_update=…)`: hold the row until the commit, unless the session only reads."""
    return READ_ONLY not in session.info


def locked(session: Session, wanted: Select[*Row], *, skip: bool = False, share: bool = False) -> Select[*Row]:
    """The same for a query; `skip` leaves out what another holds, `share` lets others read it with a lock too."""
    if not lock(session):
        return wanted
    return wanted.with_for_update(skip_locked=skip, read=share)


def parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """As many ids at a time as a statement may name."""
    return (ids[first : first + NAMED] for first in range(0, len(ids), NAMED))


def sqlite_path(url: str) -> Path:
    """The file behind an SQLite URL."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise StartError("PORTAL_DATABASE_URL: SQLite needs a file, e.g. sqlite:////var/lib/portal/portal.sqlite")
    return Path(database).absolute()


def _sqlite(url: str) -> Engine:
    path = sqlite_path(url)

    def connect() -> sqlite3.Connection:
        # mode=rw: a database that has gone must not come back empty.
        return sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, **POOL)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _same_file)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, record: Any) -> None:
    """Set what SQLite forgets between connections."""
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "wal_autocheckpoint = 4000",
        "cache_size = -8000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    record.info["file"] = _file_of(connection)


def _same_file(connection: sqlite3.Connection, record: Any, proxy: Any) -> None:
    """Refuse a connection whose file was replaced or removed: writes to it would be lost."""
    del connection, proxy
    path, inode = record.info["file"]
    try:
        same = os.stat(path).st_ino == inode  # noqa: PTH116  (hot path: one system call)
    except FileNotFoundError:
        same = False
    if not same:
        raise DisconnectionError("the database file was replaced")


def _begun(connection: Any, record: Any) -> None:
    """Let PostgreSQL's driver keep every statement we have prepared."""
    connection.prepared_max = STATEMENTS
    record.info["begun"] = True


def _still_there(connection: Any, record: Any, proxy: Any) -> None:
    """Refuse a connection on which the server has said something unasked: that it ends, for instance.

    To ask it would cost a round trip each time. One that ends in the middle of a transaction fails there either way.
    """
    del proxy
    if record.info.pop("begun", False):
        return
    if connection.closed or _readable(connection.pgconn.socket):
        raise DisconnectionError("the server has closed the connection")


def _readable(socket: int) -> bool:
    """Whether there is something to read, or its end."""
    looked = poll()
    looked.register(socket, POLLIN)
    return bool(looked.poll(0))


def _file_of(connection: sqlite3.Connection) -> tuple[str, int]:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    return path, Path(path).stat().st_ino


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    with cursor(connection) as made:
        made.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
