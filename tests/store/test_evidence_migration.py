"""Schema 0019 on a filled database of 0018: SQLite makes three tables anew, as they were but for one CHECK each."""

import re
import sqlite3
from contextlib import closing

import pytest

from portal.store import migrate
from portal.store.session import open_store
from tests.cli.test_init import at
from tests.disclosing import Office
from tests.world import World

pytestmark = pytest.mark.sqlite

ANEW = ("letters", "identity_fields", "disclosure_fields")


def read(path: str, query: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def schema(path: str) -> dict[tuple[str, str], str]:
    """(kind, name) → how it was made, of everything there is but the new table."""
    found = read(path, "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name != 'blobs'")
    return {(kind, name): " ".join(sql.replace('"', "").split()) for kind, name, sql in found}


def test_rows_indexes_triggers_and_foreign_keys_are_all_as_before(world: World, tmp_path) -> None:
    office = Office(world)
    office.lift(request := office.asked())
    office.release(request, "name")
    path = tmp_path / "old.sqlite"
    path.touch(mode=0o600)
    with closing(open_store(f"sqlite:///{path}")) as store:
        at("0018", world, store)
        before, rows = schema(str(path)), contents(str(path))
        migrate.upgrade(store)
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
