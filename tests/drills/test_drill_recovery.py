"""SIGKILL at any moment of a command that brings shares: what it was to do is done or not, and done when typed again.

`portal desk recover` gives an officer a desk's key, `portal recovery replace` draws new shares. Of the new shares of a
command that was killed nothing may be used: which key is in use is what the database says.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.cli.conftest import ask  # noqa: F401 — a fixture
from tests.cli.test_desk import Home

pytestmark = pytest.mark.sqlite

SEED = 20260302
KILLS = {"short": 2, "long": 40}
LONGEST = 3.0  # seconds that a command is given before it is killed


@pytest.fixture
def home(tmp_path, monkeypatch, ask):  # noqa: F811
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    made = Home(tmp_path, ask)
    yield made
    made.store.close()


def started(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "portal", *arguments]
    return subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(chance: random.Random, *arguments: str) -> bool:
    """Start a command and kill it; whether it was still at work."""
    with started(*arguments) as process:
        time.sleep(chance.uniform(0.05, LONGEST))
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def holds(home: Home) -> bool:
    return home.ask("audit", "verify")[0] == 0


def test_whichever_moment_it_is_killed_the_shares_do_their_work_once(
    home: Home, length: str, say: Callable[[str], None]
) -> None:
    chance, cut, done = random.Random(SEED), 0, 0  # noqa: S311 — when to kill, no secret
    zhu, seats = home.newcomer("zhu"), home.seats()
    recover = ["desk", "recover", "office-220000", "custody", "--to", "zhu", *home.shares("custody")]
    for _ in range(KILLS[length]):
        cut += killed(chance, *recover)
        assert home.seats() - seats == home.opens(zhu) <= 1
        assert holds(home)
    if home.opens(zhu) == 0:
        assert home.ask(*recover)[0] == 0
    assert (home.opens(zhu), home.seats()) == (1, seats + 1)
    shares = home.shares("custody")
    for number in range(KILLS[length]):
        fresh = home.path / f"fresh-{number}"
        replace = ["recovery", "replace", "custody", *home.root, "--recovery-dir", str(fresh)]
        cut += killed(chance, *replace, *shares)
        written = sorted(map(str, fresh.glob("*.txt"))) if fresh.exists() else []
        works = [one for one in (shares, written[:2]) if one and home.ask("recovery", "drill", "custody", *one)[0] == 0]
        assert len(works) == 1, "the old shares or the new ones, never both and never neither"
        done += works[0] is not shares
        shares = works[0]
        assert holds(home)
    say(json.dumps({"drill": "shares", "kills": 2 * KILLS[length], "at work": cut, "replaced": done}))
