"""The figures of a real server: two workers counted as one, in a directory that goes with them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from bench.client import Client
from bench.server import free_port
from portal import scratch
from tests.waiting import PATIENCE, until
from tests.web.test_metrics import parse
from tests.world import Template, World

pytestmark = pytest.mark.sqlite
SERVER = """
import os
os.environ["PROMETHEUS_MULTIPROC_DIR"] = "to be made"  # as the server will have it when it loads this:
import portal.measures
from portal.serving import serve
from portal.settings import Settings

portal.measures.HOUR = 0.2
serve(Settings.from_environ(os.environ))
"""


@pytest.fixture
def home(template: Template, tmp_path: Path) -> Iterator[Path]:
    world = World.copy(template, tmp_path / "home")
    yield world.home
    world.close()


@contextmanager
def serving(home: Path, *command: str) -> Iterator[tuple[subprocess.Popen, int]]:
    """A server and its port; whatever becomes of the test, nothing of it is left to the next."""
    port = free_port()
    environ = {"PATH": os.environ["PATH"], "PORTAL_HOME": str(home), "PORT": str(port)}
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=Path(__file__).parent.parent,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert str(port) in process.stdout.readline()
            yield process, port
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def stopped(server: subprocess.Popen) -> str:
    """It is told to stop, and does; what it said."""
    server.send_signal(signal.SIGTERM)
    _, err = server.communicate(timeout=PATIENCE)
    return err


def ask(port: int, path: str) -> str:
    client = Client(port)
    with closing(client.connection):
        status, body = client.ask("GET", path)
    assert status == 200
    return body.decode()


def shared_by(server: subprocess.Popen) -> Path:
    """The directory that it holds locked; others' servers have theirs beside it."""
    held = {one.readlink() for one in Path(f"/proc/{server.pid}/fd").iterdir()}
    (found,) = (one for one in held if one.match(f"{scratch.MEMORY}/shaoyin-figures-*"))
    return found


def served(port: int) -> float:
    told = parse(ask(port, "/metrics"))
    return sum(value for name, value in told.items() if name.startswith("portal_public_requests_total"))


def test_two_workers_are_counted_as_one_also_when_one_was_killed(home: Path) -> None:
    with serving(home, "-c", SERVER) as (server, port):
        shared = shared_by(server)
        assert shared.stat().st_mode & 0o077 == 0
        for _ in range(40):
            ask(port, "/report")
        until(lambda: served(port) == 40)
        told = parse(ask(port, "/metrics"))
        until(lambda: "portal_work_success_timestamp_seconds{work=tick}" in parse(ask(port, "/metrics")))
        assert (told["portal_signing_in"], told["portal_database_errors_total"]) == (0, 0)
        workers = {int(file.stem.split("_")[-1]) for file in shared.glob("counter_*.db")}
        assert len(workers) == 2
        os.kill(min(workers), signal.SIGKILL)
        until(lambda: not list(shared.glob(f"gauge_livesum_{min(workers)}.db")))
        ask(port, "/report")
        until(lambda: served(port) == 41)
        assert "was sent SIGKILL" in stopped(server)
        assert not shared.exists()


def test_in_the_middle_of_an_hour_what_the_public_does_is_not_told(home: Path) -> None:
    hour = time.time() // 3600
    with serving(home, "-m", "portal", "run") as (server, port):
        for _ in range(5):
            ask(port, "/report")
        assert served(port) == 0 or time.time() // 3600 > hour
        stopped(server)


def test_what_a_killed_server_left_behind_goes_with_the_next_and_a_living_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    script = (
        f"import sys\nfrom pathlib import Path\nfrom portal import scratch\nscratch.MEMORY = Path({str(tmp_path)!r})\n"
        "with scratch.directory('figures') as made:\n"
        "    print(made, flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script]

    def begin() -> subprocess.Popen:
        return subprocess.Popen(
            command, cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    with begin() as killed, begin() as living:
        left, kept = (Path(one.stdout.readline().strip()) for one in (killed, living))
        killed.kill()
        killed.wait()
        assert left.is_dir()
        with begin() as following:
            own = Path(following.stdout.readline().strip())
            assert (left.exists(), kept.is_dir(), own.is_dir()) == (False, True, True)
            following.communicate("")
        assert not own.exists()
        living.communicate("")
    assert not kept.exists()


def test_servers_that_come_and_go_beside_each_other_do_not_stumble(tmp_path: Path) -> None:
    script = (
        f"from pathlib import Path\nfrom portal import scratch\nscratch.MEMORY = Path({str(tmp_path)!r})\n"
        "for _ in range(1500):\n    with scratch.directory('figures') as made:\n        assert made.is_dir()\n"
    )
    command = [sys.executable, "-c", script]
    several = [subprocess.Popen(command, cwd=Path(__file__).parent.parent) for _ in range(4)]
    assert [one.wait(PATIENCE) for one in several] == [0] * 4
    assert list(tmp_path.iterdir()) == []
