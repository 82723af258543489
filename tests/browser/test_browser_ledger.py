"""An auditor at work, in a real browser: who looked, a case, a day, what stands out, a file; legible at both widths."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE, Person, Served, at_work, serving
from tests.browser.test_browser_access import judge
from tests.browser.test_browser_disclosure import reported
from tests.overseeing import LEDGER
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
SECRETS = ("周小明", "13800000000", "蓝鲸", "6号安全出口")


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal of its own, where no code was used and the ledger is short."""
    with serving(template, tmp_path_factory.mktemp("auditing") / "home") as one:
        yield one


def test_an_auditor_finds_who_looked_and_takes_a_file_along(person: Callable[..., Person]) -> None:
    reported(person)
    lin, _ = at_work(person, "lin")
    lin.follow("table.queue a >> nth=0")
    lin.go(LEDGER)
    assert lin.heading == "这一步不由您办"

    shen, codes = at_work(person, "shen")
    assert shen.heading == "审计台账"
    assert "有一步没有办成" in shen.page.inner_text("table.ledger")
    shen.page.click("details.filters summary")
    shen.page.select_option("#officer", label="lin")
    shen.page.select_option("#effect", "reveals")
    shen.follow("details.filters button")
    rows = shen.page.locator("table.ledger tbody tr")
    assert ["打开阅读" in one for one in rows.all_inner_texts()].count(True) == 1
    shen.follow("table.ledger tbody tr:has-text('打开阅读') td:last-child a")
    assert "谁看过" in shen.text
    assert "lin" in shen.page.inner_text("table.numbers")
    shen.follow("table.numbers a:has-text('lin')")
    assert shen.heading == "lin 的一天"
    assert shen.page.locator("svg[role=img] rect.reveals").count() >= 2
    for path in ("/signs", "/matrix", "/figures", "/inspection"):
        shen.go(LEDGER + path)
        assert not [secret for secret in SECRETS if secret in shen.page.content()]
    shen.go(f"{LEDGER}/export?event=opened")
    shen.page.fill("[name=otp]", codes())
    with shen.page.expect_download() as coming:
        shen.page.click("#send-export")
    head, *lines = csv.reader(Path(coming.value.path()).read_text("utf-8-sig").splitlines())
    assert [(dict(zip(head, line, strict=True))["谁"], line[6]) for line in lines] == [("lin", "打开阅读")]
    shen.go(f"{LEDGER}?event=exported")
    assert "导出" in shen.page.inner_text("table.ledger")


def test_the_pages_of_an_auditor_are_accessible_at_both_widths(person: Callable[..., Person]) -> None:
    reported(person)
    lin, _ = at_work(person, "lin")
    lin.follow("table.queue a >> nth=0")
    lin.go(LEDGER)
    shen, _ = at_work(person, "shen", script=True)
    hrefs = "(kind) => document.querySelector(`a[href*='/ledger/${kind}/']`).getAttribute('href')"
    shen.go(f"{LEDGER}?officer={shen.served.template.cast['lin'].officer_id}")
    things = [shen.page.evaluate(hrefs, kind) for kind in ("entries", "cases", "officers")]
    sums = [f"{LEDGER}/{page}" for page in ("signs", "matrix", "matrix?by=cases", "figures", "inspection", "export")]
    for width, height in (PHONE, DESK):
        shen.page.set_viewport_size({"width": width, "height": height})
        for path in (LEDGER, *things, *sums):
            shen.go(path)
            judge(shen)
