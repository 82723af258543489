"""Real Chromium on every page: WCAG by axe, no sideways scrolling at 320 px, nothing the policy blocks."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, render_template
from werkzeug.serving import make_server

from tests.visitor import PICTURE
from tests.web.samples import PAGES, Samples, make_app

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


def published() -> Flask:
    app = make_app(languages=("zh-Hans", "en"), demo=True)
    for name, (_, template, context) in Samples(str).all().items():
        app.add_url_rule(
            f"/{name}", name, lambda template=template, context=context: render_template(template, **context())
        )
    for name, place in (
        ("office", "/review/cases/x/files/1"),
        ("own", "/mailbox/evidence/1"),
        ("letter", "/review/payouts/x/letter"),
    ):
        app.add_url_rule(f"{place}/<int:at>", name, lambda at: Response(PICTURE[at], mimetype="image/png"))
    return app


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, published(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "scheme"),
    [(name, "light") for name in PAGES if name != "left"]
    + [(name, "dark") for name in ("home", "report-errors", "receipt", "mailbox-seen", "queue", "case")],
)
def test_page_is_accessible_and_narrow(chromium, address, name, scheme):
    with chromium.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{address}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for summary in page.locator("summary").all():
            summary.click()
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
        small = page.evaluate(
            """[...document.querySelectorAll('button, .button, .exit, summary, input, select, textarea')]
            .filter(e => !['hidden'].includes(e.type) && !e.closest('.away') && e.getBoundingClientRect().height)
            .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"""
        )
        assert small == []
        assert complaints == []


def test_the_form_can_be_filled_and_left_without_script(chromium, address):
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/report")
        page.check("#mode-anonymous")
        assert not page.locator("#phone").is_visible()
        page.check("#mode")
        assert page.locator("#name").is_visible()
        page.check("#mode-contact")
        assert page.locator("#phone").is_visible()
        assert not page.locator("#name").is_visible()


def test_the_error_summary_has_the_focus_and_leads_to_the_field(chromium, address):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/report-errors")
        assert page.evaluate("document.activeElement.className") == "errors"
        page.click(".errors a >> nth=0")
        assert page.evaluate("document.activeElement.id") == "description"
