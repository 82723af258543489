"""A case from its plan to its end, and an objection that was right, in a real browser without script."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import pytest

from portal.domain.clocks import SHANGHAI
from tests import verification
from tests.browser.conftest import NARROW, PHONE, Person, Served, at_work, serving
from tests.staffing import Staff
from tests.world import Template, World

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
BRIEF = "看全部安全出口能不能推开，不要事先通知。"
WORDS = "锁又挂上了，你们去的那天是拿下来的。"
ANSWER = "我们又去看了，您说得对，重新核查。"


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With an investigator at the province, who took part in nothing."""
    world = World.copy(template, tmp_path_factory.mktemp("seated") / "home")
    verification.seat(Staff(world), "sheng-chen")
    seated = world.keep(template)
    with serving(seated, tmp_path_factory.mktemp("verifying") / "home") as one:
        one.template.cast = world.cast
        yield one


def today(days: int = 0) -> str:
    return (datetime.now(SHANGHAI) + timedelta(days=days)).date().isoformat()


def send(one: Person, button: str, typed: Mapping[str, str], *chosen: str) -> None:
    """Fill in a form as a person does: what is typed, then what is chosen."""
    for name, text in typed.items():
        one.page.fill(f"#{name}", text)
    for choice in chosen:
        one.page.check(f"input[name={choice.partition('=')[0]}][value={choice.partition('=')[2]}]")
    one.follow(f"#{button}")


def paper(one: Person, link: str, typed: Mapping[str, str], *chosen: str, item: str = "") -> None:
    """Write a paper from the page of the case."""
    one.follow(f"a:text-is('{link}')")
    if item:
        one.page.select_option("#item", item)
    send(one, "send-paper", typed, *chosen)
    assert not one.page.title().startswith("错误"), one.page.inner_text("main")


def accepted(lin: Person) -> str:
    lin.follow("table.queue a >> nth=0")
    lin.page.fill("#subject", "安全出口上锁")
    lin.follow("#send-accept")
    return lin.page.url.partition("?")[0].removeprefix(lin.served.address)


def assigned(gao: Person, case: str) -> None:
    gao.go(case)
    gao.page.click("summary:has-text('分给核查员')")
    gao.page.select_option("#officer", label="chen")
    gao.page.fill("#brief", BRIEF)
    gao.follow("#send-assign")


def check(chen: Person) -> None:
    """Plan, visit and a finding; then the conclusion is proposed."""
    chen.follow("table.queue a >> nth=0")
    assert BRIEF in chen.text
    plan = {"items": "6号出口上锁", "hidden": "按月度检查的名义去。", "on": today(), "officers": "陈、刘"}
    paper(chen, "写核查方案", plan, "announced=unannounced")
    visit = {"on": today(), "place": "地下二层东侧", "officers": "陈、刘", "seen": "挂着铁链。"}
    paper(chen, "记现场检查", visit, "announced=unannounced")
    paper(chen, "逐项认定", {"facts": "锁着。"}, "outcome=substantiated", "known=no", item="1")
    paper(chen, "提出核查结论", {"facts": "6号出口锁着。", "handling": "当场打开。"})


def agreed(lead: Person, case: str) -> None:
    """The second person reads the file and signs."""
    lead.go(case)
    lead.follow("a:has-text('在等复核')")
    send(lead, "send-confirm", {}, "sure=y")
    assert "已复核" in lead.text


def told(lin: Person, case: str) -> None:
    lin.go(case)
    lin.follow("a:text-is('反馈举报人')")
    typed = {"facts": "我们去看了，6号出口锁着。", "handling": "当场打开。", "reward": "等处罚决定。"}
    send(lin, "send-feedback", typed, "eligible=later")


def concluded(person: Callable[..., Person]) -> tuple[Person, Person, Person, Person, str]:
    """Reported, taken up, checked, agreed to and told."""
    zhou = person(PHONE, script=False)
    zhou.report()
    zhou.follow("main a.button")
    lin, gao, chen = (at_work(person, who)[0] for who in ("lin", "gao", "chen"))
    lin.go("/review/")
    case = accepted(lin)
    assigned(gao, case)
    chen.go("/review/assigned")
    check(chen)
    agreed(gao, case)
    told(lin, case)
    zhou.go("/mailbox")
    assert "等处罚决定生效以后再定" in zhou.text
    return zhou, lin, gao, chen, case


def test_a_case_is_checked_concluded_told_of_put_right_and_closed(person: Callable[..., Person]) -> None:
    zhou, _, gao, chen, case = concluded(person)
    chen.go("/review/assigned")
    chen.follow("table.queue a >> nth=0")
    paper(chen, "责令整改", {"what": "铁链拿掉。", "until": today(20)})
    gao.go(case)
    gao.follow("a:text-is('办结')")
    send(gao, "send-close", {}, "sure=y")
    assert "已办结" in gao.page.inner_text(".state")
    zhou.go("/mailbox")
    assert "已办结" in zhou.text
    for page in (chen.page, zhou.page):
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        page.reload()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_an_objection_that_was_right_has_the_case_worked_on_anew(person: Callable[..., Person]) -> None:
    zhou, _, _, _, case = concluded(person)
    zhou.page.click("summary:has-text('写异议')")
    send(zhou, "send-objection", {"objection-text": WORDS})
    assert "等复查" in zhou.text
    lead = at_work(person, "sheng-lead")[0]
    lead.go("/review/objections")
    lead.follow("a:text-is('交办复查')")
    lead.page.select_option("#officer", label="sheng-chen")
    send(lead, "send-reviewer", {"brief": "看锁是不是又挂上了。"})
    reviewer = at_work(person, "sheng-chen")[0]
    reviewer.go("/review/assigned")
    reviewer.follow("table.queue a >> nth=0")
    assert WORDS in reviewer.text
    paper(reviewer, "提出复查结论", {"grounds": "又锁上了。", "answer": ANSWER}, "verdict=upheld")
    agreed(lead, case)
    zhou.go("/mailbox")
    assert ANSWER in zhou.text
    assert "正在核查" in zhou.text
    reviewer.go("/review/assigned")
    assert "现在没有分给您的" in reviewer.text
