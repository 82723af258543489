"""A duplicate is merged, a concealment is handed on before anything else; in a real browser without script."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import PHONE, Person, Served, at_work, serving
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
HANDED = "改造区配电房一侧去年的事故没有上报，请挂牌督办。"


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal of its own, where no code was used."""
    with serving(template, tmp_path_factory.mktemp("triage") / "home") as one:
        yield one


def sent(person: Callable[..., Person], **changes: str) -> Person:
    """Somebody on a phone."""
    one = person(PHONE, script=False)
    one.report(**changes)
    return one


def open_newest(lin: Person, category: str) -> None:
    """The only report of a kind that waits."""
    lin.go(f"/review/?state=received&category={category}")
    lin.follow("table.queue a >> nth=0")


def test_a_duplicate_goes_with_the_other_and_a_concealment_to_the_committee_first(
    person: Callable[..., Person],
) -> None:
    sent(person, category="EXIT-03")
    lin, _ = at_work(person, "lin")
    open_newest(lin, "EXIT-03")
    lin.page.fill("#subject", "安全出口不够")
    lin.follow("#send-accept")
    number = lin.page.inner_text("main p.small >> nth=0").rpartition(" ")[2]

    second = sent(person, category="EXIT-03")
    open_newest(lin, "EXIT-03")
    lin.page.click("summary:has-text('并案')")
    lin.page.fill("#main_number", number)
    lin.follow("#send-merge")
    assert "一并办理" in lin.page.inner_text("section[aria-labelledby=together]")
    second.go("/mailbox")
    assert "一并办理" in second.text
    assert number not in second.page.content()

    hidden = sent(person, category="ACCIDENT-01")
    open_newest(lin, "ACCIDENT-01")
    assert "要先移送" in lin.text
    lin.page.click("summary:has-text('并案')")
    lin.page.fill("#main_number", number)
    lin.follow("#send-merge")
    assert "安全生产法 73(2)" in lin.page.inner_text(".errors")
    for body in ("GOVERNMENT", "COMMITTEE"):
        lin.page.check(f"input[name=body][value={body}]")
        lin.page.check("input[name=extent][value=part]")
        lin.page.fill("#handed", HANDED)
        lin.page.check("#clean")
        lin.follow("#send-refer")
    assert "要先移送" not in lin.text
    lin.follow("section[aria-labelledby=referrals] a")
    slip = lin.page.inner_text(".card")
    assert HANDED in slip
    for kept in (number, "铁链", "周小明", "13800000000"):
        assert kept not in slip
    hidden.go("/mailbox")
    assert HANDED not in hidden.text
