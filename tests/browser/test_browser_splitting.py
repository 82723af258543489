"""A wrong merge is undone, and whoever is threatened is protected; in a real browser without script."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import Person, Served, at_work, serving
from tests.browser.test_browser_triage import open_newest, sent
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal of its own, where no code was used."""
    with serving(template, tmp_path_factory.mktemp("splitting") / "home") as one:
        yield one


def test_what_was_merged_wrongly_is_split_and_its_reporter_reads_what_is_now(person: Callable[..., Person]) -> None:
    first = sent(person, category="EXIT-03")
    lin, _ = at_work(person, "lin")
    open_newest(lin, "EXIT-03")
    lin.page.fill("#subject", "安全出口不够")
    lin.follow("#send-accept")
    number = lin.page.inner_text("main p.small >> nth=0").rpartition(" ")[2]

    second = sent(person, category="EXIT-03")
    open_newest(lin, "EXIT-03")
    lin.page.click("summary:has-text('和别的案件是同一件事')")
    lin.page.fill("#main_number", number)
    lin.follow("#send-merge")
    second.go("/mailbox")
    assert "一并办理" in second.text

    lin.page.click("summary:has-text('并错了')")
    lin.page.check("input[name=split_reason][value=other_place]")
    lin.page.fill("#split_words", "看了照片，是另一个商场的出口。")
    lin.follow("#send-split")
    assert "已拆分，单独办理" in lin.text
    assert "待受理" in lin.page.inner_text("p.state >> nth=0")
    second.go("/mailbox")
    assert "待受理" in second.text
    assert "从原来的起点接着算" in second.text
    first.go("/mailbox")
    for mailbox in (first, second):
        for kept in ("拆分", "并案", "另一个商场"):
            assert kept not in mailbox.page.content()


def test_whoever_is_threatened_is_protected_first_and_reads_so(person: Callable[..., Person]) -> None:
    zhou = sent(person, category="RETALIATE-01")
    lin, _ = at_work(person, "lin")
    open_newest(lin, "RETALIATE-01")
    lin.page.click("button:has-text('签收')")
    assert "先保护举报人，再查有没有打击报复" in lin.text
    lin.page.click("summary:has-text('办了什么保护')")
    lin.page.check("input[name=measure][value=warned]")
    lin.page.fill("#arranged", "今天发了告诫书，没有提是谁。")
    lin.follow("#send-protect")
    zhou.go("/mailbox")
    assert "没有说是谁举报的" in zhou.text
    lin.page.click("summary:has-text('查过有没有打击报复了')")
    lin.page.check("input[name=turned_out][value=unconfirmed]")
    lin.page.fill("#checked_how", "问了人事和同班组的人。")
    lin.follow("#send-retaliation")
    zhou.go("/mailbox")
    assert "没有查到打击报复" in zhou.text
    assert "告诫书，没有提" not in zhou.page.content()
