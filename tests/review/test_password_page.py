"""`/review/password`: the same keys under another password; whoever else was signed in is out."""

import pytest

from tests.pages import Page
from tests.visitor import BASE, Visitor
from tests.world import PASSWORD, World

NEW = "shu li hai niao qiang jiao"


def change(world: World, visitor: Visitor, **typed: str) -> int:
    visitor.get("/review/password")
    world.clock.forward(seconds=31)
    good = {"current": PASSWORD, "password": NEW, "again": NEW, "otp": world.cast["lin"].code(world.clock())}
    return visitor.post("/review/password", {**good, **typed}).status_code


def sign_in(world: World, password: str) -> int:
    visitor = world.visitor()
    visitor.get("/review/login")
    world.clock.forward(seconds=31)
    typed = {"username": "lin", "password": password, "otp": world.cast["lin"].code(world.clock())}
    return visitor.post("/review/login", typed).status_code


def test_the_new_password_opens_the_desk_and_the_old_one_nothing(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    elsewhere = world.officer("lin")
    assert Page(lin.get("/review/password").text).problems() == []
    assert change(world, lin) == 303
    assert world.events()[-1] == "password_changed"
    page = Page(lin.get("/review/?done=password").text)
    assert "密码已改" in page.text
    assert "蓝鲸地下购物广场" in page.text
    assert elsewhere.get("/review/").headers["Location"] == "/review/login"
    assert (sign_in(world, PASSWORD), sign_in(world, NEW)) == (422, 303)
    world.sign()
    assert world.verify().unsigned == 0


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"current": ""}, "current", "请输入现在的密码"),
        ({"current": "wrong horse battery"}, "current", "对不上"),
        ({"otp": "000000"}, "current", "对不上"),
        ({"password": "too short", "again": "too short"}, "password", "太短"),
        ({"password": "abcdefghijklm", "again": "abcdefghijklm"}, "password", "太容易"),
        ({"again": "shu li hai niao"}, "again", "不一样"),
    ],
)
def test_what_does_not_go_is_said_and_nothing_is_changed(
    world: World, lin: Visitor, typed: dict[str, str], field: str, sentence: str
) -> None:
    assert change(world, lin, **typed) == 422
    page = Page(lin.last)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == [field]
    assert sentence in page.summary[0][1]
    assert "password_changed" not in world.events()
    assert NEW not in lin.last
    assert lin.client.get("/review/", base_url=BASE).status_code == 200


def test_guessing_the_password_of_a_session_left_open_is_stopped(world: World, lin: Visitor) -> None:
    lin.get("/review/password")
    guess = {"current": "one guess more", "password": NEW, "again": NEW, "otp": "000000"}
    answers = [lin.post("/review/password", guess).status_code for _ in range(8)]
    assert answers[0] == 422
    assert answers[-1] == 429
    last = world.entries()[-1]  # not counted among strangers: an auditor sees whose session it was
    assert (last["event"], last["facts"]["why"]) == ("refused", "too_often")
    assert last["actor"]["officer"] == str(world.cast["lin"].officer_id)
