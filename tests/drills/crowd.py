"""People who report while something goes wrong, and what must be true of what they were told.

Each fills in the form and sends it until a code is shown, as a patient person would: the same form again after a page
that says it was not received, or after a connection that was cut. Then every code opens its report, there is one
report for each, and the ledger holds.
"""

import http.client
import itertools
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import Self
from urllib.parse import urlencode

from bench.client import SUBMISSION, TOKEN, Client
from portal.domain.replay_entries import Rule
from tests.faults import count
from tests.visitor import RECEIPT, REPORT
from tests.world import World

PATIENCE = 60  # seconds after the fault within which everybody has their code
PAUSE = 0.02  # before trying again
CUT = (http.client.HTTPException, ConnectionError)
SAID = re.compile(r'<p[^>]*>[^<]{4,}|class="error[^>]*>[^<]{4,}')


@dataclass
class Tally:
    """What became of the forms that were sent."""

    sent: int = 0
    acknowledged: int = 0
    refused: int = 0  # with a page that says so
    cut: int = 0
    opened: int = 0


@dataclass
class Crowd:
    """Some people at a server, from `with` to the end of it."""

    world: World
    port: int
    people: int = 8
    tally: Tally = field(default_factory=Tally)
    receipts: dict[str, str] = field(default_factory=dict)  # code → what was written
    faults: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    deadline: float = float("inf")
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._person) for _ in range(self.people)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """The fault is over: nobody begins anew, everybody finishes."""
        self.deadline = time.monotonic() + PATIENCE
        self.over.set()
        for thread in self._threads:
            thread.join()
        if self.faults:
            raise self.faults[0]

    def count(self, what: str) -> None:
        """One more."""
        with self._lock:
            setattr(self.tally, what, getattr(self.tally, what) + 1)

    def wait_for(self, what: str, more: int, seconds: float = PATIENCE) -> None:
        """Until so many more have met with it."""
        end, goal = time.monotonic() + seconds, getattr(self.tally, what) + more
        while getattr(self.tally, what) < goal:
            assert time.monotonic() < end, f"{what} stays at {getattr(self.tally, what)}"
            assert not self.faults, self.faults
            time.sleep(0.01)

    def _person(self) -> None:
        client = Client(self.port)
        try:
            while not self.over.is_set():
                self._report(client)
        except BaseException as error:  # noqa: BLE001 — raised where the crowd goes home
            self.faults.append(error)
        finally:
            client.connection.close()

    def _report(self, client: Client) -> None:
        fields = {**REPORT, "description": f"第{secrets.token_hex(8)}号出口用铁链子锁着。"}
        client.cookies.clear()
        while not self._fill(client, fields):
            if self.over.is_set():
                return
            time.sleep(PAUSE)
        while not self._send(client, fields):
            assert time.monotonic() < self.deadline, "still no code long after the fault"
            time.sleep(PAUSE)

    def _fill(self, client: Client, fields: dict[str, str]) -> bool:
        """Whether there was a form; a refusal has to be a page."""
        try:
            status, page = client.ask("GET", "/report")
        except CUT:
            client.connection.close()
            return False
        if status != 200:
            require_page(status, page.decode())
            return False
        for name, pattern in (("csrf_token", TOKEN), ("submission", SUBMISSION)):
            fields[name] = pattern.search(page)[1].decode()
        return True

    def _send(self, client: Client, fields: dict[str, str]) -> bool:
        """Whether a code was shown."""
        self.count("sent")
        try:
            status, answer = client.ask("POST", "/report", urlencode(fields))
        except CUT:
            client.connection.close()
            self.count("cut")
            return False
        page = answer.decode()
        if found := RECEIPT.search(page):
            assert status == 200
            self.receipts[re.sub(r"<[^>]+>|\s", "", found[1])] = fields["description"]
            self.count("acknowledged")
            return True
        require_page(status, page)
        assert fields["description"] in page, "what was typed is gone"
        self.count("refused")
        return False

    def settle(self) -> Tally:
        """Every code opens its report, each form is one report, the ledger holds."""
        networks = (f"127.{1 + n // 250}.{1 + n % 250}.1" for n in itertools.count())
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self._open, self.receipts.items(), networks))
        assert self.tally.acknowledged == self.tally.opened == len(self.receipts)
        assert count(self.world, "reports") == len(self.receipts)
        verify(self.world)
        return self.tally

    def figures(self, drill: str) -> str:
        """One line."""
        engine = self.world.store.engine.dialect.name
        return json.dumps({"drill": drill, "engine": engine, **asdict(self.tally)})

    def _open(self, receipt: tuple[str, str], network: str) -> None:
        code, written = receipt
        client = Client(self.port, network)
        with closing(client.connection):
            found = TOKEN.search(client.ask("GET", "/mailbox")[1])
            fields = {"receipt": code, "csrf_token": found[1].decode()}
            status, page = client.ask("POST", "/mailbox", urlencode(fields))
            assert status == 303, page.decode()
            assert written in client.ask("GET", "/mailbox")[1].decode()
        self.count("opened")


def require_page(status: int, page: str) -> None:
    """A refusal is a page with a heading and a sentence, and no traceback."""
    assert status == 503, page
    assert "<h1" in page
    assert SAID.search(page), page
    assert page.rstrip().endswith("</html>")
    assert "Traceback" not in page


def verify(world: World, *broken: Rule) -> None:
    """`portal audit verify`, as an operator runs it; and what it verifies was legal, but for these rules."""
    command = [sys.executable, "-m", "portal", "audit", "verify"]
    done = subprocess.run(command, env=environ(world), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {one.rule for one in world.replay()} == set(broken)


def environ(world: World) -> dict[str, str]:
    """What a process of this installation is given."""
    return {**os.environ, "PORTAL_HOME": str(world.home), "PORTAL_DATABASE_URL": world.settings.database_url}
