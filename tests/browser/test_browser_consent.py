"""Consent and withholding, in a real browser: asked, agreed to, read; then by order, told when its day has come."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from portal.domain.withholding import opens_at
from tests.browser.conftest import PHONE, Person, Served, at_work, serving
from tests.browser.test_browser_access import judge
from tests.browser.test_browser_disclosure import accepted, sign
from tests.disclosing import AGREE, ORDER
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
DAYS = 2  # begins more than a day from now, whatever the hour
REASON = "公安机关、检察院、法院依法调取"


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal of its own, on a machine that can be put to sleep."""
    with serving(template, tmp_path_factory.mktemp("consenting") / "home", sleeps=True) as one:
        yield one


def asked(lin: Person, case: str, said: dict[str, str]) -> str:
    """For the name, for a reason that takes more words than others; the address of the request."""
    lin.go(case)
    lin.page.click("summary:has-text('申请知悉')")
    lin.page.click("summary:has-text('还要写')")
    lin.page.check(f"[name=ground][value={said['ground']}]")
    lin.page.check("[name=fields][value=name]")
    for name, text in ({"hours": "24"} | said).items():
        if name != "ground":
            lin.page.fill(f"#{name}", text)
    lin.follow("#send-request")
    return lin.page.get_attribute("#identity ~ ul a[href*='/review/disclosures/'] >> nth=-1", "href") or ""


def read(lin: Person, address: str) -> str:
    """What the requester learns, and then needs no more."""
    lin.go(address)
    lin.follow("#send-read")
    learnt = lin.page.inner_text("section.revealed")
    lin.follow("#send-close")
    return learnt


def test_a_reporter_agrees_and_sees_the_reading_and_is_told_of_an_order_on_its_day(
    person: Callable[..., Person],
) -> None:
    zhou = person(PHONE)
    receipt = zhou.report()
    zhou.follow("main a.button")
    (lin, _), gao, he = (at_work(person, who) for who in ("lin", "gao", "he"))
    accepted(lin)
    case = lin.page.url.removeprefix(lin.served.address).partition("?")[0]

    address = asked(lin, case, AGREE)
    gao[0].go(address)
    assert "等举报人回答" in gao[0].text
    assert gao[0].page.query_selector("#send-lift") is None
    zhou.go("/mailbox")
    assert AGREE["asking"] in zhou.text
    judge(zhou)
    zhou.follow("button:has-text('同意让他们看')")
    assert "已记下：您同意" in zhou.text
    sign(gao, address, "lift")
    sign(he, address, "release")
    assert "周小明" in read(lin, address)
    zhou.go("/mailbox")
    assert "有人看过您的身份 · 1 次" in zhou.text

    now = datetime.fromtimestamp(lin.served.time(), UTC)
    address = asked(lin, case, ORDER | {"withhold": str(DAYS)})
    sign(gao, address, "lift")
    sign(he, address, "release")
    assert "周小明" in read(lin, address)
    zhou.go("/mailbox")
    assert "已告诉您 1 次 · 依法暂不告知 1 次" in zhou.text
    assert REASON not in zhou.page.content()

    day = opens_at(now, DAYS)
    assert f"到 {day.year}年{day.month}月{day.day}日，谁、为什么、看了什么" in zhou.text
    lin.served.sleep((day - now).total_seconds() / 60)
    zhou.go("/mailbox")
    zhou.page.fill("#receipt", receipt)
    zhou.follow("#send")
    assert "有人看过您的身份 · 2 次" in zhou.text
    assert REASON in zhou.text
    assert f"暂不告知了 {DAYS} 天" in zhou.text
