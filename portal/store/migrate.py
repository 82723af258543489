"""Bringing a database to the newest schema, and refusing to serve on any other."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from portal.domain.errors import StartError
from portal.settings import Settings
from portal.store.session import Store, open_store, sqlite_path


def upgrade(store: Store) -> None:
    """Run every migration that the database lacks, in one transaction."""
    with store.writer.begin() as connection:
        command.upgrade(_config(connection), "head")


def create(url: str) -> Store:
    """Make the schema in a new file, or in a database on a server that has nothing in it yet. Raises StartError."""
    if url.startswith("sqlite"):
        path = sqlite_path(url)
        path.touch(mode=0o600, exist_ok=False)
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


def _require_empty(store: Store) -> None:
    if inspect(store.writer).get_table_names():
        raise StartError("the database of PORTAL_DATABASE_URL is not empty; name one that is")


def check(settings: Settings) -> None:
    """Raise StartError unless the database is there and has the newest schema."""
    store = open_store(settings.database_url)
    try:
        with store.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StartError(
            "the database cannot be opened; check PORTAL_DATABASE_URL and PORTAL_HOME, or run `portal demo` first"
        ) from error
    finally:
        store.close()
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if current is None:
        raise StartError("there is no installation here yet; run `portal demo` (or `portal init`)")
    if current != newest:
        raise StartError(f"the database has schema {current}, this version needs {newest}; run `portal upgrade`")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
