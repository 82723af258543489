"""For everybody: axe finds nothing, the form is filled in with the keyboard alone, 320 px are enough."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NARROW, PHONE, Person

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
SHOWS_FOCUS = """element => {
  const parts = ["outline", "boxShadow", "backgroundColor", "borderWidth"];
  const look = (one, part) => parts.map(name => getComputedStyle(one, part)[name]).join();
  const both = () => look(element) + (element.nextElementSibling ? look(element.nextElementSibling, '::before') : '');
  const focused = both();
  element.blur();
  const rest = both();
  element.focus();
  return focused !== rest;
}"""
FOCUSED = """() => {
  const e = document.activeElement;
  return e === document.body ? '' : e.name ? e.name + (e.type === 'radio' ? '=' + e.value : '') : e.id || e.className;
}"""


def judge(someone: Person) -> None:
    """Nothing found by axe, nothing wider than the window, with every fold open."""
    while (fold := someone.page.locator("details:not([open]) > summary")).count():
        fold.first.click()
    found = Axe().run(someone.page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
    width = someone.page.evaluate("document.documentElement.scrollWidth")
    assert width <= someone.page.viewport_size["width"]


@pytest.mark.parametrize("path", ["/", "/report", "/mailbox", "/privacy", "/review/login", "/nowhere"])
def test_a_page_for_everybody_is_accessible_and_narrow(person: Callable[..., Person], path: str) -> None:
    visitor = person(NARROW)
    visitor.go(path)
    judge(visitor)


def test_the_pages_of_a_reporter_are_accessible_and_narrow(person: Callable[..., Person]) -> None:
    zhou = person(NARROW)
    zhou.go("/report")
    zhou.follow("#send")
    judge(zhou)
    zhou.fill(place="长" * 200, respondent="W" * 200)
    zhou.follow("#send")
    judge(zhou)
    zhou.follow("main a.button")
    judge(zhou)
    zhou.page.fill("#text", "没有空格的长句" * 50 + "x" * 500)
    zhou.follow("#send-letter")
    judge(zhou)


def test_the_pages_of_an_officer_are_accessible_and_narrow(person: Callable[..., Person]) -> None:
    person(NARROW).report(respondent="W" * 200, division="220102")
    gao = person(NARROW)
    gao.sign_in("gao")
    judge(gao)
    gao.follow("table.queue a >> nth=0")
    judge(gao)


def test_the_summary_takes_the_focus_and_its_links_lead_to_the_fields(person: Callable[..., Person]) -> None:
    zhou = person(PHONE)
    zhou.go("/report")
    zhou.follow("#send")
    zhou.page.locator(".errors:focus").wait_for()  # autofocus comes with the first picture, not with the first byte
    for link in zhou.page.locator(".errors a").all():
        target = link.get_attribute("href")
        link.click()
        zhou.page.locator(f"{target}:focus").wait_for()


def test_the_form_is_filled_in_and_sent_with_the_keyboard_alone(person: Callable[..., Person]) -> None:
    zhou = person()
    zhou.go("/report")
    keys, reached = zhou.page.keyboard, []
    typed = {
        "category": "EXIT",
        "description": "链子锁着",
        "division": "南关",
        "place": "地下二层",
        "name": "周小明",
        "phone": "13800000000",
    }
    chosen = {"concerns_office=no", "mode=identified"}
    for _ in range(60):
        keys.press("Tab")
        name = zhou.page.evaluate(FOCUSED)
        if name not in reached:  # a day has a stop for year, month and day
            assert zhou.page.evaluate_handle("document.activeElement").evaluate(SHOWS_FOCUS), name
        reached.append(name)
        if name in {"category", "division"}:
            keys.press("ArrowDown")
        elif name in typed:
            keys.insert_text(typed[name])
        elif name in chosen:
            keys.press("Space")
        if name == "phone":
            break
    order = ["category", "description", "ongoing=now", "occurred_on", "division", "place", "respondent"]
    order += ["concerns_office=no", "superior", "mode=identified", "name", "phone"]
    assert [name for number, name in enumerate(reached) if name in order and name not in reached[:number]] == order
    assert "website" not in reached
    keys.press("Enter")
    assert len(zhou.receipt) == 29
