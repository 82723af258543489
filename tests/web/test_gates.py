"""The table of routes is complete and true: each page needs what it says, and writes the entry it says."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.domain.audit import EVENTS, Effect
from portal.store.ledger import Entry
from portal.web.gates import GATES
from tests.disclosing import Office
from tests.faults import count
from tests.pages import Page
from tests.visitor import BASE, Visitor
from tests.web.routes import AGAIN, EFFECTS, NEITHER, ROUTES, TOKENLESS
from tests.web.scene import Scene, first_file, rules
from tests.witness import CANARIES, declared, said
from tests.world import Template, World

COUNTED = ("reports", "letters", "mailbox_sessions", "officer_sessions")


def scene_of(world: World, office: Office) -> Scene:
    with world.store.reading() as session:
        submitted = session.scalars(select(Entry.index).where(Entry.event == "submitted")).one()
    return Scene(world, office.zhou, office.lin, office.zhou_receipt, office.case, office, submitted)


@pytest.fixture
def scene(world: World, office: Office) -> Scene:
    return scene_of(world, office)


@pytest.fixture(scope="module")
def looked_at(begun: tuple[Template, Office], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One for all that is refused."""
    world = World.copy(begun[0], tmp_path_factory.mktemp("refused") / "home")
    yield scene_of(world, begun[1].at(world))
    world.close()


@pytest.fixture
def still(looked_at: Scene) -> Iterator[Scene]:
    """The same for each refusal: nothing changes, everybody stays on their page, nobody asks too often."""
    world, tables = looked_at.world, ("reports", "letters", "mailbox_sessions")
    before = world.events(), [count(world, table) for table in tables]
    pages = [(visitor, visitor.last) for visitor in (looked_at.reporter, looked_at.lin)]
    yield looked_at
    for visitor, page in pages:
        visitor.last = page
    world.app.extensions["portal.limits"].limiter.reset()
    assert (world.events(), [count(world, table) for table in tables]) == before


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
def test_a_route_does_what_the_table_says_and_writes_its_entry_and_nothing_without_a_token(
    scene: Scene, endpoint: str
) -> None:
    route, rule = ROUTES[endpoint], rules(scene.world)[endpoint]
    scene.lead_to(endpoint)
    visitor, address = scene.visitor(route.who), scene.address(rule)
    if route.data is not None and endpoint not in TOKENLESS:
        require_nothing_without_a_token(scene, endpoint, visitor, address)
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


def require_nothing_without_a_token(scene: Scene, endpoint: str, visitor: Visitor, address: str) -> None:
    """The same form with all that is typed, but without the token of its page."""
    before = scene.world.events(), [count(scene.world, table) for table in COUNTED]
    answer = visitor.client.post(address, data=scene.data(ROUTES[endpoint]), base_url=BASE)
    assert answer.status_code == 422 or endpoint == "review.sign_out"
    assert [event for event in scene.world.events()[len(before[0]) :] if event not in AGAIN] == []
    assert [count(scene.world, table) for table in COUNTED] == before[1]
    assert scene.receipt not in answer.text or endpoint in {"intake.open_mailbox", "intake.receipt_text"}


@pytest.mark.sqlite  # refused before any engine is asked
@pytest.mark.parametrize("endpoint", [name for name, route in ROUTES.items() if route.data is not None])
@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.invalid"}, {"Sec-Fetch-Site": "cross-site"}])
def test_what_another_site_sends_is_refused_everywhere(still: Scene, endpoint: str, headers: dict[str, str]) -> None:
    route, rule = ROUTES[endpoint], rules(still.world)[endpoint]
    visitor = still.visitor(route.who)
    before = still.world.events()
    answer = visitor.post(still.address(rule), dict(route.data), headers=headers)
    assert answer.status_code == 403
    assert still.world.events() == before


@pytest.mark.sqlite  # refused before any engine is asked
@pytest.mark.parametrize("endpoint", [name for name in ROUTES if name.startswith("review.")])
@pytest.mark.parametrize("cookie", [None, "A" * 43, "of a reporter"])
def test_without_a_session_the_office_shows_its_door_and_nothing_else(
    still: Scene, endpoint: str, cookie: str | None
) -> None:
    rule, route = rules(still.world)[endpoint], ROUTES[endpoint]
    visitor = still.world.visitor()
    if cookie:
        token = still.reporter.mailbox_cookie if cookie == "of a reporter" else cookie
        visitor.client.set_cookie("__Host-office", token, domain="localhost", secure=True)
    before = still.world.events()
    if route.data is None:
        answer = visitor.get(still.address(rule))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/review/login")
    else:
        answer = visitor.post(still.address(rule), dict(route.data))
        assert answer.status_code == 422
        assert "登录" in Page(answer.text).inside("h1")
    assert "蓝鲸" not in answer.text
    assert "13800000000" not in answer.text
    assert still.world.events() == before


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
