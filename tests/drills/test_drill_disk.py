"""The disk is full under load: refusals are pages, and once there is room again it recovers by itself.

The long form fills a real small disk (tmpfs; needs root); the short one lets the kernel refuse to let any file of the
running server grow, which anybody may ask for.
"""

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.drills.crowd import Crowd
from tests.drills.live import Live, running
from tests.world import Template, World

pytestmark = pytest.mark.sqlite

ROUNDS, FULL_SECONDS = 3, 8.0


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is free, and whatever becomes free is taken at once."""
    ballast, ended = disk / "ballast", threading.Event()
    greedy = threading.Thread(target=_fill, args=(ballast, ended))
    greedy.start()
    yield
    ended.set()
    greedy.join()
    ballast.unlink()


def _fill(ballast: Path, ended: threading.Event) -> None:
    size = 1 << 20
    with ballast.open("ab", buffering=0) as file:
        while not ended.is_set():
            try:
                file.write(b"\0" * size)
            except OSError:
                size = max(size // 2, 1)
                ended.wait(0.001)


@contextmanager
def stinted(live: Live) -> Iterator[None]:
    """No file of the server's processes may grow beyond what the log of the database has now."""
    size = (live.world.home / "portal.sqlite-wal").stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for pid in live.server.workers():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
    yield
    for pid in live.server.workers():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("length", [pytest.param("long", marks=pytest.mark.drill)])
def test_a_full_disk_refuses_with_a_page_and_recovers(
    template: Template, disk: Path, tmp_path: Path, say: Callable[[str], None]
) -> None:
    world = World.copy(template, disk / "home")
    try:
        with running(world, tmp_path / "output.txt") as live:
            with Crowd(world, live.port) as crowd:
                for _ in range(ROUNDS):
                    crowd.wait_for("acknowledged", 50)
                    with filled(disk):
                        crowd.wait_for("refused", 20)
                        time.sleep(FULL_SECONDS)
                    crowd.wait_for("acknowledged", 50)
            tally = crowd.settle()
            say(crowd.figures(f"disk full {ROUNDS} times"))
            assert tally.cut == 0
    finally:
        world.close()


def test_files_that_may_not_grow_refuse_with_a_page_and_recover(world: World, tmp_path: Path) -> None:
    with running(world, tmp_path / "output.txt") as live:
        with Crowd(world, live.port) as crowd:
            crowd.wait_for("acknowledged", 10)
            with stinted(live):
                crowd.wait_for("refused", 20)
            crowd.wait_for("acknowledged", 20)
        tally = crowd.settle()
        assert tally.cut == 0
