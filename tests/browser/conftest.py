"""A real server and a real Chromium; what the browser asks for and complains about is kept."""

import base64
import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bench.server import free_port
from tests.browser.asleep import SLEPT
from tests.world import PASSWORD, Template

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds until the server answers
STEP = 30  # seconds of a one-time code
PHONE, DESK, NARROW = (390, 844), (1280, 800), (320, 640)


@dataclass(frozen=True)
class Served:
    """A portal that runs, and who works there."""

    address: str
    template: Template | None = None
    slept: Path | None = None  # for how many seconds its machine was asleep
    codes: dict[str, "Codes"] = field(default_factory=dict)  # of whoever has signed in here: no code is good twice

    def time(self) -> float:
        """What its clock says, and every telephone that knows the time."""
        return time.time() + (float(self.slept.read_text(encoding="ascii")) if self.slept else 0)

    def sleep(self, minutes: float) -> None:
        """Its machine sleeps, wakes, and signs what has waited: until then nothing is shown."""
        assert self.slept
        fresh = self.slept.with_suffix(".fresh")
        fresh.write_text(str(float(self.slept.read_text(encoding="ascii")) + 60 * minutes), encoding="ascii")
        fresh.replace(self.slept)
        assert answered(int(self.address.rpartition(":")[2]), "/readyz")

    def wait(self, seconds: float) -> None:
        """That much time goes by: its machine sleeps, where it can."""
        if self.slept:
            self.sleep(seconds / 60)
        else:
            time.sleep(seconds)

    def code(self, username: str) -> str:
        return self.template.cast[username].code(datetime.fromtimestamp(self.time(), UTC))


@dataclass
class Person:
    """Somebody with a browser window; `asked` is every address it fetched."""

    served: Served
    context: BrowserContext
    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        self.page.goto(self.served.address + path)

    def follow(self, selector: str) -> None:
        """Click on what leads to another page, and go on once that is there whole.

        A click alone ends when the first byte of the page has come, or, of a form, before the browser has sent it: who
        reads then without waiting reads half of the page, or the one before.
        """
        with self.page.expect_navigation():
            self.page.click(selector)

    def report(self, **changes: str) -> str:
        """Fill in the form as a person does, send it, and return the receipt."""
        self.go("/report")
        self.fill(**changes)
        self.follow("#send")
        return self.receipt

    def fill(self, *, category: str = "EXIT-01", division: str = "220102", **changes: str) -> None:
        page = self.page
        page.select_option("#category", category)
        page.select_option("#division", division)
        typed = {
            "description": "6号安全出口用铁链子锁着。",
            "place": "地下二层东侧6号出口",
            "respondent": "蓝鲸地下购物广场",
            "name": "周小明",
            "phone": "13800000000",
        }
        for name, value in (("mode", "identified"), ("concerns_office", "no"), ("ongoing", "now")):
            page.check(f"input[name={name}][value={value}]")  # `mode` first: it brings up the fields for a name
        for name, text in (typed | changes).items():
            page.fill(f"#{name}", text)
        page.check("#may_phone")

    @property
    def receipt(self) -> str:
        return "".join(self.page.inner_text("#receipt").split())

    def sign_in(self, username: str) -> None:
        self.go("/review/login")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.fill("#otp", self.served.code(username))
        self.follow("#send")

    @property
    def heading(self) -> str:
        return self.page.inner_text("h1")

    @property
    def text(self) -> str:
        return self.page.inner_text("body")


@contextmanager
def serving(template: Template, home: Path, *, sleeps: bool = False) -> Iterator[Served]:
    """A portal of its own, on a copy of the template; `sleeps`: on a machine that can be put to sleep."""
    shutil.copytree(template.home, home)
    with running(home, template.environ(), sleeps=sleeps) as (address, slept):
        yield Served(address, template, slept)


@contextmanager
def running(home: Path, more: Mapping[str, str], *, sleeps: bool = False) -> Iterator[tuple[str, Path | None]]:
    """`portal run` on what is there; its address, and the file that says for how long its machine slept."""
    port = free_port()
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "PORTAL_HOME": str(home), "PORT": str(port)}
    command, slept = ("portal", "run"), None
    if sleeps:
        command, slept = ("tests.browser.asleep",), home.parent / "slept"
        slept.write_text("0", encoding="ascii")
        environ[SLEPT] = str(slept)
    environ |= more
    with (home.parent / "log").open("w+b") as log:
        server = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            await_answer(server, port, Path(log.name))
            yield f"http://127.0.0.1:{port}", slept
        finally:
            server.terminate()
            server.wait(PATIENCE)


@pytest.fixture(scope="session")
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(template, tmp_path_factory.mktemp("served") / "home", sleeps=True) as one:
        yield one


class Codes:
    """One-time codes of one officer: those of the step before, now and after are good, each once and in this order.

    The step before is about to end when this one is: it is left alone then. Who has used up all three waits.
    """

    def __init__(self, totp: pyotp.TOTP, served: Served) -> None:
        self.totp, self.served, self.last = totp, served, 0

    def __call__(self) -> str:
        step, passed = divmod(self.served.time(), STEP)
        self.last = max(self.last + 1, int(step) - (passed < STEP / 2))
        if (early := (self.last - 1) * STEP - self.served.time()) > 0:
            self.served.wait(early + 1)  # the server's clock goes by whole seconds
        return self.totp.generate_otp(self.last)


def at_work(
    person: Callable[..., Person], who: str, size: tuple[int, int] = DESK, *, script: bool = False
) -> tuple[Person, Codes]:
    """An officer signed in, and their next codes."""
    one = person(size, script=script)
    secret = base64.b32encode(one.served.template.cast[who].keys.otp).decode()
    codes = one.served.codes.setdefault(who, Codes(pyotp.TOTP(secret), one.served))
    one.go("/review/login")
    for name, text in (("username", who), ("password", PASSWORD), ("otp", codes())):
        one.page.fill(f"#{name}", text)
    one.follow("#send")
    assert "退出登录" in one.text, who
    return one, codes


def await_answer(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the first page comes."""
    if not answered(port, "/", lambda: server.poll() is None):
        pytest.fail(f"the server does not answer:\n{log.read_text()}", pytrace=False)


def answered(port: int, path: str, alive: Callable[[], bool] = lambda: True) -> bool:
    """Ask until the answer is 200, or for as long as one may wait."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and alive():
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection, suppress(OSError):
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return True
        time.sleep(0.05)
    return False


@pytest.fixture
def person(served: Served, chromium: Browser) -> Iterator[Callable[..., Person]]:
    """Make somebody with a fresh browser; at the end nothing strange was fetched and nothing was blocked."""
    made: list[Person] = []

    def make(size: tuple[int, int] = DESK, *, script: bool = True) -> Person:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, java_script_enabled=script, locale="zh-CN")
        context.set_default_timeout(30_000)
        one = Person(served, context, context.new_page())
        one.page.on("request", lambda request: one.asked.append(request.url))
        one.page.on("console", lambda message: one.complaints.append(message.text))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        made.append(one)
        return one

    yield make
    for one in made:
        one.context.close()
        assert [url for url in one.asked if not url.startswith(served.address)] == []
        assert [said for said in one.complaints if "status of" not in said] == []  # 4xx pages are named so
