"""SIGKILL at any moment under load: workers, and now and then all of it; what was acknowledged is there."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from tests.drills.crowd import Crowd
from tests.drills.live import Live, running
from tests.world import World

SEED = 20260302
KILLS = {"short": 5, "long": 100}
GAP = (0.05, 0.6)  # seconds between two


def kill(live: Live, times: int) -> None:
    """Mostly a worker; every twentieth time the master alone, every twentieth all at once."""
    chance = random.Random(SEED)  # noqa: S311 — when to kill, no secret
    for number in range(1, times + 1):
        time.sleep(chance.uniform(*GAP))
        if number % 20 == 3:
            live.kill_all()
        elif number % 20 == 13:
            live.kill_the_master()
        else:
            live.kill_a_worker(chance)


def test_whoever_is_killed_no_acknowledged_report_is_lost(
    world: World, tmp_path: Path, length: str, say: Callable[[str], None]
) -> None:
    with running(world, tmp_path / "output.txt") as live:
        with Crowd(world, live.port) as crowd:
            kill(live, KILLS[length])
        tally = crowd.settle()
        say(crowd.figures(f"{KILLS[length]} kills"))
        assert tally.cut > 0 or length == "short"  # of so few, all may have been through
        assert tally.refused == 0
