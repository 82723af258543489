"""Files in a real browser: in one go without script; in pieces with it, where a broken network costs one piece."""

from collections.abc import Callable

import pytest

from portal.domain.files import PIECE
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.test_browser_access import judge
from tests.visitor import PICTURE

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

SOUND = b"#!AMR\n" + bytes(range(256)) * 2700  # four pieces
BROKEN = 2  # times that the network breaks


def chosen(*files: tuple[str, bytes]) -> list[dict[str, object]]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files]


def arrive(zhou: Person) -> None:
    """Report, note the code, go on to the files at once."""
    zhou.report()
    zhou.follow("a[href='/mailbox/evidence']")
    assert zhou.heading == "照片和文件"


def test_without_script_files_go_in_one_go_and_each_is_told_what_became_of_it(person: Callable[..., Person]) -> None:
    zhou = person(PHONE, script=False)
    arrive(zhou)
    assert "两分钟" in zhou.text
    zhou.page.set_input_files("#files", chosen(("门.png", PICTURE[0]), ("../页.jpg", b"<html>")))
    zhou.follow("#send-files")
    said = zhou.page.locator("ol.outcomes > li").all_inner_texts()
    assert [one[:3] for one in said] == ["收到了", "没有收"]
    zhou.follow("text=回到我的举报")
    assert "办公室只看重做的一份" in zhou.page.inner_text("#files ~ article")


def test_with_script_a_broken_network_costs_one_piece_and_not_the_file(person: Callable[..., Person]) -> None:
    zhou = person(DESK)
    arrive(zhou)
    assert "两分钟" not in zhou.text
    sent: list[str] = []

    def pass_on(route) -> None:
        sent.append(route.request.headers["piece"])
        if sent.count("1") <= BROKEN and sent[-1] == "1":
            route.abort()
        else:
            route.continue_()

    zhou.page.route("**/mailbox/evidence/uploads/piece", pass_on)
    zhou.page.set_input_files("#files", chosen(("声.amr", SOUND), ("页.jpg", b"<html>"), ("门.png", PICTURE[0])))
    zhou.page.fill("#caption", "六号门")
    zhou.page.click("#send-files")
    zhou.page.locator("text=网断了或者太慢").wait_for()
    judge(zhou)
    zhou.page.locator("#uploads-after a").wait_for()
    assert sent[:4] == ["0", "1", "1", "1"]
    assert sent[4:] in (["2", "0", "0"], ["2", "3", "0", "0"])  # two together where the link is quick
    assert len(SOUND) > 3 * PIECE
    said = zhou.page.locator("#uploads > li span").all_inner_texts()
    assert [one[:3] for one in said] == ["收到了", "网页文", "收到了"]
    assert "2 / 3" in zhou.page.inner_text("#uploads-said")
    judge(zhou)
    zhou.follow("#uploads-after a")
    assert zhou.page.locator("article .said").all_inner_texts() == ["六号门"] * 2
    assert zhou.complaints.pop(0).endswith("ERR_FAILED")
    zhou.complaints = [one for one in zhou.complaints if not one.endswith("ERR_FAILED")]


def test_when_all_is_taken_the_page_says_so_and_shows_it(person: Callable[..., Person]) -> None:
    zhou = person(PHONE)
    arrive(zhou)
    zhou.page.set_input_files("#files", chosen(("声.amr", SOUND[:1000])))
    zhou.page.click("#send-files")
    zhou.page.wait_for_url("**/mailbox/evidence?done=files")
    assert "都收到了" in zhou.text
    assert zhou.page.locator("#files-so-far article").count() == 1
    judge(zhou)
