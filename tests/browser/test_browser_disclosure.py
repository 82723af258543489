"""Who learns what, in a real browser without script: the investigator a summary, one officer a name, for a while."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import NARROW, PATIENCE, PHONE, Codes, Person, Served, at_work, serving
from tests.browser.test_browser_access import judge
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
STEPS = ("申请知悉身份", "分管领导同意，开了第一道锁", "保密专员放行", "看了身份信息", "申请撤销")
NAP = 15  # minutes; who does nothing for longer has to sign in again
SAID = "可以，但请不要联系单位。"
BRIEF = "看全部安全出口能不能推开，不要事先通知。"


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same officers sign in as elsewhere: a portal of their own, where no code was used."""
    with serving(template, tmp_path_factory.mktemp("disclosing") / "home", sleeps=True) as one:
        yield one


def reported(person: Callable[..., Person]) -> Person:
    zhou = person(PHONE, script=False)
    zhou.report()
    zhou.follow("main a.button")
    return zhou


def accepted(lin: Person) -> None:
    lin.follow("table.queue a >> nth=0")
    lin.page.fill("#subject", "安全出口上锁")
    lin.follow("#send-accept")


def sign(officer: tuple[Person, Codes], address: str, step: str) -> Person:
    """Open a request, choose nothing that is not chosen yet, give the code of the moment."""
    one, codes = officer
    one.go(address)
    if step == "release":
        one.page.check("[name=fields][value=name]")
    one.page.fill("#otp", codes())
    one.follow(f"#send-{step}")
    return one


def asked(lin: Person, hours: int = 24) -> str:
    """For the name and the number; the address of the request."""
    lin.page.click("summary:has-text('申请知悉')")
    lin.page.check("[name=ground][value=PROTECT]")
    for name in ("name", "phone"):
        lin.page.check(f"[name=fields][value={name}]")
    lin.page.fill("#hours", str(hours))
    lin.page.fill("#why", "来信说单位要开除他，要见面商量怎么保护。")
    lin.follow("#send-request")
    return lin.page.get_attribute("a[href*='/review/disclosures/']", "href") or ""


def test_a_name_is_asked_for_lifted_released_read_and_closed_and_the_reporter_sees_it_all(
    person: Callable[..., Person],
) -> None:
    zhou = reported(person)
    (lin, _), gao, he = (at_work(person, who) for who in ("lin", "gao", "he"))
    accepted(lin)
    address = asked(lin)
    sign(gao, address, "lift")
    assert "周小明" not in gao[0].page.content()
    sign(he, address, "release")
    assert "周小明" not in he[0].page.content()
    lin.go(address)
    assert "周小明" not in lin.page.content()
    lin.follow("#send-read")
    assert "周小明" in lin.page.inner_text("section.revealed")
    assert "13800000000" not in lin.page.content(), "the number was lifted and not released"

    lin.follow("#send-close")
    lin.go(address)
    assert lin.page.query_selector("#send-read") is None
    assert "周小明" not in lin.page.content()
    zhou.go("/mailbox")
    for step in STEPS:
        assert step in zhou.text, step


def test_what_the_reporter_says_is_read_before_anybody_decides_on_pages_for_everybody(
    person: Callable[..., Person],
) -> None:
    zhou = person(NARROW)
    zhou.report()
    zhou.follow("main a.button")
    lin, _ = at_work(person, "lin")
    (gao, gaos), (he, _) = (at_work(person, who, NARROW, script=True) for who in ("gao", "he"))
    accepted(lin)
    address = asked(lin)
    for text in ("", SAID + "没有空格的长句" * 50 + "x" * 200):
        zhou.go("/mailbox")
        zhou.page.click("summary:has-text('对这份申请有话说')")
        zhou.page.fill("textarea[id^=statement-]", text)
        zhou.follow("[id^=send-statement-]")
        judge(zhou)
    assert "陈述已封存" in zhou.text
    gao.go(address)
    assert SAID in gao.text
    judge(gao)

    sign((gao, gaos), address, "lift")
    zhou.page.fill("textarea[id^=statement-]", "又想了想，不同意。")
    zhou.follow("[id^=send-statement-]")
    he.go(address)
    assert "请先问分管领导" in he.text
    assert SAID not in he.page.content()
    judge(he)


def slept_through(lin: Person, minutes: int) -> None:
    """Time goes by, while she works in another tab and stays signed in."""
    other = lin.context.new_page()
    for _ in range(0, minutes, NAP):
        lin.served.sleep(NAP)
        other.goto(f"{lin.served.address}/review/")
        assert "退出登录" in other.inner_text("body")
    other.close()


def test_when_the_hours_are_over_nothing_can_be_read_and_the_reporter_sees_five_entries(
    person: Callable[..., Person],
) -> None:
    zhou = person(PHONE, script=False)
    receipt = zhou.report()
    (lin, _), gao, he = (at_work(person, who) for who in ("lin", "gao", "he"))
    accepted(lin)
    address = asked(lin, hours=1)
    sign(gao, address, "lift")
    sign(he, address, "release")
    lin.go(address)
    lin.follow("#send-read")
    assert "周小明" in lin.page.inner_text("section.revealed")
    lin.go(address)

    slept_through(lin, minutes=60)
    lin.follow("#send-read")
    assert "看得到的内容已经销毁" in lin.text
    assert "周小明" not in lin.page.content()
    until(lin, address, "已到期")
    assert "已销毁" in lin.text
    assert lin.page.query_selector("#send-read") is None

    zhou.go("/mailbox")
    zhou.page.fill("#receipt", receipt)
    zhou.follow("#send")
    steps = zhou.page.locator("[aria-labelledby=requests] .steps strong").all_inner_texts()
    assert steps == ["申请知悉身份", "分管领导同意，开了第一道锁", "保密专员放行", "看了身份信息", "到期，内容已销毁"]
    assert "到此为止，谁也看不到了。" in zhou.text
    assert "有人看过您的身份" in zhou.text


def until(one: Person, address: str, said: str) -> None:
    """Look again until the page says it: what runs beside the requests comes by once a second."""
    end = time.monotonic() + PATIENCE
    while said not in one.text:
        assert time.monotonic() < end, one.text
        one.go(address)


def test_an_investigator_gets_a_summary_and_loses_it(person: Callable[..., Person]) -> None:
    reported(person)
    (lin, _), (gao, _), (chen, _) = (at_work(person, who) for who in ("lin", "gao", "chen"))
    assert chen.heading == "分给我的"
    assert "现在没有分给您的" in chen.text
    accepted(lin)

    gao.go("/review/")
    gao.follow("table.queue a >> nth=0")
    gao.page.click("summary:has-text('分给核查员')")
    gao.page.select_option("#officer", label="chen")
    gao.page.fill("#brief", BRIEF)
    gao.follow("#send-assign")
    assert "核查中" in gao.text

    chen.go("/review/assigned")
    chen.follow("table.queue a >> nth=0")
    assert BRIEF in chen.text
    assert "铁链子锁着" not in chen.page.content(), "the summary and not the report"
    here = chen.page.url
    gao.follow("text=不再办这一件")
    chen.page.goto(here)
    assert BRIEF not in chen.page.content()
    chen.go("/review/assigned")
    assert "现在没有分给您的" in chen.text
