"""Uploads under stress: many slow ones at once, large ones, and a portal killed in the middle of both ways."""

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bench.evidence import SLOW, Sender, others, slowly, sound
from bench.server import Server
from bench.submitting import percentile
from tests import canary
from tests.drills.crowd import verify
from tests.drills.live import running
from tests.faults import count
from tests.handing_in import lying
from tests.world import World

pytestmark = pytest.mark.sqlite
CANARY = "CANARY-3H9V"
SAID = CANARY.encode() * 50_000
ASKED = {"short": 40, "long": 600}
KILLS = {"short": 1, "long": 20}
SIZES = {"short": 50_000_000, "long": 190_000_000}  # nearly all that a report may have
PATIENCE = 60  # seconds
GROWS = 24_000_000  # bytes, of a worker, whatever the size


@pytest.fixture
def senders() -> Iterator[Callable[..., Sender]]:
    """Reporters, who go when the drill is over."""
    with ExitStack() as stack:
        yield lambda *where: stack.enter_context(closing(Sender(*where)))


def high_water(server: Server) -> int:
    """The most that a worker has held so far, bytes."""
    said = (Path(f"/proc/{pid}/status").read_text() for pid in server.workers())
    return max(1024 * int(line.split()[1]) for text in said for line in text.splitlines() if line.startswith("VmHWM:"))


def require_clear(world: World) -> None:
    """Whoever sent them is gone: nothing of their files stays."""
    end = time.monotonic() + PATIENCE
    while lying(world):
        assert time.monotonic() < end, "of uploads that were broken off something stays"
        time.sleep(0.05)


def test_many_slow_uploads_stop_nobody(world: World, tmp_path: Path, length: str, say: Callable[[str], None]) -> None:
    with running(world, tmp_path / "output.txt") as live:
        with slowly(live.port):
            times = others(live.port, ASKED[length])
        require_clear(world)
    say(json.dumps({"drill": f"{SLOW} slow uploads", "p95_ms": round(1000 * percentile(times, 0.95), 1)}))
    assert len(times) == ASKED[length]


def test_memory_is_flat_whatever_the_size(
    world: World, tmp_path: Path, length: str, say: Callable[[str], None], senders: Callable[..., Sender]
) -> None:
    with running(world, tmp_path / "output.txt") as live:
        sender = senders(live.port)
        for _ in live.server.workers() * 2:
            sender.at_once(sound(500_000))
        before = high_water(live.server)
        sender.at_once(sound(SIZES[length]))
        grown = high_water(live.server) - before
        if length == "long":
            senders(live.port, "127.0.98.1").in_pieces(sound(50_000_000))
    say(json.dumps({"drill": f"{SIZES[length] // 1_000_000} MB at once", "grown_mb": round(grown / 1e6, 1)}))
    assert grown < GROWS
    verify(world)


def test_killed_in_the_middle_nothing_of_a_file_lies_anywhere_in_plain(
    world: World, tmp_path: Path, length: str, say: Callable[[str], None], senders: Callable[..., Sender]
) -> None:
    chance = random.Random(20261127)  # noqa: S311 — when to kill, no secret
    with running(world, tmp_path / "output.txt") as live:
        for number in range(KILLS[length]):
            sender = senders(live.port, f"127.0.{20 + number}.1")
            upload = json.loads(sender._form("", length="400000"))["token"]
            said = {"X-CSRF-Token": sender.token, "Upload": upload, "Piece": "0"}
            sender._ask("/mailbox/evidence/uploads/piece", SAID[: 192 * 1024], said)
            with slowly(live.port, 2, SAID, 100_000):
                time.sleep(1.5 + chance.random())
                world.store.close()  # to read a file of SQLite's beside it takes its locks away (fcntl)
                assert canary.found(canary.held_open(live.server.process.pid), (CANARY,)) == []
                live.kill_all()
            assert canary.found([tmp_path], (CANARY, upload)) == []
        assert lying(world)
        assert count(world, "blobs") == 0
        sender = senders(live.port, "127.0.99.1")
        sender.at_once(sound(1000))
    say(json.dumps({"drill": f"{KILLS[length]} kills in mid-upload", "left": len(lying(world))}))
    verify(world)
