"""The table of routes is complete and true: each page needs what it says, and writes the entry it says."""

import re
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.domain.audit import EVENTS, Effect
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import staffing
from portal.store.cases import Assignment
from portal.store.ledger import Entry
from portal.store.reports import Report
from portal.web.gates import GATES
from tests import keyed, verification
from tests.authenticator import Authenticator
from tests.disclosing import Office
from tests.entitled import FILES, ORIGINAL
from tests.faults import count
from tests.keeping import offer
from tests.office.test_assigning import assign
from tests.office.test_transferring import authority, hand
from tests.pages import Page
from tests.sending import accept
from tests.staffing import Staff
from tests.visitor import BASE, PICTURE, Visitor
from tests.web.routes import EFFECTS, NEITHER, ROUTES, TOKENLESS, Route
from tests.web.stages import BEFORE, STAFF, VERIFIED, WORK
from tests.witness import CANARIES, declared, said
from tests.world import World


@dataclass
class Scene:
    """A report there is, its reporter and intake in front of their pages."""

    world: World
    reporter: Visitor
    lin: Visitor
    receipt: str
    case: str
    office: Office
    submitted: int = 0  # the entry of the report
    request: str = ""
    named: dict[str, str] = field(default_factory=dict)
    others: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, who: str) -> Visitor:
        if who in {"gao", "he"}:
            return getattr(self.office, who)
        if who in self.world.cast and who != "lin":
            return self.others.setdefault(who, self.world.officer(who))
        return {"reporter": self.reporter, "lin": self.lin}.get(who) or self.world.visitor()

    def address(self, rule) -> str:
        known = {"case_id": self.case, "request_id": self.request, **self.named}
        address = rule.rule.replace("<kind>/<name>", "holidays/2026")
        address = re.sub(r"<int\(.*?\):index>", str(self.submitted), address)
        address = first_file(address).replace("<kind>", "note")
        return re.sub(r"<uuid:(\w+)>", lambda found: known.get(found[1]) or self.case, address)

    def data(self, route: Route) -> dict[str, str]:
        """What is typed, with what only this scene knows."""
        staff = Staff(self.world)
        known = {
            "RECEIPT": lambda: self.receipt,
            "REQUEST": lambda: self.request,
            "OTP": lambda: self.office.code(route.who),
            "AUTHORITY": lambda: str(staff.authority()),
            "PROVINCE": lambda: str(staff.authority("office-220000")),
            "DESK": lambda: str(staff.desk(Duty.INVESTIGATE)),
            "INVESTIGATOR": lambda: str(self.world.cast["chen"].officer_id),
            "MADE": lambda: keyed.made(self.lin, Authenticator()),
            "OTHER": lambda: str(authority(self.world, "office-220300")),
            "SEAT": lambda: str(staff.desk(Duty.INTAKE)),
            "REVIEWER": lambda: str(self.world.cast["sheng-chen"].officer_id),
        }
        return {name: known.get(value, lambda: value)() for name, value in (route.data or {}).items()}  # noqa: B023

    def lead_to_staff(self, endpoint: str) -> None:
        """Bring somebody of the staff as far as this route needs them."""
        staff = Staff(self.world)
        who = {"review.propose_seat": "song", "review.propose_certificate": "liu"}.get(endpoint, "lin")
        if who == "liu":
            staff.enrol("liu", staff.invite("liu"))
            self.world.cast = staff.cast
        self.named = {
            "officer_id": str(staff.cast[who].officer_id),
            "desk_id": str(staff.desk(Duty.INTAKE)),
            "authority_id": str(staff.authority()),
            "passkey_id": str(keyed.add(self.world, Authenticator())) if endpoint == "review.remove_passkey" else "",
            "motion_id": str(staff.propose(MotionKind.SEAT, "guan", "song", duty=Duty.INVESTIGATE))
            if endpoint.endswith("_motion")
            else "",
            "entry_id": newest_entry(self.world),
            "inquiry_id": str(staff.asked("lin")) if endpoint == "review.show_inquiry" else "",
        }
        if endpoint == "review.propose_resumption":
            with staff.act("guan") as act:
                staffing.suspend(act, staff.cast["lin"].officer_id)

    def lead_to_work(self, endpoint: str) -> None:
        """Take the case up, and give it to Chen where somebody is to work on it."""
        case = UUID(self.case)
        accept(self.world, "lin", case)
        if WORK[endpoint]:
            assign(self.world, case)
            with self.world.store.reading() as session:
                self.named["assignment_id"] = str(session.scalars(select(Assignment.id)).one())
        who = ROUTES[endpoint].who
        self.visitor(who).get(f"/review/cases/{self.case}" if who == "gao" else "/review/account")

    def lead_to_verification(self, endpoint: str) -> None:
        """As far as the step needs it, its officer in front of the form."""
        verification.lead(Staff(self.world), UUID(self.case), VERIFIED[endpoint])
        self.reporter.get("/mailbox")
        if VERIFIED[endpoint] == "objected":
            assert self.reporter.post("/mailbox/objection", {"text": "x"}).status_code == 303
        address = self.address(rules(self.world)[endpoint])
        self.visitor(ROUTES[endpoint].who).get("/mailbox" if endpoint.startswith("mailbox.") else address)

    def lead_to_file(self) -> None:
        """The reporter adds a photo."""
        self.reporter.get("/mailbox/evidence")
        assert self.reporter.post("/mailbox/evidence", {"files": PICTURE}).status_code == 200

    def lead_to_keeping(self, endpoint: str) -> None:
        """The case goes to another office; before the custodian's step the lead has taken theirs."""
        hand(self.world, UUID(self.case))
        with self.world.store.reading() as session:
            report_id = session.scalars(select(Report.id)).one()
        self.named = {"report_id": str(report_id)}
        if endpoint == "review.move_keeping":
            offer(self.world, report_id)

    def lead_to(self, endpoint: str) -> None:
        """Bring a request as far as this route needs it, and the officer in front of it."""
        if endpoint in WORK:
            self.lead_to_work(endpoint)
            return
        if endpoint in VERIFIED:
            self.lead_to_verification(endpoint)
            return
        if endpoint.endswith("_keeping"):
            self.lead_to_keeping(endpoint)
        if endpoint in {*FILES, ORIGINAL}:
            self.lead_to_file()
        if any(one in rules(self.world)[endpoint].arguments for one in STAFF):
            self.lead_to_staff(endpoint)
        if ROUTES[endpoint].who in self.world.cast and ROUTES[endpoint].who != "lin":
            self.visitor(ROUTES[endpoint].who).get("/review/account")
        steps = BEFORE.get(endpoint)
        if steps is None:
            return
        reissues = endpoint in {"review.answer", "review.issue_code"}
        field = "original_1" if endpoint == ORIGINAL else "name"
        ways = {"mailbox.say_consent": self.office.questioned, ORIGINAL: partial(self.office.ordered, fields=field)}
        address = self.office.asked_anew() if reissues else ways.get(endpoint, self.office.asked)()
        self.request = address.rpartition("/")[2]
        for step in steps:
            getattr(self.office, step)(address, *([field] if step == "release" else []))
        who = ROUTES[endpoint].who
        self.visitor(who).get("/mailbox" if who == "reporter" else address)


@pytest.fixture
def scene(world: World, office: Office) -> Scene:
    with world.store.reading() as session:
        submitted = session.scalars(select(Entry.index).where(Entry.event == "submitted")).one()
    return Scene(world, office.zhou, office.lin, office.zhou_receipt, office.case, office, submitted)


def first_file(address: str) -> str:
    """The address with the first picture of the first file in it."""
    return re.sub(r"<int\(.*?\):picture>", "0", re.sub(r"<int\(.*?\):number>", "1", address))


def newest_entry(world: World) -> str:
    """The newest entry about the office of 长春."""
    with world.store.reading() as session:
        mine = select(Entry.id).where(Entry.authority_id == authority(world, "office-220100"))
        return str(session.scalars(mine.order_by(Entry.index.desc()).limit(1)).one())


def rules(world: World) -> dict[str, object]:
    """Every route but that of static files."""
    return {rule.endpoint: rule for rule in world.app.url_map.iter_rules() if rule.endpoint != "static"}


def test_every_route_is_in_the_table_and_every_area_has_a_gate(world: World) -> None:
    assert set(rules(world)) == set(ROUTES)
    assert {endpoint.partition(".")[0] for endpoint in ROUTES} == set(GATES)


def test_what_a_route_is_said_to_do_is_what_its_entry_is_said_to_do() -> None:
    for endpoint, route in ROUTES.items():
        assert not route.event or EVENTS[route.event].effect in EFFECTS[route.effect], endpoint
        assert route.event or (route.effect == NEITHER and route.why), endpoint
        assert declared(endpoint) <= EVENTS.keys(), endpoint


def test_every_route_answers_one_way_to_ask(world: World) -> None:
    for endpoint, rule in rules(world).items():
        assert rule.methods - {"HEAD", "OPTIONS"} in ({"GET"}, {"POST"}), endpoint
        assert ("POST" in rule.methods) == (ROUTES[endpoint].data is not None), endpoint


@pytest.mark.parametrize("endpoint", ROUTES)
def test_a_route_does_what_the_table_says_and_writes_its_entry(scene: Scene, endpoint: str) -> None:
    route, rule = ROUTES[endpoint], rules(scene.world)[endpoint]
    scene.lead_to(endpoint)
    visitor, address = scene.visitor(route.who), scene.address(rule)
    before = scene.world.events()
    if route.data is None:
        answer = visitor.get(address)
    else:
        if route.who == "nobody":
            visitor.get({"signing": "/review/login"}.get(endpoint.partition(".")[0], "/report"))
        extra = Page(visitor.last).form("/report").fields if endpoint == "intake.send_report" else {}
        answer = visitor.post(address, {**extra, **scene.data(route)})
    assert answer.status_code == route.status
    written = scene.world.events()[len(before) :]
    assert written == route.events
    assert list(said(scene.world.entries(), (*CANARIES, scene.receipt))) == []
    assert scene.world.replay() == ()
    named = {EVENTS[event].effect for event in written}
    assert named <= {Effect.REVEALS, Effect.CHANGES, Effect.KEEPS}


@pytest.mark.sqlite  # refused before any engine is asked
@pytest.mark.parametrize(
    "endpoint", [name for name, route in ROUTES.items() if route.data is not None and name not in TOKENLESS]
)
def test_without_a_token_nothing_is_done(scene: Scene, endpoint: str) -> None:
    route, rule = ROUTES[endpoint], rules(scene.world)[endpoint]
    scene.lead_to(endpoint)
    visitor = scene.visitor(route.who)
    counted = ("reports", "letters", "mailbox_sessions", "officer_sessions")
    before = (scene.world.events(), [count(scene.world, table) for table in counted])
    address = scene.address(rule)
    answer = visitor.client.post(address, data=scene.data(route), base_url=BASE)
    assert answer.status_code == 422 or endpoint == "review.sign_out"
    written = [
        event
        for event in scene.world.events()[len(before[0]) :]
        if event not in {"opened", "file_opened", "request_shown", "ledger_read"}
    ]  # the page is shown again
    assert written == []
    assert [count(scene.world, table) for table in counted] == before[1]
    assert scene.receipt not in answer.text or endpoint in {"intake.open_mailbox", "intake.receipt_text"}


@pytest.mark.sqlite  # refused before any engine is asked
@pytest.mark.parametrize("endpoint", [name for name, route in ROUTES.items() if route.data is not None])
@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.invalid"}, {"Sec-Fetch-Site": "cross-site"}])
def test_what_another_site_sends_is_refused_everywhere(scene: Scene, endpoint: str, headers: dict[str, str]) -> None:
    route, rule = ROUTES[endpoint], rules(scene.world)[endpoint]
    visitor = scene.visitor(route.who)
    before = scene.world.events()
    answer = visitor.post(scene.address(rule), dict(route.data), headers=headers)
    assert answer.status_code == 403
    assert scene.world.events() == before


@pytest.mark.sqlite  # refused before any engine is asked
@pytest.mark.parametrize("endpoint", [name for name in ROUTES if name.startswith("review.")])
@pytest.mark.parametrize("cookie", [None, "A" * 43, "of a reporter"])
def test_without_a_session_the_office_shows_its_door_and_nothing_else(
    scene: Scene, endpoint: str, cookie: str | None
) -> None:
    rule, route = rules(scene.world)[endpoint], ROUTES[endpoint]
    visitor = scene.world.visitor()
    if cookie:
        token = scene.reporter.mailbox_cookie if cookie == "of a reporter" else cookie
        visitor.client.set_cookie("__Host-office", token, domain="localhost", secure=True)
    before = scene.world.events()
    if route.data is None:
        answer = visitor.get(scene.address(rule))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/review/login")
    else:
        answer = visitor.post(scene.address(rule), dict(route.data))
        assert answer.status_code == 422
        assert "登录" in Page(answer.text).inside("h1")
    assert "蓝鲸" not in answer.text
    assert "13800000000" not in answer.text
    assert scene.world.events() == before


POSTED = [name for name, route in ROUTES.items() if name.startswith("mailbox.") and route.data is not None]


@pytest.mark.parametrize("endpoint", POSTED)
def test_without_an_open_mailbox_its_door_is_shown(scene: Scene, endpoint: str) -> None:
    visitor = scene.world.visitor()
    office = scene.lin.client.get_cookie("__Host-office", domain="localhost").value
    visitor.client.set_cookie("__Host-mailbox", office, domain="localhost", secure=True)
    before = scene.world.events()
    address, data = scene.address(rules(scene.world)[endpoint]), ROUTES[endpoint].data
    if data is None:
        answer = visitor.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/mailbox")
    else:
        answer = visitor.post(address, dict(data))
        assert answer.status_code == 422
        assert "查进度" in Page(answer.text).inside("h1")
    assert scene.world.events() == before


def test_an_unknown_case_is_no_page_for_every_route(scene: Scene) -> None:
    for endpoint, rule in rules(scene.world).items():
        if rule.arguments & {"case_id", "request_id"}:
            address = first_file(re.sub(r"<uuid:\w+>", str(uuid4()), rule.rule)).replace("<kind>", "note")
            data = ROUTES[endpoint].data
            scene.lin.get("/review/")
            sent = {"seen": "1", **(data or {}), "otp": "123456"}
            answer = scene.lin.get(address) if data is None else scene.lin.post(address, sent)
            assert answer.status_code == (403 if endpoint == "review.show_life" else 404), (
                endpoint
            )  # Lin audits nothing
            assert scene.world.entries()[-1]["event"] == "refused"
            assert UUID(scene.world.entries()[-1]["object"][1])


@pytest.mark.parametrize(("areas", "shut"), [("intake", "/review/login"), ("review", "/report")])
def test_a_host_of_one_side_has_no_page_of_the_other(template, tmp_path, areas: str, shut: str) -> None:
    world = World.copy(template, tmp_path / "home", PORTAL_AREAS=areas)
    try:
        visitor = world.visitor()
        assert visitor.get(shut).status_code == 404
        assert Page(visitor.last).problems() == []
        assert visitor.get("/report" if areas == "intake" else "/review/login").status_code == 200
    finally:
        world.close()


def test_a_blueprint_without_a_gate_is_no_page(world: World) -> None:
    from flask import Blueprint  # noqa: PLC0415

    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", view_func=lambda: "secret")
    world.app.register_blueprint(forgotten)
    answer = world.visitor().get("/forgotten")
    assert answer.status_code == 404
    assert "secret" not in answer.text
