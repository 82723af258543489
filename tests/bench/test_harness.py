"""The harness of the benchmarks runs: figures come from long runs, never from here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import fill, ledger, register, server, submitting
from bench.home import Home
from tests.faults import count
from tests.world import World

HARNESS = Path(__file__).parent.parent.parent / "bench/harness.py"


def test_a_filled_store_verifies_and_its_first_pages_open(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fill, "REAL", 3)
    code = fill.cases(world.store, world.house, 8)
    fill.entries(world.store, world.house, 20)
    assert fill.cases(world.store, world.house, 10)
    assert count(world, "cases") == 10
    assert world.verify(replayed=False).unsigned > 20  # what is filled came at any hour
    assert "蓝鲸地下购物广场（虚构）" in world.visitor().open_mailbox(code).text


def test_a_ledger_filled_for_its_auditors_verifies(world: World) -> None:
    rare = 100 * len(ledger.RARE)
    ledger.fill(world.store, world.house, 2 * rare)
    assert count(world, "entries") == 2 * rare
    assert world.verify(replayed=False).unsigned > rare  # its officers read what nobody sent


def test_the_register_is_measured_each_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "LOOKS", 10)
    environ = {"PORTAL_HOME": str(world.home), "PORTAL_DATABASE_URL": world.settings.database_url}
    said = register.register(Home(world.home, environ, None), 20)
    assert count(world, "entries") == said["entries"] == 134 + 3 * 20
    assert list(said["portal"]) == list(register.WAYS)
    assert (world.home / "newest.rows").stat().st_mode & 0o777 == 0o600


@pytest.mark.sqlite
def test_a_portal_is_measured_beside_its_floor(world: World) -> None:
    for target in (server.portal(world.home), server.floor(world.home, 1)):
        try:
            said = submitting.submissions(target, alone=3, each=1)
        finally:
            target.stop()
        assert all(value > 0 for name, value in said.items() if name != "cpu_ms")


@pytest.mark.sqlite
def test_a_row_that_does_not_exist_is_one_line_that_names_those_that_do() -> None:
    command = [sys.executable, str(HARNESS), "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 1
    assert done.stderr.startswith("no such row: nothing; there are: submission,")
    assert len(done.stderr.splitlines()) == 1
