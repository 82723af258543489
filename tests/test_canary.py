"""After a journey with rare strings everywhere, no file, temp folder or output of the real server holds any of them."""

import base64
import gzip
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.client import Client
from bench.server import free_port
from tests.canary import found, held_open
from tests.visitor import REPORT
from tests.waiting import PATIENCE, until
from tests.world import PASSWORD, Template, World

pytestmark = pytest.mark.sqlite

TYPED = {
    "respondent": "鼫鼬鼩商场canary01",
    "place": "龘靐齉层canary02",
    "description": "爩驫麤的事canary03，" * 20,
    "name": "齾齾齾canary04",
    "phone": "13987654321",
    "email": "canary05@rare-example.invalid",
}
REPLY, LETTER, SUBJECT = "麣麣补充canary06", "飝飝回信canary07", "癵癵案由canary08"
REFUSED, LONG = "钃钃没交成canary09", "籲籲太长canary10"
SHARED = Path("/dev/shm")  # noqa: S108 — looked into, not written to
WORDS = [*(word[:14] for word in TYPED.values()), REPLY, LETTER, SUBJECT, REFUSED, LONG, PASSWORD]


@dataclass
class Running:
    """A real server with a temp folder and output of its own."""

    world: World
    temp: Path
    output: Path
    port: int
    process: subprocess.Popen
    shared: set[Path] = field(default_factory=lambda: set(SHARED.iterdir()))
    clients: list[Client] = field(default_factory=list)

    def client(self) -> Client:
        """A browser, closed when the test ends."""
        made = Client(self.port)
        self.clients.append(made)
        return made

    def places(self) -> list[Path]:
        """Where something could lie: files of its own, shared memory made since, files without a name."""
        shared = [one for one in SHARED.iterdir() if one not in self.shared]
        return [self.world.home, self.temp, self.output, *shared, *held_open(self.process.pid)]


@pytest.fixture
def running(template: Template, tmp_path: Path) -> Iterator[Running]:
    world = World.copy(template, tmp_path / "home")
    temp, output, port = tmp_path / "temp", tmp_path / "output.txt", free_port()
    temp.mkdir()
    environ = {**os.environ, "PORTAL_HOME": str(world.home), "PORT": str(port), "TMPDIR": str(temp)}
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal", "run"], env=environ, stdout=sink, stderr=sink, start_new_session=True
        )
    made = Running(world, temp, output, port, process)
    try:
        until(lambda: _answers(made))
        yield made
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        for client in made.clients:
            client.connection.close()
        world.close()


def _answers(running: Running) -> bool:
    try:
        return running.client().ask("GET", "/report")[0] == 200
    except OSError:
        return False


def form(client: Client, path: str, at: str, **fields: str) -> tuple[int, str]:
    """Send a form with the tokens of a page."""
    page = client.ask("GET", path)[1].decode()
    for name in ("csrf_token", "submission", "seen"):
        if hidden := re.search(rf'name="{name}" value="([^"]+)"', page):
            fields.setdefault(name, hidden[1])
    status, answer = client.ask("POST", at, urlencode(fields))
    return status, answer.decode()


def journey(running: Running) -> str:
    """Report, write, sign in, take up, answer, read, and go wrong in between; returns the receipt."""
    zhou = running.client()
    said = {**REPORT, **TYPED, "may_phone": "y"}
    assert form(zhou, "/report", "/report", **{**said, "mode": "", "description": REFUSED})[0] == 422
    assert form(zhou, "/report", "/report", **{**said, "description": LONG * 60_000})[0] == 413
    zhou.connection.close()  # the server did; the rest of the body had nowhere to go
    status, page = form(zhou, "/report", "/report", **said)
    assert status == 200, page
    receipt = re.sub(r"<[^>]+>|\s", "", re.search(r'<output id="receipt"[^>]*>(.*?)</output>', page, re.DOTALL)[1])
    assert form(zhou, "/mailbox", "/mailbox/message", text=REPLY)[0] == 303
    assert (
        form(running.client(), "/mailbox", "/mailbox", receipt=receipt[:-1] + ("0" if receipt[-1] != "0" else "1"))[0]
        == 422
    )

    lin, member = running.client(), running.world.cast["lin"]
    code = member.code(datetime.now(UTC))
    assert form(lin, "/review/login", "/review/login", username="lin", password=PASSWORD, otp=code)[0] == 303
    queue = lin.ask("GET", "/review/")[1].decode()
    case = re.search(r"/review/cases/[0-9a-f-]{36}", queue)[0]
    assert TYPED["phone"] in form(lin, case, f"{case}/phone")[1]
    assert form(lin, case, f"{case}/accept", subject=SUBJECT)[0] == 303
    assert form(lin, case, f"{case}/letter", text=LETTER)[0] == 303
    assert LETTER in zhou.ask("GET", "/mailbox")[1].decode()
    changed = form(zhou, "/mailbox", "/mailbox/identity", name=TYPED["name"], phone=TYPED["phone"], action="replace")
    assert changed[0] == 303
    return receipt


def test_no_file_or_output_holds_what_was_typed(running: Running) -> None:
    receipt = journey(running)
    words = [*WORDS, receipt, receipt.replace("-", "")]
    assert found(running.places(), words) == []
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait(PATIENCE)
    assert found(running.places(), words) == []
    assert running.world.verify().entries > 0


def test_killed_in_the_middle_of_a_report_nothing_of_it_lies_about(running: Running) -> None:
    zhou = running.client()
    zhou.ask("GET", "/report")
    zhou.connection.close()
    zhou.connection.connect()
    head = b"POST /report HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
    head += b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    part = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        + TYPED["place"].encode() * 20_000
    )
    zhou.connection.sock.sendall(head + part)
    time.sleep(0.5)
    assert found(running.places(), WORDS) == []
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait(PATIENCE)
    assert found(running.places(), WORDS) == []


@pytest.mark.parametrize(
    "hidden",
    [
        TYPED["place"].encode(),
        TYPED["place"].encode("utf-16-le"),
        TYPED["place"].encode("gbk", "replace"),
        b"x" + base64.b64encode(b"ab" + TYPED["place"].encode() + b"c"),
        b"log " + gzip.compress(("何时" + TYPED["place"]).encode()),
    ],
    ids=["utf-8", "utf-16", "gbk", "base64", "gzip"],
)
def test_the_search_itself_finds_what_is_there(tmp_path: Path, hidden: bytes) -> None:
    (tmp_path / "file").write_bytes(b"\0" * 100 + hidden + b"\0")
    assert found([tmp_path], ["canary02"]) != []


def test_the_search_finds_a_file_that_has_no_name(tmp_path: Path) -> None:
    """As a server that spools an upload would leave it."""
    script = (
        "import sys, tempfile; f = tempfile.TemporaryFile(); f.write(sys.argv[1].encode()); f.flush(); print('up');"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script + "sys.stdin.read()", TYPED["place"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        start_new_session=True,
    ) as holder:
        assert holder.stdout.readline() == b"up\n"
        assert list(tmp_path.iterdir()) == []
        assert found(held_open(holder.pid), ["canary02"]) != []
        holder.communicate()
