"""A portal that really runs beside a drill, its processes and what they printed."""

import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import server
from bench.server import Server
from tests.waiting import PATIENCE
from tests.world import World

START_AGAIN = 40  # seconds until workers without a master have gone: they finish what they have begun


@dataclass
class Live:
    """`portal run` on a world's home."""

    world: World
    output: Path
    server: Server

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port

    def kill_a_worker(self, chance: random.Random) -> None:
        """SIGKILL to one of those that answer; the master starts another."""
        workers = self.server.workers()
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)

    def kill_all(self) -> None:
        """As when the machine loses power, and somebody starts it again."""
        os.killpg(self.server.process.pid, signal.SIGKILL)
        self._again()

    def kill_the_master(self) -> None:
        """Its workers notice, finish and go; then somebody starts it again."""
        self.server.process.kill()
        self._again()

    def _again(self) -> None:
        self.server.process.wait(PATIENCE)
        end = time.monotonic() + START_AGAIN
        while self._listens():  # workers without a master are on their way out
            assert time.monotonic() < end, "workers whose master was killed do not end"
            time.sleep(0.05)
        self.server = _start(self.world, self.output, self.port)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def require_quiet(self) -> None:
        """Nothing was printed that a fault of our own would print."""
        said = self.output.read_text(encoding="utf-8")
        assert "Traceback" not in said, said[-4000:]
        assert "a request failed" not in said, said[-4000:]


def _start(world: World, output: Path, port: int = 0) -> Server:
    return server.portal(world.home, port, output, PORTAL_DATABASE_URL=world.settings.database_url)


@contextmanager
def running(world: World, output: Path) -> Iterator[Live]:
    """Start it, and end it whatever happened."""
    made = Live(world, output, _start(world, output))
    try:
        yield made
        made.require_quiet()
    finally:
        os.killpg(made.server.process.pid, signal.SIGKILL)
        made.server.process.wait(PATIENCE)
