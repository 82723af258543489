"""`portal desk recover`, `portal officer …`, `portal recovery replace`: what takes shares or the root key."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from crypto.enrolment import EnrolmentCode
from portal.app import create_app
from portal.office import enrolling, keyring, staffing
from portal.settings import Settings
from portal.store.officers import Officer, Seat
from tests.world import PASSWORD, Member

ROSTER = "username,authority,duties\nlin,office-220000,intake\ngao,office-220000,lead\nhe,office-220000,custody\n"
pytestmark = pytest.mark.sqlite


class Home:
    """A real installation, its shares, its codes and its root key on paper."""

    def __init__(self, tmp_path: Path, ask) -> None:
        self.path, self.ask = tmp_path, ask
        self.root = ["--root-key", f"{tmp_path}/root.key"]
        (tmp_path / "officers.csv").write_text(ROSTER)
        places = [*self.root, "--recovery-dir", f"{tmp_path}/shares", "--codes", f"{tmp_path}/codes"]
        assert ask("init", "--officers", f"{tmp_path}/officers.csv", *places)[0] == 0
        self.app = create_app(Settings.from_environ({"PORTAL_HOME": str(tmp_path / "home")}))
        self.store = self.app.extensions["portal"].store
        self.house = self.app.extensions["portal"].house

    def shares(self, name: str) -> list[str]:
        return [f"{self.path}/shares/recovery-{name}-{number}-of-3.txt" for number in (1, 3)]

    def code(self, who: str) -> EnrolmentCode:
        """The code that `portal init` made."""
        line = next(line for line in (self.path / "codes").read_text().splitlines() if line.startswith(f"{who}\t"))
        return printed(line)

    def enrol(self, who: str, code: EnrolmentCode) -> Member:
        now = datetime.now(UTC).replace(microsecond=0)
        with self.store.reading() as session:
            invitation = enrolling.open_invitation(session, self.house, who, code, now=now)
        otp, _ = enrolling.draw_otp(self.house, invitation)
        enrolled = enrolling.seal(self.house, invitation, PASSWORD, otp)
        member = Member(invitation.officer_id, enrolled.keys)
        with self.store.transaction() as session:
            enrolling.enrol(session, self.house, enrolled, member.code(now), now=now)
        return member

    def fingerprint(self, who: str) -> str:
        with self.store.reading() as session:
            officer = session.scalars(select(Officer).where(Officer.username == who)).one()
            return staffing.claim_for(self.house, officer, issued_at=datetime.now(UTC)).fingerprint()

    def opens(self, member: Member) -> int:
        """How many desk keys an officer opens."""
        with self.store.reading() as session:
            return len(keyring.load(session, self.house, member.officer_id, member.keys.secret).epochs)

    def seats(self) -> int:
        with self.store.reading() as session:
            return len(session.scalars(select(Seat)).all())

    def newcomer(self, who: str) -> Member:
        status, out, _ = self.ask("officer", "invite", who, "office-220000", *self.root)
        assert status == 0
        member = self.enrol(who, printed(out))
        assert self.ask("officer", "certify", who, "--fingerprint", self.fingerprint(who), *self.root)[0] == 0
        return member


def printed(text: str) -> EnrolmentCode:
    """The code at the end of the first line."""
    return EnrolmentCode.parse(text.splitlines()[0].rpartition("\t")[2])


@pytest.fixture
def home(tmp_path, monkeypatch, ask):
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    made = Home(tmp_path, ask)
    yield made
    made.store.close()


def test_a_desk_that_nobody_opens_is_recovered_for_somebody_else(home: Home) -> None:
    zhu = home.newcomer("zhu")
    status, out, err = home.ask("desk", "recover", "office-220000", "custody", "--to", "zhu", *home.shares("custody"))
    assert (status, err) == (0, "")
    assert home.opens(zhu) == 1
    words = Path(home.shares("custody")[0]).read_text().split()
    assert not [word for word in words[4:8] if f" {word} " in out]
    assert home.ask("audit", "verify")[0] == 0
    assert "recovery replace custody" in home.ask("doctor")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("office-220000", "custody", "--to", "nobody"), "no officer"),
        (("office-1", "custody", "--to", "zhu"), "no authority"),
        (("office-220000", "audit", "--to", "zhu"), "no audit desk"),
        (("office-220000", "custody", "--to", "gao"), "cannot sit there"),
        (("office-220000", "lead", "--to", "zhu"), "another key than all-else"),
    ],
)
def test_what_cannot_be_recovered_is_one_line_and_nothing_is_done(home: Home, arguments, said: str) -> None:
    home.newcomer("zhu")
    home.enrol("gao", home.code("gao"))
    before = home.seats()
    status, out, err = home.ask("desk", "recover", *arguments, *home.shares("custody"))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert home.seats() == before


def test_one_share_or_shares_of_two_keys_recover_nothing(home: Home) -> None:
    home.newcomer("zhu")
    one, other = home.shares("custody")[:1], home.shares("all-else")[1:]
    for shares in (one, [*one, *other], [*one, *one]):
        status, _, err = home.ask("desk", "recover", "office-220000", "custody", "--to", "zhu", *shares)
        assert (status, err.count("\n")) == (2, 1)


def test_a_code_that_expired_is_given_anew_with_the_root_key(home: Home) -> None:
    status, out, _ = home.ask("officer", "code", "lin", *home.root)
    assert status == 0
    lin = home.enrol("lin", printed(out))
    assert home.opens(lin) == 0, "their seats ended with their keys"
    assert home.ask("officer", "certify", "lin", "--fingerprint", "0000", *home.root)[0] == 2
    mark = home.fingerprint("lin").lower()
    assert home.ask("officer", "certify", "lin", "--fingerprint", mark, *home.root)[0] == 0
    assert home.ask("desk", "recover", "office-220000", "intake", "--to", "lin", *home.shares("all-else"))[0] == 0
    assert home.opens(lin) == 1
    assert home.ask("audit", "verify")[0] == 0


def test_another_root_key_does_nothing_and_one_in_the_home_is_not_read(home: Home, tmp_path) -> None:
    other = tmp_path / "other.key"
    other.write_text("5a" * 32)
    other.chmod(0o600)
    status, _, err = home.ask("officer", "invite", "zhu", "office-220000", "--root-key", str(other))
    assert (status, "not the root key" in err) == (2, True)
    inside = tmp_path / "home" / "root.key"
    inside.write_text((tmp_path / "root.key").read_text())
    status, _, err = home.ask("officer", "invite", "zhu", "office-220000", "--root-key", str(inside))
    assert (status, "inside PORTAL_HOME" in err) == (2, True)


def test_new_shares_open_what_the_old_ones_did_and_the_old_ones_nothing(home: Home) -> None:
    fresh = ["--shares-of", "3-of-4", "--recovery-dir", f"{home.path}/fresh"]
    status, out, err = home.ask("recovery", "replace", "custody", *home.root, *fresh, *home.shares("custody"))
    assert (status, err) == (0, "")
    assert "opens 1 " in out
    assert home.ask("recovery", "drill", "custody", *home.shares("custody"))[0] == 2
    three = [f"{home.path}/fresh/recovery-custody-{number}-of-4.txt" for number in (1, 2, 4)]
    assert home.ask("recovery", "drill", "custody", *three)[0] == 0
    assert home.ask("audit", "verify")[0] == 0


def test_a_replacement_that_fails_leaves_no_new_shares(home: Home) -> None:
    fresh = ["--recovery-dir", f"{home.path}/fresh"]
    status, _, err = home.ask("recovery", "replace", "custody", *home.root, *fresh, *home.shares("all-else"))
    assert (status, err.count("\n")) == (2, 1)
    assert list((home.path / "fresh").iterdir()) == []
    assert home.ask("recovery", "drill", "custody", *home.shares("custody"))[0] == 0
