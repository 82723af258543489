"""What the level above decides, in a real browser without script: a longer time limit, refused and then granted; whose
a report is that two offices do not want.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import PHONE, Person, Served, at_work, serving
from tests.browser.test_browser_triage import open_newest, sent
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
HERE, THERE = "长春市人民防空办公室", "四平市人民防空办公室"
WHY, OBJECTION, THEREFORE = "检测报告还要三周，已经约好。", "门牌是长春的，不归四平。", "出口在长春界内。"


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal of its own, where no code was used."""
    with serving(template, tmp_path_factory.mktemp("above") / "home") as one:
        yield one


def ask_for_longer(gao: Person, case: str, days: str) -> None:
    gao.page.goto(case)
    if not gao.page.locator("#by").is_visible():
        gao.page.click("summary:has-text('申请延期')")
    gao.page.fill("#by", days)
    gao.page.check("input[name=cause] >> nth=0")
    gao.page.fill("#grounds", WHY)
    gao.follow("#send-extend")


def waiting(lead: Person, section: str) -> None:
    """The one thing that waits there."""
    lead.go("/review/motions")
    lead.follow(f"table[aria-label='{section}'] a")


def test_the_level_above_refuses_and_grants_more_time_and_says_whose_a_report_is(
    person: Callable[..., Person],
) -> None:
    zhou = sent(person, category="EXIT-01")
    (lin, _), (gao, _), (lead, _) = (at_work(person, who, PHONE) for who in ("lin", "gao", "sheng-lead"))
    open_newest(lin, "EXIT-01")
    lin.page.fill("#subject", "安全出口上锁")
    lin.follow("#send-accept")
    case = lin.page.url.partition("?")[0]
    assert "等分管领导分给核查员" in lin.page.inner_text(".ahead")

    ask_for_longer(gao, case, "90")
    assert gao.page.input_value("#grounds") == WHY, "beyond the ceiling: refused, nothing lost"
    ask_for_longer(gao, case, "20")
    waiting(lead, "等您复核")
    assert WHY in lead.text
    lead.follow("#send-refuse")
    gao.page.goto(case)
    assert "没有通过" in gao.page.inner_text("section[aria-labelledby=clocks]")
    ask_for_longer(gao, case, "20")
    waiting(lead, "等您复核")
    lead.page.check("input[name=sure]")
    lead.follow("#send-confirm")
    zhou.go("/mailbox")
    assert "延长了 20 天" in zhou.text
    assert WHY not in zhou.text

    second = sent(person, category="EXIT-03")
    qin, _ = at_work(person, "qin", PHONE)
    open_newest(lin, "EXIT-03")
    lin.page.click("summary:has-text('转办')")
    lin.page.select_option("[name=office]", label=THERE)
    lin.page.fill("[name=note]", "请看是不是四平的。")
    lin.follow("#send-transfer")
    open_newest(qin, "EXIT-03")
    qin.page.click("summary:has-text('提争议')")
    qin.page.fill("#objection", OBJECTION)
    qin.follow("#send-dispute")
    waiting(lead, "等您决定")
    assert OBJECTION in lead.text
    lead.page.select_option("[name=handler]", label=HERE)
    lead.page.fill("#therefore", THEREFORE)
    lead.follow("#send-settle")
    open_newest(lin, "EXIT-03")
    assert THEREFORE in lin.text
    assert "提争议" not in lin.text, "what was decided is not disputed again"
    second.go("/mailbox")
    assert HERE in second.text
    assert OBJECTION not in second.text
