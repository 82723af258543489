"""`/review/login`: name, password and a code used once; which of them is wrong is never said."""

import pytest

from tests.faults import count, gone
from tests.pages import Page
from tests.visitor import BASE, Visitor
from tests.world import PASSWORD, World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_signing_in.py tries on both engines

WRONG = "用户名、密码、动态验证码对不上。同一个验证码只能用一次，刚用过的话，等下一个再试。"


@pytest.fixture
def door(world: World) -> Visitor:
    """Somebody at the office's door."""
    visitor = world.visitor()
    visitor.get("/review/login")
    return visitor


def answers(world: World, username: str = "lin", **changes: str) -> dict[str, str]:
    """What an officer types now."""
    typed = {"username": username, "password": PASSWORD, "otp": world.cast["lin"].code(world.clock())}
    return {**typed, **changes}


def refused(visitor: Visitor) -> str:
    """The one sentence of a refusal; the page has to be in order and give the password back to nobody."""
    page = Page(visitor.last)
    assert page.problems() == []
    assert PASSWORD not in visitor.last
    ((link, sentence),) = page.summary
    assert link in {field.get("id") for field in page.all("input", "button")}
    return sentence


def test_who_has_all_three_comes_in_and_it_is_recorded(world: World, door: Visitor) -> None:
    answer = door.post("/review/login", answers(world))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review/")
    assert world.events() == ["signed_in"]
    assert "待办举报件" in door.get("/review/").text
    assert "受理员" in door.last


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "correct-horse-battery-stapl"},
        {"otp": "000000"},
        {"username": "nobody"},
        {"username": "lin' or 1=1 --"},
        {"username": "gao"},  # a colleague's password is the same here, the code is not
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(world: World, door: Visitor, changes: dict[str, str]) -> None:
    answer = door.post("/review/login", answers(world, **changes))
    assert answer.status_code == 422
    assert refused(door) == WRONG
    assert door.client.get_cookie("__Host-office", domain="localhost") is None
    assert Page(door.last).form("/review/login").fields["username"] == changes.get("username", "lin")
    assert "signed_in" not in world.events()


def test_the_code_may_have_blanks_and_be_half_a_minute_old(world: World, door: Visitor) -> None:
    typed = answers(world)
    world.clock.forward(seconds=30)
    answer = door.post("/review/login", {**typed, "otp": f"{typed['otp'][:3]} {typed['otp'][3:]}"})
    assert answer.status_code == 303


def test_a_name_with_a_capital_and_a_code_in_full_width_come_in_too(world: World, door: Visitor) -> None:
    wide = world.cast["lin"].code(world.clock()).translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert door.post("/review/login", answers(world, username="Lin", otp=wide)).status_code == 303
    assert world.entries()[-1]["actor"]["officer"] == str(world.cast["lin"].officer_id)


def test_an_old_code_is_refused(world: World, door: Visitor) -> None:
    typed = answers(world)
    world.clock.forward(minutes=2)
    assert door.post("/review/login", typed).status_code == 422
    assert refused(door) == WRONG


def test_a_used_code_is_refused_the_next_one_is_not(world: World, door: Visitor) -> None:
    typed = answers(world)
    assert door.post("/review/login", typed).status_code == 303
    other = world.visitor()
    other.get("/review/login")
    assert other.post("/review/login", typed).status_code == 422
    assert refused(other) == WRONG
    world.clock.forward(seconds=30)
    assert other.post("/review/login", answers(world)).status_code == 303


@pytest.mark.parametrize("otp", ["", "12345", "1234567", "abcdef", "１２３４５", "１２３４５６７", "12 34 5x"])
def test_what_is_no_code_is_said_before_the_password_is_tried(world: World, door: Visitor, otp: str) -> None:
    answer = door.post("/review/login", answers(world, otp=otp))
    assert answer.status_code == 422
    assert "6 位数字" in refused(door)
    assert count(world, "sign_in_delays") == 0


@pytest.mark.parametrize("name", ["username", "password"])
def test_what_is_missing_is_asked_for(world: World, door: Visitor, name: str) -> None:
    door.post("/review/login", answers(world, **{name: ""}))
    assert [link for link, _ in Page(door.last).summary] == [name]


def test_a_password_is_taken_as_typed(world: World, door: Visitor) -> None:
    assert door.post("/review/login", answers(world, password=f" {PASSWORD}")).status_code == 422
    assert door.post("/review/login", answers(world, password="x" * 1_001)).status_code == 422
    assert "1,000" in refused(door)


def fail(world: World, visitor: Visitor, times: int, **changes: str) -> list[int]:
    """Tries that fail, each from a network of its own."""
    return [
        visitor.post(
            "/review/login",
            answers(world, password="wrong", **changes),
            environ_base={"REMOTE_ADDR": f"10.1.{attempt}.1"},
        ).status_code
        for attempt in range(times)
    ]


@pytest.mark.parametrize("username", ["lin", "nobody"])
def test_after_some_failures_a_name_has_to_wait_whether_there_is_such_a_name_or_not(
    world: World, door: Visitor, username: str
) -> None:
    assert fail(world, door, 5, username=username) == [422, 422, 422, 422, 429]
    page = Page(door.last)
    assert page.problems() == []
    assert "分钟" in page.text
    world.clock.forward(minutes=6)
    assert fail(world, door, 1, username=username) == [422]


def test_who_waited_comes_in_and_the_failures_are_forgotten(world: World, door: Visitor) -> None:
    fail(world, door, 4)
    world.clock.forward(minutes=1)
    assert door.post("/review/login", answers(world)).status_code == 303
    assert count(world, "sign_in_delays") == 0


def test_a_device_that_signed_in_before_does_not_wait(world: World, door: Visitor) -> None:
    assert door.post("/review/login", answers(world)).status_code == 303
    thief = world.visitor()
    thief.get("/review/login")
    fail(world, thief, 5)
    door.get("/review/login")
    world.clock.forward(seconds=30)
    fail(world, thief, 2)
    assert thief.post("/review/login", answers(world)).status_code == 429
    assert door.post("/review/login", answers(world)).status_code == 303


def test_one_network_may_try_ten_times_a_minute(world: World, door: Visitor) -> None:
    for attempt in range(10):
        assert door.post("/review/login", answers(world, username=f"nobody-{attempt}")).status_code == 422
    answer = door.post("/review/login", answers(world))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"


def test_without_the_token_of_the_page_nobody_comes_in(world: World, door: Visitor) -> None:
    answer = door.post("/review/login", answers(world, csrf_token="x"))
    assert answer.status_code == 422
    assert world.events() == []
    assert Page(door.last).form("/review/login").fields["username"] == "lin"


def test_failures_are_told_of_an_account_that_there_is_by_the_hour_and_of_no_name_that_is_none(
    world: World, door: Visitor
) -> None:
    """An auditor sees which accounts are tried; what is typed for a name stands nowhere."""
    for changes in ({"password": "wrong"}, {"otp": "000000"}, {"username": "nobody"}):
        door.post("/review/login", answers(world, **changes))
        door.get("/review/login")
    world.clock.forward(hours=2)
    world.tick()
    told = {entry["event"]: entry for entry in world.entries()}
    failed = told["sign_ins_failed"]
    assert failed["object"] == ["officers", str(world.cast["lin"].officer_id)]
    assert failed["facts"] == {"hour": "2026-03-02T04:00:00Z", "count": 2}
    assert failed["authority"] == str(world.actor("lin").authority_id)
    assert told["refusals_counted"]["facts"]["count"] == 3
    assert "nobody" not in str(world.entries())
    world.tick()
    assert world.events().count("sign_ins_failed") == 1
    assert count(world, "sign_in_failures") == 0


def test_signing_out_ends_the_session_here_and_in_the_store(world: World, lin: Visitor) -> None:
    lin.get("/review/")
    token = lin.client.get_cookie("__Host-office", domain="localhost").value
    answer = lin.post("/review/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review/login")
    assert lin.client.get_cookie("__Host-office", domain="localhost") is None
    assert count(world, "officer_sessions") == 0
    assert world.events()[-1] == "signed_out"
    lin.client.set_cookie("__Host-office", token, domain="localhost", secure=True)
    assert lin.get("/review/").status_code == 303


def test_signing_out_by_a_link_or_without_a_token_is_no_signing_out(world: World, lin: Visitor) -> None:
    answer = lin.get("/review/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review")
    lin.get("/review/")
    lin.post("/review/logout", csrf=False)
    assert "signed_out" not in world.events()
    assert lin.get("/review/").status_code == 200


def test_with_the_store_gone_it_is_said_to_try_later(world: World, door: Visitor) -> None:
    token = Page(door.last).form("/review/login").fields["csrf_token"]
    with gone(world):
        answer = door.client.post("/review/login", data={**answers(world), "csrf_token": token}, base_url=BASE)
    assert answer.status_code == 503
    assert Page(answer.text).problems() == []


def test_where_an_officer_wanted_to_go_is_never_outside(world: World, door: Visitor) -> None:
    for onward in ("https://elsewhere.invalid/", "//elsewhere.invalid", f"/review/cases/{'-' * 36}/letter"):
        world.clock.forward(seconds=60)
        door.get("/review/login")
        answer = door.post("/review/login", answers(world, onward=onward, text="x"))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/review/")
