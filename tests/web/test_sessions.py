"""Sessions: what the cookies are, how long they last, and that neither the store nor another session opens one."""

from datetime import timedelta

import pytest

from portal.web.requests import DEVICE_COOKIE, MAILBOX_COOKIE, OFFICE_COOKIE
from tests.faults import count
from tests.pages import Page
from tests.sending import run
from tests.visitor import Visitor
from tests.world import PASSWORD, World

STRICT = {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def cookies_of(answer) -> dict[str, set[str]]:
    """Name → attributes of each cookie that an answer sets."""
    lines = [line.split(";") for line in answer.headers.getlist("Set-Cookie")]
    return {first.partition("=")[0]: {one.strip() for one in rest} for first, *rest in lines}


def sign_in(world: World, visitor: Visitor, username: str = "lin"):
    visitor.get("/review/login")
    code = world.cast[username].code(world.clock())
    return visitor.post("/review/login", {"username": username, "password": PASSWORD, "otp": code})


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/review/").status_code == 200


def test_every_cookie_is_for_this_host_alone_and_for_no_script(world: World, zhou: Visitor) -> None:
    form = cookies_of(zhou.get("/report"))
    mailbox = cookies_of(zhou.report())
    office = cookies_of(sign_in(world, world.visitor()))
    assert form == {"__Host-form": STRICT}
    assert mailbox == {MAILBOX_COOKIE: STRICT}
    assert office.keys() == {OFFICE_COOKIE, DEVICE_COOKIE}
    assert office[OFFICE_COOKIE] == STRICT
    assert {one for one in office[DEVICE_COOKIE] if "=" not in one or one in STRICT} == STRICT
    assert f"Max-Age={90 * 86400}" in office[DEVICE_COOKIE]


def test_reading_sets_no_cookie(world: World, zhou: Visitor) -> None:
    for path in ("/", "/privacy", "/nowhere"):
        assert cookies_of(zhou.get(path)) == {}
    zhou.report()
    assert cookies_of(zhou.get("/mailbox")) == {}
    assert cookies_of(world.officer("lin").get("/review/")).keys() <= {"__Host-form"}


def test_each_opening_draws_a_new_token(world: World, zhou: Visitor) -> None:
    zhou.report()
    receipt, first = zhou.receipt, zhou.mailbox_cookie
    zhou.open_mailbox(receipt)
    other = world.visitor()
    other.open_mailbox(receipt)
    assert len({first, other.mailbox_cookie}) == 2


def test_an_officer_is_out_after_twenty_idle_minutes(world: World, lin: Visitor) -> None:
    for _ in range(3):
        world.clock.forward(minutes=19)
        assert is_in(lin)
    world.clock.forward(minutes=21, seconds=1)
    assert not is_in(lin)


def test_an_officer_is_out_after_eight_hours_whatever_is_done(world: World, lin: Visitor) -> None:
    start = world.clock()
    while is_in(lin):
        world.clock.forward(minutes=15)
    assert timedelta(hours=8) <= world.clock() - start <= timedelta(hours=8, minutes=15)


def test_an_officer_who_was_stopped_is_out_at_once(world: World, lin: Visitor) -> None:
    assert is_in(lin)
    run(world, "UPDATE officers SET state = 'suspended' WHERE username = 'lin'")
    assert not is_in(lin)


def test_an_officer_who_lost_the_seat_loses_the_queue_at_once(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    assert "蓝鲸" in lin.get("/review/").text
    run(
        world,
        "UPDATE seats SET left_at = '2026-03-02 00:00:00.000000' WHERE officer_id ="
        " (SELECT id FROM officers WHERE username = 'lin')",
    )
    run(world, "UPDATE installation SET generation = generation + 1")
    before = world.events()
    answer = lin.get("/review/")
    assert answer.status_code == 200
    assert "您还没有岗位" in answer.text
    assert "蓝鲸" not in answer.text
    assert world.events() == before


def test_a_row_put_in_the_place_of_another_opens_nothing(world: World, lin: Visitor) -> None:
    """Whoever writes to the database can't turn their own session into somebody else's."""
    qin = world.officer("qin")
    bodies = run(world, "SELECT id, officer_id, body FROM officer_sessions")
    assert len(bodies) == 2
    (_, first, body), (second, _, _) = bodies
    run(world, "UPDATE officer_sessions SET body = ?, officer_id = ? WHERE id = ?", body, first, second)
    assert [is_in(lin), is_in(qin)].count(True) == 1


def test_an_officers_row_renamed_to_another_officer_opens_nothing(world: World, lin: Visitor) -> None:
    run(world, "UPDATE officer_sessions SET officer_id = (SELECT id FROM officers WHERE username = 'gao')")
    assert not is_in(lin)


def test_a_token_of_one_session_is_worth_nothing_in_another(world: World, lin: Visitor) -> None:
    lin.get("/review/")
    token = Page(lin.last).form("/review/logout").fields["csrf_token"]
    again = world.officer("lin")
    again.client.set_cookie(
        "__Host-form", lin.client.get_cookie("__Host-form", domain="localhost").value, domain="localhost", secure=True
    )
    again.post("/review/logout", {"csrf_token": token})
    assert is_in(again)


def test_a_reporter_and_an_officer_in_one_browser_do_not_meet(world: World, zhou: Visitor) -> None:
    zhou.report()
    assert sign_in(world, zhou).status_code == 303
    assert is_in(zhou)
    mailbox = zhou.get("/mailbox")
    assert "我的举报" in mailbox.text
    assert zhou.post("/mailbox/message", {"text": "还有"}).status_code == 303
    zhou.get("/review/")
    assert zhou.post("/review/logout").status_code == 303
    assert "我的举报" in zhou.get("/mailbox").text


def test_signing_out_ends_one_session_and_no_other(world: World, lin: Visitor) -> None:
    again = world.officer("lin")
    lin.get("/review/")
    lin.post("/review/logout")
    assert (is_in(lin), is_in(again)) == (False, True)
    assert count(world, "officer_sessions") == 1


@pytest.mark.parametrize("name", [OFFICE_COOKIE, MAILBOX_COOKIE, DEVICE_COOKIE, "__Host-form", "lang"])
@pytest.mark.parametrize("value", ["", "x" * 4000, "%00", "\u4e2d", "=", "..", '"'])
def test_a_damaged_cookie_breaks_no_page(world: World, name: str, value: str) -> None:
    for path in ("/", "/report", "/mailbox", "/review/login"):
        visitor = world.visitor()
        header = f"{name}={value}".encode().decode("latin-1")
        assert visitor.get(path, headers={"Cookie": header}).status_code == 200
    assert visitor.get("/review/", headers={"Cookie": header}).status_code == 303
