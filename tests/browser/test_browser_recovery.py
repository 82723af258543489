"""A desk whose only officer lost the password is recovered from shares, and in a browser they read the old report."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest

from tests.browser.conftest import PHONE, ROOT, Codes, Person, Served, running

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
ROSTER = "username,authority,duties\nlin,office-220000,intake\ngao,office-220000,lead\nhe,office-220000,custody\n"
PASSWORD = "shu li hai niao qiang jiao"
SAID = "6号安全出口用铁链子锁着。"


@dataclass
class Installation:
    """A real installation and what was carried out of the room: the root key, the shares, the codes."""

    outside: Path

    @property
    def home(self) -> Path:
        return self.outside / "home"

    def command(self, *arguments: str) -> str:
        """Type a command; gives what it said."""
        environ = {"HOME": str(self.outside), "PATH": os.environ["PATH"], "PORTAL_HOME": str(self.home)}
        typed = [sys.executable, "-m", "portal", *arguments]
        done = subprocess.run(typed, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def found(self) -> None:
        (self.outside / "officers.csv").write_text(ROSTER, encoding="utf-8")
        places = ["--recovery-dir", f"{self.outside}/shares", "--codes", f"{self.outside}/codes"]
        self.command("init", "--officers", f"{self.outside}/officers.csv", *self.root, *places)

    @property
    def root(self) -> list[str]:
        return ["--root-key", f"{self.outside}/root.key"]

    @property
    def shares(self) -> list[str]:
        return [f"{self.outside}/shares/recovery-all-else-{number}-of-3.txt" for number in (1, 3)]

    def code(self, who: str) -> str:
        """The code that `portal init` made."""
        lines = (self.outside / "codes").read_text(encoding="utf-8").splitlines()
        return next(line for line in lines if line.startswith(f"{who}\t")).rpartition("\t")[2]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    made.found()
    return made


@pytest.fixture
def served(installation: Installation) -> Iterator[Served]:
    """The portal that these officers work with."""
    with running(installation.home, {}) as (address, _):
        yield Served(address)


def enrolled(one: Person, who: str, code: str, *, after: int = 0) -> Codes:
    """Somebody opens their account with a code, and is signed in; `after` the step of the last code they gave."""
    one.go("/review/enrol")
    one.page.fill("#username", who)
    one.page.fill("#code", code)
    one.follow("#send")
    codes = Codes(pyotp.TOTP(one.page.inner_text("code").replace(" ", "")), one.served)
    codes.last = after
    for name, text in (("password", PASSWORD), ("again", PASSWORD), ("otp", codes())):
        one.page.fill(f"#{name}", text)
    one.follow("#send")
    assert "退出登录" in one.text
    return codes


def signed_in(one: Person, who: str, codes: Codes) -> None:
    one.go("/review/login")
    for name, text in (("username", who), ("password", PASSWORD), ("otp", codes())):
        one.page.fill(f"#{name}", text)
    one.follow("#send")
    assert "退出登录" in one.text


def test_an_old_report_opens_again_once_the_desk_was_recovered_from_shares(
    installation: Installation, person: Callable[..., Person]
) -> None:
    lin = person(script=False)
    before = enrolled(lin, "lin", installation.code("lin"))
    for who in ("gao", "he"):
        enrolled(person(script=False), who, installation.code(who))
    person(PHONE, script=False).report(description=SAID)
    lin.go("/review/")
    lin.follow("table.queue a >> nth=0")
    assert SAID in lin.text
    case = lin.page.url

    again = installation.command(
        "officer", "code", "lin", *installation.root
    )  # the password is lost, and what it locked
    lin.page.goto(case)
    assert SAID not in lin.text
    anew = person(PHONE, script=False)
    codes = enrolled(anew, "lin", again.splitlines()[0].rpartition("\t")[2], after=before.last)
    anew.follow("text=看我的密钥指纹")
    mark = anew.page.inner_text(".print")
    installation.command("officer", "certify", "lin", "--fingerprint", mark, *installation.root)
    anew.page.goto(case)
    assert "没有这一页" in anew.text, "certified, and without a desk"
    assert SAID not in anew.page.content()

    installation.command("desk", "recover", "office-220000", "intake", "--to", "lin", *installation.shares)
    signed_in(anew, "lin", codes)
    anew.go("/review/")
    anew.follow("table.queue a >> nth=0")
    assert anew.page.url == case
    assert SAID in anew.text
    assert "周小明" not in anew.page.content()
    installation.command("audit", "verify")
