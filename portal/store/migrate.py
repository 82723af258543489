"""Bringing a database to the newest schema, and refusing to serve on any other.

Which schema it has is read without Alembic, whose modules would stay with every process that serves.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from portal.domain.errors import StartError
from portal.settings import Settings
from portal.store.session import Store, open_store, sqlite_path

SCRIPTS = Path(__file__).parent / "migrations"
VERSIONS = "alembic_version"  # the table in which Alembic notes how far it came


def upgrade(store: Store, to: str = "head") -> None:
    """Run every migration that the database lacks, in one transaction."""
    from alembic import command  # noqa: PLC0415 — only where it is needed: half of it, and Pygments, come along
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with _migrating(store) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _migrating(store: Store) -> Iterator[Connection]:
    """A transaction in which tables may be made anew: what refers to them is checked once, before the commit.

    SQLite turns its foreign keys off between transactions only.
    """
    with store.writer.connect() as connection:
        driver = connection.connection.dbapi_connection
        local = driver if isinstance(driver, sqlite3.Connection) else None
        if local is not None:
            local.execute("PRAGMA foreign_keys = OFF").close()
        try:
            with connection.begin():
                yield connection
                if local is not None and local.execute("PRAGMA foreign_key_check").fetchone() is not None:
                    raise StartError("the migration would leave a row that refers to nothing; nothing was changed")
        finally:
            if local is not None:
                local.execute("PRAGMA foreign_keys = ON").close()


def create(url: str) -> Store:
    """Make the schema in a new file, or in a database on a server that has nothing in it yet. Raises StartError."""
    if url.startswith("sqlite"):
        _touch(sqlite_path(url))
    store = open_store(url)
    try:
        _require_empty(store)
        upgrade(store)
    except StartError:
        store.close()
        raise
    except SQLAlchemyError as error:
        store.close()
        raise StartError("the database of PORTAL_DATABASE_URL cannot be used; is it there, and is it yours?") from error
    return store


def discard(store: Store, url: str) -> None:
    """Close a database whose filling failed, and take its file away; one on a server is emptied by whoever owns it."""
    store.close()
    if url.startswith("sqlite"):
        path = sqlite_path(url)
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        path.with_suffix(".lock").unlink(missing_ok=True)


def _touch(path: Path) -> None:
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise StartError(f"there is a database at {path} already; name another in PORTAL_DATABASE_URL") from None
    except OSError as error:
        raise StartError(f"cannot make {path}: {error.strerror}; choose another PORTAL_DATABASE_URL") from None


def _require_empty(store: Store) -> None:
    if inspect(store.writer).get_table_names():
        raise StartError("the database of PORTAL_DATABASE_URL is not empty; name one that is")


def check(settings: Settings) -> None:
    """Raise StartError unless the database is there and has the newest schema."""
    store = open_store(settings.database_url)
    try:
        current, newest = revisions(store)
    finally:
        store.close()
    if current != newest:
        raise StartError(
            f"the database has schema {current}, this version needs {newest}; stop the portal, make a copy of home and "
            "database, then run `portal upgrade`"
        )


def revisions(store: Store) -> tuple[str, str]:
    """The schema that a database has, and the newest that this version knows.

    Raises StartError where there is no installation, or one that a newer version made.
    """
    try:
        with store.engine.connect() as connection:
            current = _current(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StartError(
            "the database cannot be opened; check PORTAL_DATABASE_URL and PORTAL_HOME, or run `portal demo` first"
        ) from error
    if current is None:
        raise StartError("there is no installation here yet; run `portal init` (or `portal demo`)")
    known = newest_first()
    if current not in known:
        raise StartError(
            f"the database has schema {current}, which is newer than this version of the portal needs ({known[0]}); "
            "run the version that made it"
        )
    return current, known[0]


def newest_first() -> list[str]:
    """Every schema there ever was, as the files of the migrations are called: `0019_evidence.py`."""
    return sorted((script.name[:4] for script in (SCRIPTS / "versions").glob("[0-9]*.py")), reverse=True)


def _current(connection: Connection) -> str | None:
    """The schema of a database; None where there is none of ours."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSIONS}"))  # noqa: S608 — a constant
    return found
