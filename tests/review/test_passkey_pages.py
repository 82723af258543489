"""Passkeys on the pages: at the door and in every step that asks for a code, by one field; what goes wrong is said."""

import pytest

from tests.authenticator import Authenticator
from tests.disclosing import Office
from tests.faults import count
from tests.keyed import ASKED, add, keyed, made, shown
from tests.pages import Page
from tests.visitor import TOKEN, Visitor
from tests.world import PASSWORD, World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_passkeys.py tries on both engines

REFUSED = "用户名、密码、通行密钥对不上。请再试一次，或者输入动态验证码。"
LOGIN, ACCOUNT, CODES = "/review/login", "/review/account", "/review/account/codes"


@pytest.fixture
def door(world: World) -> Visitor:
    """Somebody at the office's door."""
    visitor = world.visitor()
    visitor.get(LOGIN)
    return visitor


def typed(username: str = "lin", password: str = PASSWORD) -> dict[str, str]:
    return {"username": username, "password": password}


def said(visitor: Visitor) -> list[str]:
    page = Page(visitor.last)
    assert page.problems() == []
    return [sentence for _, sentence in page.summary]


def test_password_and_passkey_come_in_and_the_entry_says_which(world: World, door: Visitor) -> None:
    device = Authenticator()
    passkey_id = add(world, device)
    answer = door.post(LOGIN, {**typed(), **shown(door, device)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review/")
    assert world.entries()[-1]["facts"] == {"passkey": str(passkey_id)}
    door.get(ACCOUNT)
    assert "最近用过" in door.last


@pytest.mark.parametrize(
    ("username", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("gao", PASSWORD), ("chen", PASSWORD)]
)
def test_whatever_is_wrong_with_a_passkey_the_answer_is_the_same(
    world: World, door: Visitor, username: str, password: str
) -> None:
    """A wrong password, no such name, somebody with another passkey, somebody with none."""
    device = Authenticator()
    add(world, device)
    add(world, Authenticator(), "gao")
    answer = door.post(LOGIN, {**typed(username, password), **shown(door, device)})
    assert answer.status_code == 422
    assert said(door) == [REFUSED]
    assert count(world, "sign_in_delays") == 1
    assert "signed_in" not in world.events()


def test_the_door_asks_everybody_the_same_and_names_no_passkey(world: World, door: Visitor) -> None:
    before = plain(door)
    add(world, Authenticator())
    door.post(LOGIN, typed())  # who is at the door has said their name
    door.get(LOGIN)
    assert plain(door) == before


def plain(visitor: Visitor) -> str:
    """The page without what is drawn anew each time."""
    return TOKEN.sub("", ASKED.sub("", visitor.last))


def test_a_passkey_shown_for_another_browser_does_not_come_in(world: World, door: Visitor) -> None:
    """Whoever carries an answer off to their own browser has the wrong form token."""
    device = Authenticator()
    add(world, device)
    carried = shown(door, device)
    thief = world.visitor()
    thief.get(LOGIN)
    assert thief.post(LOGIN, {**typed(), **carried}).status_code == 422
    assert said(thief) == [REFUSED]
    assert door.post(LOGIN, {**typed(), **carried}).status_code == 303


def test_a_device_that_counts_back_is_refused_at_the_door_and_entered(world: World, door: Visitor) -> None:
    device = Authenticator()
    add(world, device)
    thief = device.copy()
    assert door.post(LOGIN, {**typed(), **shown(door, device)}).status_code == 303
    other = world.visitor()
    other.get(LOGIN)
    assert other.post(LOGIN, {**typed(), **shown(other, thief)}).status_code == 422
    assert said(other) == [REFUSED]
    assert world.events()[-1] == "passkey_doubted"


def test_failures_with_a_passkey_make_a_name_wait_as_others_do(world: World, door: Visitor) -> None:
    device = Authenticator()
    add(world, device)
    tries = [door.post(LOGIN, {**typed(password="wrong"), **shown(door, device)}).status_code for _ in range(4)]
    door.get(LOGIN)
    assert [*tries, door.post(LOGIN, {**typed(), **shown(door, device)}).status_code] == [422, 422, 422, 422, 429]


def test_lifting_and_releasing_go_by_passkey(world: World) -> None:
    office, gaos, hes = Office(world), Authenticator(), Authenticator()
    add(world, gaos, "gao")
    add(world, hes, "he")
    request = office.asked()
    office.gao.get(request)
    assert office.gao.post(f"{request}/lift", shown(office.gao, gaos)).status_code == 303
    office.he.get(request)
    answer = office.he.post(f"{request}/release", {"fields": "name", **shown(office.he, hes)})
    assert answer.status_code == 303
    assert "identity_released" in world.events()


def test_a_step_says_what_was_wrong_with_a_passkey_and_offers_another_try(world: World) -> None:
    lin, device = keyed(world, "lin")
    lin.get(ACCOUNT)
    fields = shown(lin, device)
    assert lin.post(CODES, fields).status_code == 200
    lin.get(ACCOUNT)
    assert lin.post(CODES, fields).status_code == 422
    assert said(lin) == ["通行密钥没有通过。请再点一次，或者输入动态验证码。"]
    assert world.entries()[-1]["facts"]["why"] == "PasskeyRefusedError"
    assert lin.post(CODES, shown(lin, device)).status_code == 200


def test_a_copied_passkey_is_named_to_its_officer(world: World) -> None:
    lin, device = keyed(world, "lin")
    thief = device.copy()
    lin.get(ACCOUNT)
    assert lin.post(CODES, shown(lin, device)).status_code == 200
    lin.get(ACCOUNT)
    assert lin.post(CODES, shown(lin, thief)).status_code == 422
    assert "像是被复制过" in said(lin)[0]
    assert world.events()[-2:] == ["passkey_doubted", "refused"]


def test_a_password_is_changed_with_a_passkey(world: World) -> None:
    lin, device = keyed(world, "lin")
    lin.get("/review/password")
    new = "shu li hai niao qiang jiao"
    fields = {"current": PASSWORD, "password": new, "again": new}
    assert lin.post("/review/password", {**fields, "current": "wrong", **shown(lin, device)}).status_code == 422
    assert said(lin) == ["现在的密码和通行密钥对不上。请再试一次，或者输入动态验证码。"]
    assert lin.post("/review/password", {**fields, **shown(lin, device)}).status_code == 303
    lin.get(ACCOUNT)
    assert "办公室电脑" in lin.last


def test_an_officer_without_a_passkey_is_asked_for_none(world: World) -> None:
    gao = world.officer("gao")
    gao.get("/review/password")
    assert "data-passkey" not in gao.last
    assert "<script" not in gao.last


def test_a_passkey_is_added_with_another_and_removed(world: World) -> None:
    lin, device = keyed(world, "lin")
    other = Authenticator()
    credential = made(lin, other)
    answer = lin.post(f"{ACCOUNT}/passkeys", {"name": "手机", "credential": credential, **shown(lin, device)})
    assert answer.headers["Location"] == f"{ACCOUNT}?done=passkey"
    lin.get(ACCOUNT)
    page = Page(lin.last)
    assert "手机" in page.text
    gone = next(form.attrs["action"] for form in page.forms if form.attrs["action"].endswith("/remove"))
    assert lin.post(gone).status_code == 303
    assert count(world, "passkeys") == 1
    gao = world.officer("gao")
    gao.get(ACCOUNT)
    assert gao.post(gone).status_code == 404


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ({"name": ""}, "send-passkey-name"),
        ({"name": "长" * 41}, "send-passkey-name"),
        ({"otp": ""}, "send-passkey-otp"),
        ({"otp": "000000"}, "send-passkey-otp"),
        ({"credential": ""}, "send-passkey-name"),
        ({"credential": "{}"}, "send-passkey-name"),
    ],
)
def test_what_is_missing_of_a_passkey_is_asked_for_and_nothing_is_added(
    world: World, lin: Visitor, changes: dict[str, str], link: str
) -> None:
    fields = {"name": "手机", "credential": made(lin, Authenticator()), "otp": world.cast["lin"].code(world.clock())}
    assert lin.post(f"{ACCOUNT}/passkeys", {**fields, **changes}).status_code == 422
    assert [where for where, _ in Page(lin.last).summary] == [link]
    assert count(world, "passkeys") == 0
    assert Page(lin.last).form(f"{ACCOUNT}/passkeys").fields["name"] == changes.get("name", "手机")


def test_elsewhere_than_at_its_name_the_portal_offers_no_passkey(lin: Visitor) -> None:
    lin.client.set_cookie(
        "__Host-office", lin.client.get_cookie("__Host-office").value, domain="127.0.0.1", secure=True
    )
    answer = lin.client.get(ACCOUNT, base_url="https://127.0.0.1")
    assert "请从 http://localhost:8000/review/account 打开这一页" in answer.text
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["Content-Security-Policy"]
