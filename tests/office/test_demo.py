"""A demonstration: made once in an empty home, whole, with a cast that signs in and reports in all stages."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select

from portal.app import create_app
from portal.domain.award_vocabulary import AwardState, PayoutState
from portal.domain.errors import StartError
from portal.domain.vocabulary import CaseState, DisclosureState, Duty, MotionKind, MotionState
from portal.office import demo, doctor, installing, replaying, signing_in, verifying
from portal.office.opening import open_house
from portal.settings import Settings
from portal.store.awards import Award
from portal.store.cases import Case
from portal.store.disclosures import Disclosure
from portal.store.ledger import Entry
from portal.store.motions import Motion
from portal.store.payouts import Payout
from portal.store.session import Store, open_store
from tests.commands import COMMANDS
from tests.pages import Page

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    said: list[str] = []
    folder = tmp_path_factory.mktemp("demo") / "home"
    folder.mkdir()
    made = demo.install({"PORTAL_HOME": str(folder)}, now=NOW, say=said.append)
    assert said
    assert made == folder
    return folder


@pytest.mark.parametrize("there", [False, True], ids=["none yet", "an empty one, and what was cut off"])
def test_it_is_made_in_place_closed_to_others_and_nothing_is_left_beside_it(tmp_path: Path, *, there: bool) -> None:
    folder = tmp_path / "home"
    if there:  # a disk of its own, or the folder of a service: it can be neither renamed nor made anew
        (folder / ".building").mkdir(parents=True)
        (folder / ".building" / "portal.sqlite").write_bytes(b"half of it")
        folder.chmod(0o755)
    before = folder.stat().st_ino if there else None

    def fill(settings: Settings, _: Store) -> None:
        assert [path.name for path in tmp_path.iterdir()] == (["home"] if there else ["home.building"])
        assert settings.home.parent == (folder if there else tmp_path)

    installing.install({"PORTAL_HOME": str(folder)}, fill)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert before in {None, folder.stat().st_ino}
    assert {"portal.sqlite", "secret.key", "entry.key"} <= {path.name for path in folder.iterdir()}
    assert ".building" not in {path.name for path in folder.iterdir()}


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings.from_environ({"PORTAL_HOME": str(home)})


@pytest.fixture
def store(settings: Settings):
    opened = open_store(settings.database_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("left", ["portal.sqlite", "anything", ".hidden"])
def test_a_home_that_is_not_empty_is_refused_and_left_as_it_was(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_text("here before", encoding="utf-8")
    with pytest.raises(StartError, match="is not empty"):
        demo.install({"PORTAL_HOME": str(tmp_path)}, now=NOW)
    assert [one.name for one in tmp_path.iterdir()] == [left]


def test_its_entries_are_those_that_the_command_is_said_to_leave(store) -> None:
    with store.reading() as session:
        assert set(session.scalars(select(Entry.event).distinct())) == set(COMMANDS["demo"].events.split())


def test_everything_in_it_verifies_and_was_legal(settings: Settings, store) -> None:
    verdict = verifying.verify(store, verifying.Keys.read(settings))
    found = replaying.replay(store)
    assert (found.differences, found.untold, found.entries) == ((), {}, verdict.entries)
    assert verdict.unsigned == 0
    assert verdict.rows > 500


def test_it_says_in_its_first_entry_and_in_its_origin_that_it_is_one(settings: Settings, store) -> None:
    with store.reading() as session:
        first = json.loads(session.get_one(Entry, 0).opening)
    assert first["event"] == "founded"
    assert first["facts"]["demo"] is True
    assert "demo" in first["facts"]["origin"]
    assert open_house(settings, store).demo


TWICE = {Duty.INVESTIGATE, Duty.AWARD, Duty.PAYOUT, Duty.ADMINISTER}


def test_its_cast_can_finish_every_process(home: Path) -> None:
    accounts = json.loads((home / demo.ACCOUNTS).read_text(encoding="utf-8"))
    seated: dict[str, list[str]] = {}
    for account in accounts:
        seated.setdefault(account["authority"], []).extend(account["duties"])
    assert len(seated) == 4
    whole = sorted(seated.values(), key=len)
    assert sorted(whole[0]) == sorted([Duty.INTAKE, Duty.LEAD, Duty.CUSTODY, Duty.INVESTIGATE, Duty.INVESTIGATE])
    for duties in whole[1:]:
        assert set(duties) == set(Duty)
        assert {duty for duty in duties if duties.count(duty) == 2} == TWICE


def test_an_account_signs_in(home: Path, settings: Settings, store) -> None:
    account = json.loads((home / demo.ACCOUNTS).read_text(encoding="utf-8"))[0]
    house = open_house(settings, store)
    with store.transaction() as session:
        candidate = signing_in.attempt(session, house, account["username"], now=NOW)
    keys = signing_in.unlock(house, candidate, account["password"])
    with store.transaction() as session:
        code = pyotp.TOTP(account["totp_secret"]).at(NOW)
        signing_in.use_code(session, candidate.officer_id, keys.otp, code, now=NOW)


def test_no_two_accounts_share_a_password_or_a_secret(home: Path) -> None:
    accounts = json.loads((home / demo.ACCOUNTS).read_text(encoding="utf-8"))
    for field in ("username", "password", "totp_secret"):
        assert len({account[field] for account in accounts}) == len(accounts)


def test_its_cases_stand_in_more_than_one_stage(store) -> None:
    with store.reading() as session:
        stages = dict(session.execute(select(Case.state, func.count()).group_by(Case.state)).all())
    assert stages[CaseState.RECEIVED] >= 3
    assert stages[CaseState.ACCEPTED] >= 3
    worked_on = {CaseState.VERIFYING, CaseState.CONCLUDED, CaseState.RECTIFYING, CaseState.CLOSED}
    assert worked_on <= stages.keys()


def test_rewards_stand_in_every_stage_that_somebody_works_at(store) -> None:
    with store.reading() as session:
        waiting = select(func.count()).where(Motion.kind == MotionKind.REWARD, Motion.state == MotionState.PROPOSED)
        assert session.scalars(waiting).one() == 1
        awards = dict(session.execute(select(Award.state, func.count()).group_by(Award.state)).all())
        payouts = dict(session.execute(select(Payout.state, func.count()).group_by(Payout.state)).all())
    assert awards == {
        AwardState.SUBMITTED: 1,
        AwardState.APPROVED: 3,
        AwardState.REFUSED: 2,  # one of them came second: the matter has one reward
        AwardState.CONTESTED: 1,
        AwardState.DISPUTED: 1,
    }
    assert payouts == {PayoutState.CLAIMED: 1, PayoutState.PAID: 1}


def test_its_files_are_closed_to_others(home: Path) -> None:
    assert home.stat().st_mode & 0o077 == 0
    for file in home.iterdir():
        allowed = 0o044 if file.suffix == ".pub" else 0
        assert file.stat().st_mode & 0o077 & ~allowed == 0, file.name


def test_nothing_is_left_beside_it(home: Path) -> None:
    assert [one.name for one in home.parent.iterdir()] == [home.name]


def test_the_doctor_finds_no_failure(settings: Settings) -> None:
    assert [one for one in doctor.examine(settings, now=NOW) if one.level == "failure"] == []


def test_its_page_shows_the_cast_with_codes_and_one_row_twice(home: Path, settings: Settings) -> None:
    app = create_app(settings, clock=lambda: NOW)
    answer = app.test_client().get("/demo")
    app.extensions["portal"].store.close()
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.problems() == []
    for account in json.loads((home / demo.ACCOUNTS).read_text(encoding="utf-8")):
        assert account["username"] in page.text
        assert pyotp.TOTP(account["totp_secret"]).at(NOW) in page.text
    assert json.loads((home / demo.TOUR).read_text(encoding="utf-8"))["text"] in page.text


def test_its_page_is_korean_but_for_the_offices_and_the_report(home: Path, settings: Settings) -> None:
    app = create_app(settings, clock=lambda: NOW)
    page = Page(app.test_client().get("/demo?lang=ko").text)
    app.extensions["portal"].store.close()
    data = {account["authority"] for account in json.loads((home / demo.ACCOUNTS).read_text(encoding="utf-8"))}
    data |= {json.loads((home / demo.TOUR).read_text(encoding="utf-8"))["text"], "中文"}
    assert {text for _, text in page.texts if re.search("[\u4e00-\u9fff]", text)} == data


def test_requests_to_learn_a_name_stand_in_every_state_that_is_read(store) -> None:
    with store.reading() as session:
        states = set(session.scalars(select(Disclosure.state)))
    assert states == set(DisclosureState) - {DisclosureState.CLOSED, DisclosureState.ANSWERED, DisclosureState.DONE}


def test_the_mailboxes_of_the_tour_open_and_show_what_is_said_of_them(home: Path, settings: Settings) -> None:
    codes = json.loads((home / demo.TOUR).read_text(encoding="utf-8"))["mailboxes"]
    app = create_app(settings, clock=lambda: NOW)
    shown = {
        "asked": "待补充",
        "declined": "不予受理",
        "seen": "有人看过您的身份",
        "consent": "等您回答",
        "agreed": "您同意了，现在还可以收回",
        "files": "拍摄地点",
        "original": "它像姓名一样封存着",
        "result": "责令封堵管口、修好铁门，处罚款 5,000 元。",
        "objected": "等复查",
        "reward": "奖励 · 已批准",
        "contested": "您有异议，正在复议",
        "revoked": "已撤销，您有异议，正在复议",
        "retaliated": "先行保护举报人",
        "withheld": "有一次看您身份的事，依法暂不告知。到 2026年4月25日，",
    }
    assert shown.keys() == codes.keys()
    for place, (what, sentence) in enumerate(shown.items(), 1):
        with app.test_client() as client:
            client.environ_base["REMOTE_ADDR"] = f"10.0.{place}.1"  # many codes from one network are slowed
            page = Page(client.get("/mailbox", base_url="https://localhost").text)
            fields = {**page.form("/mailbox").fields, "receipt": codes[what]}
            client.post("/mailbox", data=fields, base_url="https://localhost")
            assert sentence in client.get("/mailbox", base_url="https://localhost").text
    app.extensions["portal"].store.close()
