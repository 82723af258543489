"""Passkeys in a real browser under the real policy: made, signed in with, used for a step; Chromium's own device."""

import base64
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import DESK, NARROW, PHONE, Codes, Person, Served, serving
from tests.browser.test_browser_access import judge
from tests.world import PASSWORD, Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def served(template: Template, tmp_path) -> Iterator[Served]:
    """A portal of its own, by the name that browsers make passkeys for."""
    with serving(template, tmp_path / "home") as one:
        yield Served(one.address.replace("127.0.0.1", "localhost"), template)


def with_device(one: Person, **changes: object) -> Person:
    """Give the browser a device that holds passkeys and knows its user."""
    tools = one.context.new_cdp_session(one.page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | changes})
    return one


def codes_of(one: Person, who: str) -> Codes:
    return Codes(pyotp.TOTP(base64.b32encode(one.served.template.cast[who].keys.otp).decode()), one.served)


def enter(one: Person, who: str, code: str = "") -> None:
    """Name and password; then a code, or a passkey in its place."""
    one.go("/review/login")
    one.page.fill("#username", who)
    one.page.fill("#password", PASSWORD)
    if code:
        one.page.fill("#otp", code)
    one.follow("#send" if code else "[data-passkey] button")
    assert "退出登录" in one.text


def begin(one: Person, name: str) -> Locator:
    """The form for another passkey, with its name filled in."""
    fold = one.page.locator("details:has(#send-passkey)")
    fold.locator("summary").click()
    one.page.fill("#send-passkey-name", name)
    return fold


def add(one: Person, name: str, code: str) -> None:
    one.go("/review/account")
    begin(one, name)
    one.page.fill("#send-passkey-otp", code)
    one.page.click("#send-passkey")
    one.page.wait_for_url("**/review/account?done=passkey")


def test_a_passkey_is_made_signs_in_and_serves_where_a_code_is_asked(person: Callable[..., Person]) -> None:
    gao = with_device(person(DESK))
    codes = codes_of(gao, "gao")
    enter(gao, "gao", codes())
    assert gao.page.locator("[data-passkey]").count() == 0  # nothing is offered that the officer has not
    add(gao, "办公室电脑", codes())
    assert "通行密钥已添加" in gao.text
    gao.follow("text=退出登录")
    enter(gao, "gao")
    gao.go("/review/account")
    turn = gao.page.locator("details:has(#send-turn-0)")
    turn.locator("summary").click()
    turn.locator("[data-passkey] button").click()
    gao.page.wait_for_url("**/review/motions/*")
    assert "等第二个人复核" in gao.text
    gao.go("/review/password")
    gao.page.fill("#current", PASSWORD)
    gao.page.click("[data-passkey] button")  # nothing new was typed: the device is not asked in vain
    assert "请先填好上面的" in gao.text
    gao.page.fill("#password", f"{PASSWORD} 2")
    gao.page.fill("#again", f"{PASSWORD} 2")
    gao.page.click("[data-passkey] button")
    gao.page.wait_for_url("**done=password")


def test_a_device_makes_one_passkey_for_an_officer_and_one_is_removed(person: Callable[..., Person]) -> None:
    he = with_device(person(NARROW))
    codes = codes_of(he, "he")
    enter(he, "he", codes())
    add(he, "手机" * 20, codes())
    judge(he)
    he.go("/review/account")
    begin(he, "又是手机").locator("[data-passkey] button").click()  # shows the one it has, and makes no other
    he.page.get_by_text("可能这台设备已经加过").wait_for()
    he.follow("text=删掉“手机")
    assert "通行密钥已删掉" in he.text
    assert "删掉“手机" not in he.text


def test_with_a_wrong_password_no_passkey_opens_and_the_answer_is_one(person: Callable[..., Person]) -> None:
    lin = with_device(person(PHONE))
    codes = codes_of(lin, "lin")
    enter(lin, "lin", codes())
    add(lin, "办公室电脑", codes())
    lin.follow("text=退出登录")
    said = set()
    for who, password in (("lin", "wrong"), ("nobody", PASSWORD), ("he", PASSWORD)):
        lin.go("/review/login")
        lin.page.fill("#username", who)
        lin.page.fill("#password", password)
        lin.follow("[data-passkey] button")
        said.add(lin.page.locator(".errors a").inner_text())
        judge(lin)
    assert said == {"用户名、密码、通行密钥对不上。请再试一次，或者输入动态验证码。"}


def test_a_device_without_a_passkey_says_so_and_the_code_stays(person: Callable[..., Person]) -> None:
    lin = with_device(person(PHONE))
    lin.go("/review/login")
    lin.page.click("[data-passkey] button")
    assert lin.page.locator("#username:focus").count() == 1
    lin.page.fill("#username", "lin")
    lin.page.fill("#password", PASSWORD)
    lin.page.click("[data-passkey] button")
    lin.page.get_by_text("没有用成通行密钥").wait_for()
    lin.page.fill("#otp", codes_of(lin, "lin")())
    lin.follow("#send")
    assert "退出登录" in lin.text


def test_without_script_the_page_says_what_a_passkey_takes(person: Callable[..., Person]) -> None:
    he = person(PHONE, script=False)
    enter(he, "he", codes_of(he, "he")())
    he.go("/review/account")
    he.page.click("details:has(#send-passkey) summary")
    assert "还要允许脚本" in he.text
    assert not he.page.is_visible("#send-passkey")
    he.go("/review/login")
    assert not he.page.is_visible("[data-passkey]")


def test_at_an_address_of_digits_the_page_says_which_one_to_open(person: Callable[..., Person]) -> None:
    he = person(PHONE)
    digits = Person(
        Served(he.served.address.replace("localhost", "127.0.0.1"), he.served.template), he.context, he.page
    )
    enter(digits, "he", codes_of(he, "he")())
    digits.go("/review/account")
    assert f"请从 {he.served.address}/review/account 打开这一页" in digits.text
    assert digits.page.locator("script").count() == 0
    he.asked.clear()
