"""A real installation: officers enrol by their codes, then a report arrives, is opened and answered."""

import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from crypto import envelope
from crypto.errors import OpenError
from crypto.keys import SecretKey, SigningKey
from crypto.primitives import Binding
from portal.app import open_portal
from portal.domain.errors import StartError
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.vocabulary import Duty, OfficerState
from portal.office import doctor, initiating, recovery
from portal.office.handover import Handover
from portal.office.initiating import CODE_LIFE, Made, Order
from portal.office.recovery import Scheme
from portal.office.roster import Invitee
from portal.settings import Settings, read_key
from portal.store.authorities import Certificate
from portal.store.officers import Desk, DeskEpoch, Enrolment, Officer, RecoveryGrant
from tests.pages import Page
from tests.postgres import Postgres
from tests.visitor import REPORT, Visitor
from tests.world import NOON, Clock, World

PROVINCE = "office-220000"
OFFICERS = (
    Invitee("lin", PROVINCE, (Duty.INTAKE,)),
    Invitee("gao", PROVINCE, (Duty.LEAD,)),
    Invitee("he", PROVINCE, (Duty.CUSTODY,)),
    Invitee("qin", "office-220300", (Duty.INTAKE,)),
)
PASSWORD = "sorghum lantern ferry umbrella"
DOOR, SECOND = "/review/enrol", "/review/enrol/password"


def order(folder: Path) -> Order:
    return Order(OFFICERS, "", Scheme(2, 3), Handover(folder / "root.key", folder / "shares", folder / "codes.txt"))


class Fresh:
    """An installation as `portal init` leaves it, and an application on it."""

    def __init__(self, folder: Path, made: Made, environ: dict[str, str]) -> None:
        self.folder, self.made = folder, made
        settings = Settings.from_environ(environ)
        clock = Clock()
        root = SigningKey(read_key(folder / "root.key"))
        self.world = World(self.made.home, {}, clock, settings, open_portal(settings, clock), root)
        lines = (folder / "codes.txt").read_text("utf-8").splitlines()
        self.codes = {line.split("\t")[0]: line.split("\t")[-1] for line in lines}

    def door(self, who: str, **changes: str) -> Visitor:
        visitor = self.world.visitor()
        visitor.get(DOOR)
        visitor.post(DOOR, {"username": who, "code": self.codes[who], **changes})
        return visitor

    def second(self, visitor: Visitor, **changes: str) -> dict[str, str]:
        """The second step as filled in now."""
        secret = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", visitor.last)[0].replace(" ", "")
        digits = pyotp.TOTP(secret).at(self.world.clock())
        fields = Page(visitor.last).form(SECOND).fields
        return {**fields, "password": PASSWORD, "again": PASSWORD, "otp": digits, **changes}

    def enrol(self, username: str) -> Visitor:
        visitor = self.door(username)
        answer = visitor.post(SECOND, self.second(visitor))
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/review/?done=enrolled"), visitor.last
        return visitor


def environment(folder: Path, server: Postgres | None, database: str) -> dict[str, str]:
    where = {"PORTAL_DATABASE_URL": server.url(database)} if server else {}
    return {"PORTAL_HOME": str(folder / "home"), "PORTAL_PUBLIC_URL": "https://jubao.example.cn", **where}


@pytest.fixture(scope="module")
def server(engine: str, request: pytest.FixtureRequest) -> Postgres | None:
    return request.getfixturevalue("postgres") if engine == "postgresql" else None


@pytest.fixture(scope="module")
def installed(server: Postgres | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Made, str]]:
    """Made once; each test has a copy."""
    folder, database = tmp_path_factory.mktemp("installed"), server.make() if server else ""
    yield folder, initiating.install(environment(folder, server, database), order(folder), now=NOON), database
    if server:
        server.drop(database)


@pytest.fixture
def fresh(server: Postgres | None, installed: tuple[Path, Made, str], tmp_path: Path) -> Iterator[Fresh]:
    folder, made, database = installed
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    name = server.make(database) if server else ""
    copy = Fresh(tmp_path, replace(made, home=tmp_path / "home"), environment(tmp_path, server, name))
    yield copy
    copy.world.store.close()
    if server:
        server.drop(name)


def said(visitor: Visitor) -> str:
    page = Page(visitor.last)
    assert page.problems() == []
    ((_, sentence),) = page.summary
    return sentence


def test_officers_enrol_and_a_report_is_received_opened_and_answered(fresh: Fresh) -> None:
    zhou = fresh.world.visitor()
    assert zhou.get("/report").status_code == 503
    assert "12350" in zhou.last
    assert "12350" in zhou.get("/").get_data(as_text=True)
    lin = fresh.enrol("lin")
    fresh.enrol("gao")
    assert fresh.world.visitor().get("/report").status_code == 503
    fresh.enrol("he")
    fresh.world.app.extensions.pop("portal.choices", None)  # what a form offers may be a second old
    assert zhou.report(division="220302").status_code == 200
    receipt = zhou.receipt
    lin.get("/review/")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
    assert REPORT["description"] in lin.get(case).text
    fields = Page(lin.last).form(f"{case}/accept").fields
    assert lin.post(f"{case}/accept", {**fields, "subject": "安全出口上锁"}).status_code == 303
    lin.get(case)
    assert lin.post(f"{case}/letter", {"text": "已去看过。"}).status_code == 303
    assert "已去看过。" in fresh.world.visitor().open_mailbox(receipt).text
    assert fresh.world.verify().entries > 90
    assert [event for event in fresh.world.events() if event == "enrolled"] == ["enrolled"] * 3


def test_where_nobody_has_enrolled_the_desk_above_receives(fresh: Fresh) -> None:
    for username in ("lin", "gao", "he"):
        fresh.enrol(username)
    zhou = fresh.world.visitor()
    zhou.report(division="220302")
    assert "吉林省人民防空办公室" in zhou.last
    fresh.enrol("qin")
    fresh.world.app.extensions.pop("portal.choices", None)
    later = fresh.world.visitor()
    later.report(division="220302")
    assert "四平市人民防空办公室" in later.last


def test_a_code_is_used_once_and_its_second_use_is_said(fresh: Fresh) -> None:
    fresh.enrol("lin")
    assert "已经用过" in said(fresh.door("lin"))
    with fresh.world.store.reading() as session:
        officer = session.scalars(select(Officer).where(Officer.username == "lin")).one()
        row = session.scalars(select(Enrolment).where(Enrolment.officer_id == officer.id)).one()
    assert officer.state is OfficerState.ACTIVE
    assert (row.locked_keys, row.used_at) == (None, NOON)


def test_two_who_send_the_last_step_enrol_one(fresh: Fresh) -> None:
    first, other = fresh.door("lin"), fresh.door("lin")
    assert first.post(SECOND, fresh.second(first)).status_code == 303
    assert other.post(SECOND, fresh.second(other)).status_code == 422
    assert "已经用过" in said(other)


def test_the_secret_of_the_one_time_codes_is_new_for_each_who_looks(fresh: Fresh) -> None:
    """Whoever saw the page with somebody else's code does not know the officer's second factor."""
    secrets = {fresh.second(fresh.door("lin"))["otp"] for _ in range(3)}
    assert len(secrets) > 1


def test_an_expired_code_opens_nothing_and_the_tick_wipes_what_it_opened(fresh: Fresh) -> None:
    fresh.world.clock.now = NOON + CODE_LIFE
    assert "已经过期" in said(fresh.door("lin"))
    fresh.world.tick()
    fresh.world.tick()
    assert fresh.world.events().count("enrolment_lapsed") == len(OFFICERS)
    with fresh.world.store.reading() as session:
        assert session.scalars(select(Enrolment.locked_keys)).all() == [None] * len(OFFICERS)
    assert "已经过期" in said(fresh.door("lin"))
    fresh.world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": "gao"}, "对不上"),
        ({"username": "nobody"}, "对不上"),
        ({"code": "AHAA2-7CN74-9A7SJ-1FP1M-D2BXY"}, "抄错"),
        ({"code": "AHAA2"}, "一共 25 个字符"),
        ({"code": ""}, "请输入开通码"),
    ],
)
def test_a_code_that_fits_nobody_is_one_sentence(fresh: Fresh, changes: dict[str, str], sentence: str) -> None:
    assert sentence in said(fresh.door("lin", **changes))


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"password": "short", "again": "short"}, "太短"),
        ({"password": "abcdefghijklmnop", "again": "abcdefghijklmnop"}, "太容易"),
        ({"password": "woaizhongguo1", "again": "woaizhongguo1"}, "太容易"),
        ({"again": "another"}, "不一样"),
        ({"otp": "000000"}, "对不上"),
        ({"otp": "12"}, "6 位数字"),
        ({"secret": "x"}, "对不上"),
    ],
)
def test_what_is_wrong_in_the_second_step_is_said_and_the_code_stays_good(
    fresh: Fresh, changes: dict[str, str], sentence: str
) -> None:
    visitor = fresh.door("lin")
    fields = fresh.second(visitor)
    assert visitor.post(SECOND, {**fields, **changes}).status_code == 422
    assert sentence in said(visitor)
    assert PASSWORD not in visitor.last
    if "secret" not in changes:
        assert Page(visitor.last).form(SECOND).fields["secret"] == fields["secret"]
    assert visitor.post(SECOND, fresh.second(visitor)).status_code == 303


@pytest.mark.sqlite
def test_who_has_not_enrolled_cannot_sign_in_and_is_told_what_strangers_are(fresh: Fresh) -> None:
    answers = []
    for username in ("lin", "nobody"):
        visitor = fresh.world.visitor()
        visitor.get("/review/login")
        visitor.post("/review/login", {"username": username, "password": PASSWORD, "otp": "123456"})
        answers.append(said(visitor))
    assert answers[0] == answers[1]


@pytest.mark.sqlite
def test_the_doctor_names_who_is_to_enrol_and_the_desks_that_nobody_opens(fresh: Fresh) -> None:
    fresh.enrol("lin")

    def found(at: datetime) -> dict[str, str]:
        return {one.name: one.said for one in doctor.examine(fresh.world.settings, now=at) if one.level == "warning"}

    assert found(NOON)["enrolment"] == "still to enrol: gao, he, qin"
    assert "lead of 吉林省人民防空办公室" in found(NOON)["desks"]
    assert "intake of 吉林省人民防空办公室" not in found(NOON)["desks"]
    assert "gao, he, qin have expired" in found(NOON + CODE_LIFE)["enrolment"]


@pytest.mark.sqlite
def test_two_shares_of_the_right_recovery_key_open_a_desk_and_the_other_key_does_not(fresh: Fresh) -> None:
    def key(name: RecoveryName) -> SecretKey:
        return recovery.join(
            [(fresh.folder / f"shares/recovery-{name}-{n}-of-3.txt").read_text("utf-8") for n in (1, 3)]
        )

    with fresh.world.store.reading() as session:
        rows = session.execute(
            select(RecoveryGrant, DeskEpoch, Desk.duty, Certificate.subject)
            .join(DeskEpoch, DeskEpoch.id == RecoveryGrant.desk_epoch_id)
            .join(Desk, Desk.id == DeskEpoch.desk_id)
            .join(Certificate, Certificate.id == RecoveryGrant.certificate_id)
        ).all()
    assert len(rows) == 4
    for grant, epoch, duty, subject in rows:
        right, wrong = recovery.name_for(duty), next(n for n in RecoveryName if n is not recovery.name_for(duty))
        place = Binding(fresh.world.house.installation, "recovery_grants", grant.id.bytes, "wrapped", epoch.id.bytes)
        assert subject == f"recovery/{right}/1"
        assert SecretKey(envelope.unwrap(grant.wrapped, key(right), place)).public.raw == epoch.public_key
        with pytest.raises(OpenError):
            envelope.unwrap(grant.wrapped, key(wrong), place)


@pytest.mark.sqlite
def test_what_leaves_the_installation_is_closed_to_others_and_nowhere_in_it(fresh: Fresh) -> None:
    seed = read_key(fresh.folder / "root.key")
    secrets = [seed, seed.hex().encode(), *(code.encode() for code in fresh.codes.values())]
    secrets += [path.read_bytes().strip() for path in (fresh.folder / "shares").iterdir()]
    assert SigningKey(seed).public.raw.hex() == fresh.made.root_key
    for path in fresh.folder.rglob("*"):
        if path.is_file() and path.suffix != ".pub":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        if path.is_file() and path.is_relative_to(fresh.made.home):
            assert not [secret for secret in secrets if secret in path.read_bytes()], path
    assert fresh.made.origin.startswith("jubao.example.cn/ledger/")


@pytest.mark.sqlite
@pytest.mark.parametrize("place", ["root.key", "codes.txt", "shares/recovery-custody-2-of-3.txt"])
def test_where_a_file_is_already_nothing_is_made_and_nothing_left(tmp_path: Path, place: str) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("here before", encoding="utf-8")
    with pytest.raises(StartError, match="File exists"):
        initiating.install({"PORTAL_HOME": str(tmp_path / "home")}, order(tmp_path), now=datetime.now(UTC))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / place]
    assert (tmp_path / place).read_text("utf-8") == "here before"


@pytest.mark.sqlite
def test_a_database_that_is_there_already_is_left_alone_and_the_secrets_are_taken_back(tmp_path: Path) -> None:
    (tmp_path / "old.sqlite").write_bytes(b"")
    environ = {"PORTAL_HOME": str(tmp_path / "home"), "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/old.sqlite"}
    with pytest.raises(StartError, match="already"):
        initiating.install(environ, order(tmp_path), now=datetime.now(UTC))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["old.sqlite"]


@pytest.mark.sqlite
def test_secrets_are_not_written_into_the_home(tmp_path: Path) -> None:
    inside = order(tmp_path / "home")
    with pytest.raises(StartError, match="inside PORTAL_HOME"):
        initiating.install({"PORTAL_HOME": str(tmp_path / "home")}, inside, now=datetime.now(UTC))
    assert list(tmp_path.iterdir()) == []
