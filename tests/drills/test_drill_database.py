"""The database goes away under load and comes back: PostgreSQL is stopped, SQLite's file is held by somebody else."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.drills.crowd import Crowd
from tests.drills.live import running
from tests.faults import database
from tests.world import World

# As an operator stops it for an update, and as when it is killed.
MODES = {"short": ["fast", "immediate"], "long": ["fast", "immediate"] * 5}
AWAY = {"short": 0.3, "long": 4.0}  # seconds
HELD = {"short": 1.5, "long": 25.0}  # the portal waits ten


@pytest.mark.postgresql
def test_a_server_that_is_stopped_refuses_with_a_page_and_recovers(
    world: World, tmp_path: Path, length: str, say: Callable[[str], None]
) -> None:
    with running(world, tmp_path / "output.txt") as live:
        with Crowd(world, live.port) as crowd:
            for mode in MODES[length]:
                crowd.wait_for("acknowledged", 20)
                world.server.down(mode)
                crowd.wait_for("refused", 8)
                time.sleep(AWAY[length])
                world.server.up()
                crowd.wait_for("acknowledged", 20)
        tally = crowd.settle()
        say(crowd.figures(f"stopped {len(MODES[length])} times"))
        assert tally.cut == 0


@pytest.mark.sqlite
def test_a_file_that_somebody_holds_is_waited_for_and_then_refused_with_a_page(
    world: World, tmp_path: Path, length: str, say: Callable[[str], None]
) -> None:
    with running(world, tmp_path / "output.txt") as live:
        with Crowd(world, live.port, people=16) as crowd:
            crowd.wait_for("acknowledged", 20)
            with closing(database(world)) as other:
                _hold(other)
                time.sleep(HELD[length])
                other.execute("ROLLBACK")
            crowd.wait_for("acknowledged", 20)
        tally = crowd.settle()
        say(crowd.figures(f"held for {HELD[length]:g} s"))
        assert tally.cut == 0
        assert (tally.refused > 0) == (length == "long")


def _hold(connection: sqlite3.Connection) -> None:
    """Begin to write, as soon as those before have ended."""
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("BEGIN IMMEDIATE")
