"""Schema 0026 on a filled database of 0020: clocks are as they were, and of one start only one stands."""

import sqlite3
from contextlib import closing

import pytest

from portal.store import migrate
from portal.store.session import open_store
from tests.cli.test_init import at
from tests.clocking import suspend, taken_up
from tests.world import World

pytestmark = pytest.mark.sqlite
ROWS = "SELECT id, case_id, report_id, rule, started_at, due_at, state, suspended_at, entry_id FROM clocks ORDER BY id"
COPY = (
    "INSERT INTO clocks (id, case_id, rule, edition, started_at, due_at, provisional, state, superseded_by, entry_id) "
    "SELECT :id, case_id, rule, edition, started_at, due_at, provisional, :state, :by, entry_id FROM clocks "
    "WHERE rule = 'C05'"
)


def test_clocks_are_as_before_and_one_of_a_start_stands(world: World, tmp_path) -> None:
    _, case_id = taken_up(world)
    suspend(world, "gao", case_id)
    path = tmp_path / "old.sqlite"
    path.touch(mode=0o600)
    with closing(open_store(f"sqlite:///{path}")) as store:
        at("0020", world, store)
        with closing(sqlite3.connect(path)) as connection:
            before = connection.execute(ROWS).fetchall()
        migrate.upgrade(store, "0026")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        assert connection.execute(ROWS).fetchall() == before
        assert len(before) == 2
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            connection.execute(COPY, {"id": b"a" * 16, "state": "running", "by": None})
        with pytest.raises(sqlite3.IntegrityError, match="stood"):
            connection.execute("UPDATE clocks SET stood = 0")
        connection.execute("UPDATE clocks SET superseded_by = ?, state = 'superseded' WHERE rule = 'C05'", (b"a" * 16,))
        connection.execute(COPY, {"id": b"a" * 16, "state": "running", "by": None})
        assert connection.execute("PRAGMA foreign_key_check(clocks)").fetchall() == []
