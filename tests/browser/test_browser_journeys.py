"""The main journey in a real browser: on a phone and at a desk, with and without script."""

import http.client
import re
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.browser.conftest import DESK, PHONE, Person, Served
from tests.pages import EXIT

pytestmark = pytest.mark.browser

# A one-time code is taken once in 30 seconds: each journey has an officer of its own.
JOURNEYS = [
    pytest.param(PHONE, True, "lin", {"division": "220102"}, "220100-", id="phone"),
    pytest.param(PHONE, False, "qin", {"division": "220302"}, "220300-", id="phone without script"),
    pytest.param(DESK, True, "sheng", {"division": "220203"}, "220000-", id="desk"),
    pytest.param(DESK, False, "ji", {"category": "OFFICIAL-02"}, "220000J-", id="desk without script"),
]


@pytest.mark.parametrize(("size", "script", "officer", "where", "number"), JOURNEYS)
def test_a_report_is_sent_taken_up_answered_and_read(
    person: Callable[..., Person],
    size: tuple[int, int],
    script: bool,  # noqa: FBT001
    officer: str,
    where: dict[str, str],
    number: str,
) -> None:
    zhou = person(size, script=script)
    zhou.go("/")
    zhou.follow("main a.button >> nth=0")
    zhou.follow("#send")
    assert "还差一点" in zhou.text
    zhou.fill(respondent=f"蓝鲸商场，报给 {officer}", **where)
    zhou.follow("#send")
    receipt = zhou.receipt
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}", receipt)
    assert receipt not in zhou.page.url
    zhou.follow("main a.button")
    assert "至今无人看过您的身份" in zhou.text

    lin = person(size, script=script)
    lin.sign_in(officer)
    assert lin.heading == "待办举报件"
    lin.follow(f"table.queue a:has-text('报给 {officer}')")
    assert "铁链子锁着" in lin.text
    assert "周小明" not in lin.page.content()
    assert "13800000000" not in lin.page.content()
    lin.follow("text=显示电话号码")
    assert lin.page.inner_text(".phone") == "13800000000"  # waits for the page
    lin.page.fill("#subject", "安全出口上锁")
    lin.follow("#send-accept")
    assert lin.heading == "安全出口上锁"
    assert number in lin.text
    lin.page.click("summary:has-text('写信给举报人')")
    lin.page.fill("#text", "已经派人去看，请留意查询箱。")
    lin.follow("#send-letter")
    assert "举报人还没有打开" in lin.text
    lin.follow("text=退出登录")
    assert lin.heading == "登录"

    again = person(size, script=script)
    again.go("/mailbox")
    again.page.fill("#receipt", receipt.lower().replace("-", " "))
    again.follow("#send")
    assert again.heading == "我的举报"
    assert "已经派人去看" in again.text
    assert number in again.text
    assert "看了电话号码" in again.text
    again.follow("text=看完了，关上查询箱")
    again.go("/mailbox")
    assert again.heading == "查进度、看回复"


@pytest.mark.sqlite
def test_a_double_click_is_one_report(person: Callable[..., Person]) -> None:
    zhou = person(PHONE)
    zhou.go("/report")
    zhou.fill(description="双击")
    zhou.page.dblclick("#send")
    receipt = zhou.receipt
    zhou.page.reload()
    assert zhou.receipt == receipt
    assert "没有重复登记" in zhou.text


@pytest.mark.sqlite
@pytest.mark.parametrize("script", [True, False])
def test_the_quick_exit_leads_away_without_a_word_of_where_one_was(
    person: Callable[..., Person],
    script: bool,  # noqa: FBT001
) -> None:
    zhou = person(PHONE, script=script)
    headers: list[dict[str, str]] = []

    def answer(route) -> None:
        headers.append(route.request.all_headers())
        route.fulfill(body="elsewhere")

    zhou.context.route(f"{EXIT}**", answer)
    receipt = zhou.report()
    zhou.page.click(".exit")
    zhou.page.wait_for_url(EXIT)
    assert "referer" not in headers[0]
    zhou.asked = [url for url in zhou.asked if url != EXIT]
    zhou.page.go_back()  # a browser sends the form again, on some after asking
    assert zhou.heading == "这件举报早已收到"
    assert receipt not in zhou.page.content()
    assert "铁链子" not in zhou.page.content()
    zhou.go("/mailbox")
    assert zhou.heading == "查进度、看回复"


@pytest.mark.sqlite
def test_two_megabytes_get_a_page_and_not_a_broken_line(served: Served) -> None:
    with closing(http.client.HTTPConnection(served.address.removeprefix("http://"), timeout=20)) as connection:
        body = b"description=" + b"a" * 2_000_000
        connection.request("POST", "/report", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        assert answer.status == 413
        assert "没有收下任何内容" in answer.read().decode()


@pytest.mark.sqlite
def test_the_code_can_be_saved_as_a_file(person: Callable[..., Person]) -> None:
    zhou = person(PHONE)
    receipt = zhou.report()
    with zhou.page.expect_download() as download:
        zhou.page.click("text=存成文本文件")
    assert download.value.suggested_filename == "code.txt"
    assert receipt in download.value.path().read_text(encoding="utf-8")


@pytest.mark.sqlite
def test_on_paper_the_code_is_there_and_the_rest_of_the_page_is_not(person: Callable[..., Person]) -> None:
    zhou = person(DESK)
    zhou.report()
    zhou.page.emulate_media(media="print")
    for gone in (".exit", ".foot"):
        zhou.page.wait_for_selector(gone, state="hidden")  # the style may come after the page
    assert zhou.page.is_visible("#receipt")
    box = zhou.page.locator("#receipt").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= DESK[0]
