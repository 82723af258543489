"""Schema 0019 on a filled database of 0018: three tables are as they were but for one CHECK each, and files go in.

SQLite makes the tables anew; PostgreSQL takes the CHECKs away and puts wider ones there.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import make_transient

from portal.app import open_portal
from portal.domain.vocabulary import EXHIBITS
from portal.office import upgrading
from portal.office.identity import ORIGINALS
from portal.settings import Settings
from portal.store import migrate
from portal.store.base import Base
from portal.store.index import MatchKey
from portal.store.session import Store, open_store
from tests.cli.test_init import at
from tests.disclosing import Office
from tests.filing import attach
from tests.postgres import Postgres
from tests.sending import UNNAMED, arrive, open_case
from tests.world import NOON, World

ANEW = ("letters", "identity_fields", "disclosure_fields")


def read(path: str, query: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def schema(path: str) -> dict[tuple[str, str], str]:
    """(kind, name) → how it was made, of everything there is but the new table."""
    found = read(path, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name != 'blobs'")
    return {(kind, name): " ".join(sql.replace('"', "").split()) for kind, name, sql in found}


@pytest.mark.sqlite
def test_rows_indexes_triggers_and_foreign_keys_are_all_as_before(world: World, tmp_path) -> None:
    office = Office(world)
    office.lift(request := office.asked())
    office.release(request, "name")
    path = tmp_path / "old.sqlite"
    path.touch(mode=0o600)
    with closing(open_store(f"sqlite:///{path}")) as store:
        at("0018", world, store)
        before, rows = schema(str(path)), contents(str(path))
        migrate.upgrade(store, "0019")
        after = schema(str(path))
    assert contents(str(path)) == rows
    assert min(len(rows[table]) for table in ANEW) > 0
    assert after.keys() == before.keys()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {("table", name) for name in ANEW}
    for name in changed:
        assert checkless(after[name]) == checkless(before[name])
    assert read(str(path), "PRAGMA foreign_key_check") == read(str(path), "PRAGMA integrity_check")[1:] == []
    for table in ANEW:
        fields = [row[3] for row in read(str(path), f"PRAGMA foreign_key_list({table})")]
        assert len(fields) >= 2, table


def contents(path: str) -> dict[str, list[tuple]]:
    """Every row of the tables that are made anew, by their place, and of those that refer to them."""
    return {
        one: read(path, f"SELECT rowid, * FROM {one} ORDER BY rowid")
        for one in (*ANEW, "identity_shares", "disclosures")
    }


def checkless(sql: str) -> str:
    """How a table was made, without what the widened CHECKs allow."""
    return re.sub(r"CHECK \((?:kind|field) IN \([^)]*\)\)", "CHECK ()", sql)


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    name = postgres.make()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.mark.postgresql
def test_on_a_server_rows_keys_indexes_and_triggers_are_as_before_and_three_checks_are_wider(
    office: Office, empty: str
) -> None:
    office.lift(request := office.asked())
    office.release(request, "name")
    with closing(open_store(empty)) as store:
        at("0018", office.world, store)
        before, rows = made(store), lying(store)
        migrate.upgrade(store, "0019")
        after = made(store)
        assert lying(store) == rows
        migrate.upgrade(store)
        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []
    assert min(len(rows[table]) for table in ANEW) > 0
    assert after.keys() == before.keys()
    wider = {name: allowed(after[name]) - allowed(before[name]) for name in after if after[name] != before[name]}
    assert wider == {
        ("disclosure_fields", "ck_disclosure_fields_identityfield"): ORIGINALS - EXHIBITS,
        ("identity_fields", "ck_identity_fields_identityfield"): ORIGINALS - EXHIBITS,
        ("letters", "ck_letters_letterkind"): {"file"},
    }
    assert all(allowed(before[name]) < allowed(after[name]) for name in wider)


SAYS = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
WHERE c.connamespace = 'public'::regnamespace AND c.contype <> 'n'
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT t.tgrelid::regclass::text, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
WHERE NOT t.tgisinternal
"""


def made(store: Store) -> dict[tuple[str, str], str]:
    """(table, name) → what each constraint, index and trigger says, of everything there is but the new table."""
    with store.engine.connect() as connection:
        return {(table, name): said for table, name, said in connection.execute(text(SAYS)) if table != "blobs"}


def lying(store: Store) -> dict[str, list[tuple]]:
    """Every row of the three tables and of those that refer to them."""

    def rows(connection: Connection, table: str) -> list[tuple]:
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY id")]

    with store.engine.connect() as connection:
        return {table: rows(connection, table) for table in (*ANEW, "identity_shares", "disclosures")}


def allowed(check: str) -> set[str]:
    """The values that a CHECK lists."""
    return set(re.findall(r"'([a-z_0-9]+)'", check))


def _take_along(old: World, new: World) -> None:
    """The keys of comparing, which entries of this version name and the old schema has no place for."""
    with old.store.reading() as session:
        keys = session.scalars(select(MatchKey)).all()
        session.expunge_all()
    with new.store.transaction() as session:
        for key in keys:
            make_transient(key)
            session.add(key)


def test_what_was_there_opens_and_files_go_in(world: World, tmp_path) -> None:
    key, case_id = arrive(world, identity=UNNAMED)  # names had no mark then
    open_case(world, "lin", case_id)
    world.sign()
    if world.server is None:
        url = f"sqlite:///{tmp_path}/old.sqlite"
        (tmp_path / "old.sqlite").touch(mode=0o600)
    else:
        url = world.server.url(world.server.make())
    settings = Settings.from_environ({"PORTAL_HOME": str(world.home), "PORTAL_DATABASE_URL": url})
    with closing(open_store(url)) as store:
        at("0018", world, store)
    assert upgrading.upgrade(settings, now=NOON).before == "0018"
    upgraded = World(
        world.home, world.cast, world.clock, settings, open_portal(settings, world.clock), world.root, world.server
    )
    with closing(upgraded):
        _take_along(world, upgraded)
        assert attach(upgraded, key).number == 1
        assert open_case(upgraded, "lin", case_id).letters[-1].file is not None
        assert upgraded.verify().files == 1
