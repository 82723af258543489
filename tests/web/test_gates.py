"""Which page needs what, and what each one does to the world: one table, complete by test."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from portal.domain.audit import EVENTS, Effect
from portal.web.gates import GATES
from tests.disclosing import Office
from tests.faults import count
from tests.pages import Page
from tests.world import BASE, PASSWORD, REPORT, Visitor, World

READ, CHANGE, NEITHER = "reveals", "changes", "neither"


@dataclass(frozen=True)
class Route:
    """What a page does, the entry that says so, and how a person comes to do it."""

    effect: str
    event: str = ""  # the newest entry afterwards; "" where none is written
    who: str = "nobody"
    data: Mapping[str, str] | None = None
    status: int = 200


NEW = "shu li hai niao qiang jiao"
DECLINE = {"reason": "REPEAT_SAME_PERSON", "explanation": "请并入上一件。", "sure": "y"}

# Looking into one's own mailbox reveals one's own report to oneself and leaves no entry (DESIGN §5).
ROUTES: Mapping[str, Route] = {
    "machines.alive": Route(NEITHER),
    "machines.ready": Route(NEITHER),
    "machines.metrics": Route(NEITHER),
    "intake.home": Route(NEITHER),
    "intake.privacy": Route(NEITHER),
    "intake.demo": Route(NEITHER, status=404),
    "intake.report": Route(NEITHER),
    "intake.send_report": Route(CHANGE, "identity_given", data=REPORT),
    "intake.enter": Route(NEITHER),
    "intake.open_mailbox": Route(NEITHER, data={"receipt": "RECEIPT"}, status=303),
    "intake.receipt_text": Route(NEITHER, data={"receipt": "RECEIPT"}),
    "intake.ended": Route(NEITHER, data={"text": "x"}, status=422),
    "intake.leave": Route(NEITHER, who="reporter", data={}, status=303),
    "mailbox.message": Route(CHANGE, "added", who="reporter", data={"text": "x"}, status=303),
    "mailbox.change_identity": Route(CHANGE, "erased", who="reporter", data={"action": "erase"}, status=303),
    "mailbox.withdraw": Route(CHANGE, "withdrawn", who="reporter", data={}, status=303),
    "signing.door": Route(NEITHER),
    "signing.sign_in": Route(NEITHER, data={"username": "x", "password": "x", "otp": "000000"}, status=422),
    "signing.ended": Route(NEITHER, data={"text": "x"}, status=422),
    "signing.enrol_door": Route(NEITHER),
    "signing.open_enrolment": Route(NEITHER, data={"username": "x", "code": "x"}, status=422),
    "signing.enrol": Route(NEITHER, data={"username": "x", "code": "x"}, status=422),
    "review.show_queue": Route(READ, "listed", who="lin"),
    "review.case": Route(READ, "opened", who="lin"),
    "review.show_phone": Route(READ, "phone_read", who="lin", data={}),
    "review.accept": Route(CHANGE, "accepted", who="lin", data={"subject": "案由"}, status=303),
    "review.ask": Route(CHANGE, "asked", who="lin", data={"question": "几层？"}, status=303),
    "review.decline": Route(CHANGE, "declined", who="lin", data=DECLINE, status=303),
    "review.write_letter": Route(CHANGE, "wrote", who="lin", data={"text": "x"}, status=303),
    "review.ask_identity": Route(
        CHANGE,
        "identity_requested",
        who="lin",
        data={"ground": "PROTECT", "fields": "name", "hours": "24", "why": "x"},
        status=303,
    ),
    "review.password_page": Route(NEITHER, who="gao"),
    "review.change_password": Route(
        CHANGE,
        "password_changed",
        who="gao",
        data={"current": PASSWORD, "password": NEW, "again": NEW, "otp": "OTP"},
        status=303,
    ),
    "review.list_requests": Route(NEITHER, who="lin"),
    "review.show_request": Route(READ, "request_shown", who="gao"),
    "review.lift": Route(CHANGE, "identity_lifted", who="gao", data={"otp": "OTP"}, status=303),
    "review.release": Route(CHANGE, "identity_released", who="he", data={"otp": "OTP", "fields": "name"}, status=303),
    "review.refuse": Route(CHANGE, "identity_refused", who="gao", data={}, status=303),
    "review.close": Route(CHANGE, "identity_closed", who="lin", data={}, status=303),
    "review.read": Route(READ, "request_shown", who="lin", data={}),
    "review.sign_out": Route(NEITHER, "signed_out", who="lin", data={}, status=303),
}
# How far a request has come before a step of it.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "review.show_request": (),
    "review.lift": (),
    "review.release": ("lift",),
    "review.refuse": (),
    "review.close": (),
    "review.read": ("lift", "release"),
}
EFFECTS = {READ: {Effect.REVEALS}, CHANGE: {Effect.CHANGES}, NEITHER: {Effect.KEEPS}}
# Pages a POST may be sent to without a token: they say that a session has ended, and do nothing.
HARMLESS = {"intake.ended", "signing.ended"}
# Pages that ask for no token: whoever must be gone is gone.
TOKENLESS = {"intake.leave"}


@dataclass
class Scene:
    """A report there is, its reporter and intake in front of their pages."""

    world: World
    reporter: Visitor
    lin: Visitor
    receipt: str
    case: str
    office: Office
    request: str = ""

    def visitor(self, who: str) -> Visitor:
        if who in {"gao", "he"}:
            return getattr(self.office, who)
        return {"reporter": self.reporter, "lin": self.lin}.get(who) or self.world.visitor()

    def address(self, rule) -> str:
        return rule.rule.replace("<uuid:case_id>", self.case).replace("<uuid:request_id>", self.request or self.case)

    def data(self, route: Route) -> dict[str, str]:
        """What is typed, with what only this scene knows."""
        known = {"RECEIPT": self.receipt, "OTP": self.office.code(route.who) if route.who in {"gao", "he"} else ""}
        return {name: known.get(value, value) for name, value in (route.data or {}).items()}

    def lead_to(self, endpoint: str) -> None:
        """Bring a request as far as this route needs it, and the officer in front of it."""
        if ROUTES[endpoint].who in {"gao", "he"}:
            self.visitor(ROUTES[endpoint].who).get("/review/password")
        steps = BEFORE.get(endpoint)
        if steps is None:
            return
        address = self.office.asked()
        self.request = address.rpartition("/")[2]
        for step in steps:
            getattr(self.office, step)(address, *(["name"] if step == "release" else []))
        self.visitor(ROUTES[endpoint].who).get(address)


@pytest.fixture
def scene(world: World) -> Scene:
    reporter, lin = world.visitor(), world.officer("lin")
    reporter.report(may_phone="y")
    receipt = reporter.receipt
    reporter.get("/mailbox")
    lin.get("/review/")
    case = re.search(r"/review/cases/([0-9a-f-]{36})", lin.last)[1]
    lin.get(f"/review/cases/{case}")
    office = Office(world, reporter, lin)
    return Scene(world, reporter, lin, receipt, case, office)


def rules(world: World) -> dict[str, object]:
    """Every route but that of static files."""
    return {rule.endpoint: rule for rule in world.app.url_map.iter_rules() if rule.endpoint != "static"}


def test_every_route_is_in_the_table_and_every_area_has_a_gate(world: World) -> None:
    assert set(rules(world)) == set(ROUTES)
    assert {endpoint.partition(".")[0] for endpoint in ROUTES} == set(GATES)


def test_what_a_route_is_said_to_do_is_what_its_entry_is_said_to_do() -> None:
    for endpoint, route in ROUTES.items():
        assert not route.event or EVENTS[route.event].effect in EFFECTS[route.effect], endpoint
        assert route.event or route.effect == NEITHER, endpoint


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
    assert written[-1:] == ([route.event] if route.event else [])
    named = {EVENTS[event].effect for event in written}
    assert named <= {Effect.REVEALS, Effect.CHANGES, Effect.KEEPS}


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
        event for event in scene.world.events()[len(before[0]) :] if event not in {"opened", "request_shown"}
    ]  # the page is shown again
    assert written == []
    assert [count(scene.world, table) for table in counted] == before[1]
    assert scene.receipt not in answer.text or endpoint in {"intake.open_mailbox", "intake.receipt_text"}


@pytest.mark.parametrize("endpoint", [name for name, route in ROUTES.items() if route.data is not None])
@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.invalid"}, {"Sec-Fetch-Site": "cross-site"}])
def test_what_another_site_sends_is_refused_everywhere(scene: Scene, endpoint: str, headers: dict[str, str]) -> None:
    route, rule = ROUTES[endpoint], rules(scene.world)[endpoint]
    visitor = scene.visitor(route.who)
    before = scene.world.events()
    answer = visitor.post(scene.address(rule), dict(route.data), headers=headers)
    assert answer.status_code == 403
    assert scene.world.events() == before


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


@pytest.mark.parametrize("endpoint", [name for name in ROUTES if name.startswith("mailbox.")])
def test_without_an_open_mailbox_its_door_is_shown(scene: Scene, endpoint: str) -> None:
    visitor = scene.world.visitor()
    office = scene.lin.client.get_cookie("__Host-office", domain="localhost").value
    visitor.client.set_cookie("__Host-mailbox", office, domain="localhost", secure=True)
    before = scene.world.events()
    answer = visitor.post(scene.address(rules(scene.world)[endpoint]), dict(ROUTES[endpoint].data))
    assert answer.status_code == 422
    assert "查进度" in Page(answer.text).inside("h1")
    assert scene.world.events() == before


def test_an_unknown_case_is_no_page_for_every_route(scene: Scene) -> None:
    for endpoint, rule in rules(scene.world).items():
        if rule.arguments & {"case_id", "request_id"}:
            address = rule.rule.replace("<uuid:case_id>", str(uuid4())).replace("<uuid:request_id>", str(uuid4()))
            data = ROUTES[endpoint].data
            scene.lin.get("/review/")
            sent = {"seen": "1", **(data or {}), "otp": "123456"}
            answer = scene.lin.get(address) if data is None else scene.lin.post(address, sent)
            assert answer.status_code == 404, endpoint
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
