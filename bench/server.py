"""A real server in a process of its own, and what the kernel says it used."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


class Server:
    """A server's process tree: started, measured, stopped."""

    database: int | None = None  # the database server's first process; what it uses counts too

    def __init__(self, command: list[str], environ: Mapping[str, str], port: int, output: Path | None = None) -> None:
        self.port = port
        self.began = time.perf_counter()
        with Path(output or os.devnull).open("ab") as sink:
            self.process = subprocess.Popen(
                command, env={**os.environ, **environ}, stdout=sink, stderr=sink, start_new_session=True
            )
        self.first_answer = self._wait()

    def _wait(self) -> float:
        """Seconds from the start to the first answer."""
        for _ in range(START_SECONDS * 100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=START_SECONDS).read()
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.01)
            else:
                return time.perf_counter() - self.began
        raise SystemExit("the server did not start")

    def cpu(self) -> float:
        """CPU seconds of all its processes and those of its database, user and system."""
        others = _family(self.database) if self.database else []
        return sum(_cpu(pid) for pid in [*self.pids(), *others])

    def memory(self) -> int:
        """Proportional set size of all its processes, bytes: pages shared after a fork are counted once."""
        return sum(_pss(pid) for pid in self.pids())

    def pids(self) -> list[int]:
        """The process and its children."""
        return _family(self.process.pid)

    def workers(self) -> list[int]:
        """The processes that answer."""
        return self.pids()[1:]

    def stop(self) -> None:
        """Stop it."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)


def _family(pid: int) -> list[int]:
    return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def _cpu(pid: int) -> float:
    return time.clock_gettime(~pid << 3 | 2)  # its clock as the kernel numbers it: to the nanosecond, ended threads too


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def free_port() -> int:
    """A port for a server that this process starts; nobody else gets it for as long as the process lives.

    It stays bound and nothing listens on it. The kernel gives such a port to nobody who leaves the choice to it, and to
    no connection that goes out; a server that asks for it by number with SO_REUSEADDR, as ours do, gets it (socket(7)).
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = int(held.getsockname()[1])
    held.detach()  # never closed
    return port


def portal(home: Path, port: int = 0, output: Path | None = None, **environ: str) -> Server:
    """The portal on a home, as `portal run` serves it."""
    port = port or free_port()
    given = {"PORTAL_HOME": str(home), "PORT": str(port), **environ}
    return Server([sys.executable, "-m", "portal", "run"], given, port, output)


def floor(home: Path, workers: int) -> Server:
    """A bare Flask page that makes two HPKE envelopes and commits them with an audit row."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "bench.floor:app", "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers), "--threads", "32", "--worker-class", "gthread", "--no-control-socket",
    ]  # fmt: skip
    return Server(command, {"FLOOR_HOME": str(home)}, port)
