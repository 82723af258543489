"""Stopping and restarting: what is on its way is received; who comes later is refused, or served by the next."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.client import FIELDS, SUBMISSION, TOKEN, Client
from bench.server import free_port
from tests.waiting import PATIENCE, until
from tests.world import Template, World

pytestmark = pytest.mark.sqlite


class Running:
    """`portal run` with two workers, and a browser that sends half a report."""

    def __init__(self, world: World) -> None:
        self.world, self.port = world, free_port()
        environ = {**os.environ, "PORTAL_HOME": str(world.home), "PORT": str(self.port)}
        command = [sys.executable, "-m", "portal", "run"]
        self.process = subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert str(self.port) in self.process.stdout.readline()

    def workers(self) -> set[int]:
        pid = self.process.pid
        return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))

    def half(self) -> tuple[socket.socket, bytes]:
        """A report of which half has been sent, and the other half."""
        client = Client(self.port)
        page = client.ask("GET", "/report")[1]
        client.connection.close()
        said = {**FIELDS, "csrf_token": TOKEN.search(page)[1], "submission": SUBMISSION.search(page)[1]}
        body = urlencode(said).encode()
        head = (
            f"POST /report HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in client.cookies.items())}\r\n\r\n"
        ).encode()
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        sock.sendall(head + body[:500])
        return sock, body[500:]

    def is_refused(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE).close()
        except ConnectionRefusedError:
            return True
        return False


def read(sock: socket.socket) -> str:
    """An answer to its end."""
    data = b""
    while piece := sock.recv(65536):
        data += piece
        if data.endswith((b"</html>\n", b"</html>")):
            break
    return data.decode()


@pytest.fixture
def running(template: Template, tmp_path: Path) -> Iterator[Running]:
    world = World.copy(template, tmp_path / "home")
    made = Running(world)
    yield made
    with suppress(ProcessLookupError):
        os.killpg(made.process.pid, signal.SIGKILL)
    made.process.communicate()
    world.close()


def test_a_report_on_its_way_is_received_while_the_portal_stops(running: Running) -> None:
    sock, rest = running.half()
    with sock:
        time.sleep(0.2)
        running.process.send_signal(signal.SIGTERM)
        until(running.is_refused)
        assert running.process.poll() is None
        sock.sendall(rest)
        assert '<output id="receipt"' in read(sock)
    _, err = running.process.communicate(timeout=PATIENCE)
    assert (running.process.returncode, err) == (0, "")
    assert "submitted" in running.world.events()
    running.world.sign()
    running.world.verify()


def test_a_restart_of_the_workers_drops_nobody(running: Running) -> None:
    sock, rest = running.half()
    old = running.workers()
    answers, stop = [], threading.Event()

    def knock() -> None:
        while not stop.is_set():
            client = Client(running.port)
            answers.append(client.ask("GET", "/healthz")[0])
            client.connection.close()

    knocking = threading.Thread(target=knock)
    knocking.start()
    try:
        time.sleep(0.2)
        running.process.send_signal(signal.SIGHUP)
        until(lambda: len(running.workers() - old) == 2)
        with sock:
            sock.sendall(rest)
            assert '<output id="receipt"' in read(sock)
        until(lambda: not running.workers() & old)
        seen = len(answers)
        until(lambda: len(answers) > seen + 5)
    finally:
        stop.set()
        knocking.join(PATIENCE)
    assert set(answers) == {200}


def test_workers_that_come_back_while_the_database_is_away_are_tried_until_it_is_there(running: Running) -> None:
    database, client = running.world.home / "portal.sqlite", Client(running.port)
    client.report()
    client.connection.close()
    database.rename(database.with_suffix(".away"))
    old = running.workers()
    running.process.send_signal(signal.SIGHUP)
    until(lambda: not running.workers() & old)
    time.sleep(1.5)
    assert running.process.poll() is None
    database.with_suffix(".away").rename(database)
    until(lambda: client.ask("GET", "/readyz")[0] == 200)
    client.report()
    client.connection.close()
    running.process.send_signal(signal.SIGTERM)
    _, err = running.process.communicate(timeout=PATIENCE)
    assert re.search("cannot start: the database cannot be read", err)
