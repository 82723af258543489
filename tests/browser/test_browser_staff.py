"""The staff in a real browser, without script: somebody comes, sits, a colleague leaves, the desk gets its next key."""

from collections.abc import Callable

import pyotp
import pytest

from tests.browser.conftest import PHONE, Codes, Person, at_work

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
NEW = "shu li hai niao qiang jiao"


def confirm(one: Person, codes: Codes, title: str, mark: str = "") -> None:
    """Find it in the list, compare, tick, sign."""
    one.go("/review/motions")
    one.follow(f"a:has-text('{title}') >> nth=0")
    assert not mark or one.page.inner_text(".print") == mark
    one.page.check("#send-confirm-sure")
    one.page.fill("#send-confirm-otp", codes())
    one.follow("#send-confirm")
    assert "已复核，生效了" in one.text


def page_of(guan: Person, who: str, box: str = "") -> None:
    guan.go("/review/admin/officers")
    guan.follow(f"a:has-text('{who}') >> nth=0")
    if box:
        guan.page.click(f"summary:has-text('{box}')")


def invited(guan: Person) -> str:
    guan.follow("nav >> text=人员")
    guan.page.fill("#send-invite-username", "liu")
    guan.page.select_option("#send-invite-authority", label="长春市人民防空办公室")
    guan.follow("#send-invite")
    return "".join(guan.page.inner_text("#code").split())


def enrolled(liu: Person, code: str) -> tuple[Codes, str]:
    """Their codes, and the fingerprint that they read aloud."""
    liu.go("/review/enrol")
    liu.page.fill("#username", "liu")
    liu.page.fill("#code", code)
    liu.follow("#send")
    codes = Codes(pyotp.TOTP(liu.page.inner_text("code").replace(" ", "")), liu.served)
    for name, text in (("password", NEW), ("again", NEW), ("otp", codes())):
        liu.page.fill(f"#{name}", text)
    liu.follow("#send")
    assert "您还没有岗位" in liu.text
    liu.follow("text=看我的密钥指纹")
    return codes, liu.page.inner_text(".print")


def test_somebody_comes_a_colleague_leaves_and_the_desk_gets_its_next_key(person: Callable[..., Person]) -> None:
    (guan, guans), (cui, cuis), (song, songs) = (at_work(person, who) for who in ("guan", "cui", "song"))
    liu = person(PHONE, script=False)
    lius, mark = enrolled(liu, invited(guan))

    page_of(guan, "liu")
    assert guan.page.inner_text(".print") == mark
    guan.page.fill("#send-certify-otp", guans())
    guan.follow("#send-certify")
    assert "已提出，等第二个人复核" in guan.text
    assert guan.page.query_selector("#send-confirm") is None, "not by who proposed it"
    confirm(cui, cuis, "认证密钥 · liu", mark)

    page_of(guan, "liu", "安排上岗")
    guan.page.select_option("#send-seat-desk", label="奖励审批")
    guan.page.fill("#send-seat-otp", guans())
    guan.follow("#send-seat")
    confirm(song, songs, "安排上岗 · liu")
    liu.go("/review/account")
    assert "在岗：liu、song" in liu.text

    page_of(guan, "song", "离岗")
    guan.page.select_option("#send-unseat-desk", label="奖励审批")
    guan.page.check("#send-unseat-sure")
    guan.follow("#send-unseat")
    liu.go("/review/account")
    assert "有人离开了这个岗位" in liu.text
    liu.page.fill("#send-turn-0-otp", lius())
    liu.follow("#send-turn-0")
    confirm(cui, cuis, "换岗位钥匙", liu.page.inner_text(".print"))
    liu.go("/review/account")
    assert "在岗：liu。第 2 把钥匙" in liu.text
    song.go("/review/account")
    assert "您还没有岗位" in song.text

    page_of(guan, "liu", "密码或者开通码丢了")
    guan.page.check("#send-code-sure")
    guan.follow("#send-code")
    assert "给 liu 的开通码" in guan.text
    liu.go("/review/account")
    assert liu.heading == "登录", "a lost password ends every session"
