"""A report goes to another office, in a real browser without script: read there, not here; its name follows later."""

from collections.abc import Callable, Iterator

import pytest

from tests.browser.conftest import Person, Served, at_work, serving
from tests.browser.test_browser_disclosure import reported
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
NOTE, THERE = "出口在四平界内。", "四平市人民防空办公室"


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal of its own, where no code was used."""
    with serving(template, tmp_path_factory.mktemp("transferring") / "home") as one:
        yield one


def test_a_report_is_handed_on_read_there_and_its_name_follows_by_two_peoples_steps(
    person: Callable[..., Person],
) -> None:
    zhou = reported(person)
    (lin, _), (qin, _) = at_work(person, "lin"), at_work(person, "qin")
    lin.follow("table.queue a >> nth=0")
    case = lin.page.url
    lin.page.click("summary:has-text('转办')")
    lin.page.select_option("[name=office]", label=THERE)
    lin.page.fill("[name=note]", NOTE)
    lin.follow("#send-transfer")
    assert "已转办" in lin.page.inner_text(".done")
    lin.page.goto(case)
    assert lin.heading == "没有这一页"

    qin.page.reload()
    qin.follow("table.queue a >> nth=0")
    assert NOTE in qin.page.inner_text("section[aria-labelledby=letters]")
    assert "6号安全出口" in qin.text

    for officer, codes in (at_work(person, "gao"), at_work(person, "he")):
        officer.go("/review/keeping")
        officer.page.fill("[name=otp]", codes())
        officer.follow("main form button")
        assert "已" in officer.page.inner_text(".done")
        assert "周小明" not in officer.page.content()

    zhou.go("/mailbox")
    assert f"转给{THERE}办理" in zhou.text
    assert NOTE not in zhou.text
    assert "身份改由现在办理的单位保管" in zhou.text
