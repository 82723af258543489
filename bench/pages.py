"""Pages that open what is sealed, in stores of any size; the floor is a bare page of the same server."""

import re
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from operator import itemgetter
from urllib.parse import urlencode

from bench.client import TOKEN, Client
from bench.home import Home
from bench.server import Server
from bench.submitting import percentile
from crypto.errors import PasswordError
from crypto.keys import decoy
from crypto.primitives import random_bytes
from portal.domain.case_vocabulary import View

TIMES, FEW = 100, 20
SIGN_INS = 6
CASE = re.compile(rb"/review/cases/[0-9a-f-]{36}")
RARE = "ACCIDENT-01"  # of which there is none
OK, ONWARD = 200, 303
STEP = 30  # seconds a one-time code lives
TRIES = 3


def form(client: Client, page: str, **fields: str) -> int:
    """Send the form of a page."""
    found = TOKEN.search(client.ask("GET", page)[1])
    return client.ask("POST", page, urlencode({**fields, "csrf_token": found[1].decode()}))[0]


def timed(target: Server, once: Callable[[], int], times: int = TIMES) -> dict[str, float]:
    """One at a time, each once more than counted."""
    for _ in range(10):
        size = once()
    before, taken = target.cpu(), []
    for _ in range(times):
        began = time.perf_counter()
        size = once()
        taken.append(time.perf_counter() - began)
    cpu = (target.cpu() - before) / times
    return {
        "p50_ms": round(percentile(taken, 0.5) * 1000, 2),
        "p95_ms": round(percentile(taken, 0.95) * 1000, 2),
        "cpu_ms": round(cpu * 1000, 2),
        "kb": round(size / 1000, 1),
    }


def beside_floor(home: Home, ours: dict[str, float], **more: object) -> dict[str, object]:
    """The figures beside those of a bare page."""
    with home.floor() as target, closing((client := Client(target.port)).connection):
        floor = timed(target, lambda: get(client, "/"))
    return {**more, "portal": ours, "floor": floor, "ratio": {"p50_ms": round(ours["p50_ms"] / floor["p50_ms"], 1)}}


def get(client: Client, path: str) -> int:
    """The size of a page that has to be there."""
    status, page = client.ask("GET", path)
    if status != OK:
        raise SystemExit(f"{path}: {status}")
    return len(page)


def signed_in(home: Home, target: Server, username: str = "") -> Client:
    """An officer, or the intake officer, at the desk; the code of the moment may have been used by the row before."""
    for _ in range(TRIES):
        client = Client(target.port)
        if form(client, "/review/login", **home.officer(username)) == ONWARD:
            return client
        client.connection.close()
        time.sleep(STEP - time.time() % STEP + 1)
    raise SystemExit("could not sign in")


def mailbox(home: Home, size: int) -> dict[str, object]:
    """A reporter opens the mailbox."""
    code, filled = home.fill(size)
    with home.served() as target, closing((client := Client(target.port)).connection):
        if form(client, "/mailbox", receipt=code) != ONWARD:
            raise SystemExit("the code does not open")
        ours = timed(target, lambda: get(client, "/mailbox"))
    return beside_floor(home, ours, filled_s=filled)


def queue(home: Home, size: int) -> dict[str, object]:
    """A page of the queue with 50 lines."""
    _, filled = home.fill(size)
    with home.served() as target, closing((client := signed_in(home, target)).connection):
        ours = timed(target, lambda: get(client, "/review/"))
    return beside_floor(home, ours, filled_s=filled)


def views(home: Home, size: int) -> dict[str, object]:
    """CPU of a page of each view of the queue, and of filters that fit few or none of its cases."""
    _, filled = home.fill(size)
    narrow = ("days=60", f"category={RARE}", "state=awaiting", "view=late&state=rectifying", "view=done&days=60")
    asked = [*(f"view={view}" for view in View), *narrow]
    with home.served() as target, closing((client := signed_in(home, target)).connection):
        each = {one: timed(target, partial(get, client, f"/review/?{one}"), FEW) for one in asked}
    worst = max(each.values(), key=itemgetter("cpu_ms"))
    return beside_floor(home, worst, filled_s=filled, cpu_ms={one: each[one]["cpu_ms"] for one in each})


def case(home: Home, size: int) -> dict[str, object]:
    """An officer opens a case."""
    code, filled = home.fill(size)
    path = f"/review/cases/{home.case_of(code)}"
    with home.served() as target, closing((client := signed_in(home, target)).connection):
        ours = timed(target, lambda: get(client, path))
    return beside_floor(home, ours, filled_s=filled)


def sign_in(home: Home, _: int) -> dict[str, object]:
    """An officer signs in, beside the key derivation alone; refused for the code, which is looked at last."""
    taken, alone = [], []
    with home.served() as target:
        for _ in range(SIGN_INS):
            client, typed = Client(target.port), home.officer()
            with closing(client.connection):
                token = TOKEN.search(client.ask("GET", "/review/login")[1])[1].decode()
                body = urlencode({**typed, "csrf_token": token, "otp": "000000"})
                began = time.perf_counter()
                client.ask("POST", "/review/login", body)
                taken.append(time.perf_counter() - began)
                time.sleep(5)
    pepper = random_bytes(32)
    for _ in range(SIGN_INS):
        began = time.perf_counter()
        with suppress(PasswordError):
            decoy("a password", pepper=pepper)
        alone.append(time.perf_counter() - began)
    ours, floor = percentile(taken, 0.5), percentile(alone, 0.5)
    return {
        "portal": {"p50_ms": round(ours * 1000, 1)},
        "floor": {"kdf_ms": round(floor * 1000, 1)},
        "ratio": round(ours / floor, 2),
    }
