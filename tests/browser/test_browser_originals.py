"""Files from hand to hand, in real browsers: what officers see of them, what is written down, what two locks open."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Download

from tests.browser.conftest import PHONE, Person, Served, at_work, serving
from tests.browser.test_browser_access import judge
from tests.browser.test_browser_disclosure import sign
from tests.browser.test_browser_evidence import chosen
from tests.cameras import CANARY, document, picture, saved, tell_everything
from tests.filing import SOUND
from tests.overseeing import LEDGER
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]


@pytest.fixture
def served(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A portal of its own, where no code was used and the ledger is short."""
    with serving(template, tmp_path_factory.mktemp("originals") / "home") as one:
        yield one


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """As a telephone takes it: it says where, when and with which."""
    folder = tmp_path_factory.mktemp("camera")
    return tell_everything(folder, {"IMG_0001.jpg": saved(picture(), "JPEG")})["IMG_0001.jpg"]


def kept(someone: Person, button: str) -> tuple[Download, bytes]:
    """What a button gives to be kept."""
    with someone.page.expect_download() as coming:
        someone.page.click(button)
    return coming.value, Path(coming.value.path()).read_bytes()


def hand_in(zhou: Person, *files: tuple[str, bytes]) -> str:
    """With script, in pieces; the photo says where it was taken, so the page stays to offer that. Gives the code."""
    receipt = zhou.report()
    zhou.follow("a[href='/mailbox/evidence']")
    zhou.page.set_input_files("#files", chosen(*files))
    zhou.page.fill("#caption", "六号门")
    zhou.page.click("#send-files")
    zhou.page.locator("#place:visible").wait_for()
    judge(zhou)
    return receipt


def hand_in_plainly(zhou: Person, receipt: str, file: bytes) -> None:
    """From another browser, with the code, without script."""
    zhou.go("/mailbox")
    zhou.page.fill("#receipt", receipt)
    zhou.follow("#send")
    zhou.follow("a[href='/mailbox/evidence']")
    zhou.page.set_input_files("#files", chosen(("她的声音.mp3", file)))
    zhou.follow("#send-files")
    assert "它像姓名一样封存着" in zhou.page.inner_text("ol.outcomes")


def look_and_take(lin: Person, photo: bytes) -> None:
    """The working copies: one picture at a time; nothing of what is sealed apart."""
    lin.follow("table.queue a >> nth=0")
    assert "现在谁也看不到" in lin.page.inner_text("article:has-text('文件3')")
    assert "不带时间、地点、手机型号" in lin.page.inner_text("article:has-text('文件1')")
    assert not lin.page.locator("img[src*='/files/']").count()
    case = lin.page.url
    lin.follow("a[href$='/files/1']")
    assert lin.page.evaluate("document.querySelector('.picture img').naturalWidth") == 320
    lacks = lin.page.inner_text("[aria-labelledby=copy] p")
    for removed in ("拍摄地点", "手机或相机的型号、编号和设置"):
        assert removed in lacks
    download, copy = kept(lin, "#send-take")
    assert download.suggested_filename == "file-1.jpg"
    assert copy.startswith(b"\xff\xd8\xff")
    assert CANARY.encode() not in copy
    assert CANARY.encode() in photo
    lin.page.goto(f"{case}/files/2")
    lin.follow("nav.pages a[rel=next]")
    assert "第2页，共2页" in lin.text
    judge(lin)
    lin.page.goto(f"{case}/files/3")
    assert not lin.page.locator(".picture, #send-take").count()
    lin.page.goto(case)


def ordered(lin: Person) -> str:
    """A request for the photo as it was sent, on a lawful order; its address."""
    lin.page.click("summary:has-text('申请知悉')")
    lin.page.check("[name=ground][value=POLICE_ORDER]")
    lin.page.check("[name=fields][value=original_1]")
    lin.page.fill("#hours", "24")
    lin.page.fill("#why", "公安机关持调取证据通知书到场，要照片的原件。")
    lin.page.click("summary:has-text('凭文书调取的')")
    lin.page.fill("#document", "长公（刑）调证字〔2026〕12号")
    lin.follow("#send-request")
    return lin.page.get_attribute("a[href*='/review/disclosures/']", "href") or ""


def released(person: Callable[..., Person], address: str) -> None:
    """The lead lifts; the custodian reads what kind of file it is, and releases it."""
    sign(at_work(person, "gao"), address, "lift")
    he, codes = at_work(person, "he")
    he.go(address)
    assert "原文件1 · 图片" in he.text
    assert "六号门" not in he.text
    he.page.check("[name=fields][value=original_1]")
    he.page.fill("#otp", codes())
    he.follow("#send-release")


def entered(shen: Person, event: str) -> list[list[str]]:
    """What the auditor reads of steps of one kind, the newest first: what was done, and to what."""
    shen.go(f"{LEDGER}?event={event}")
    assert "六号门" not in shen.text
    return [one.inner_text().split("\n") for one in shen.page.locator("table.ledger tbody td:nth-child(3)").all()]


def test_officers_work_with_copies_each_look_is_an_entry_and_two_locks_open_the_very_bytes(
    person: Callable[..., Person], photo: bytes
) -> None:
    zhou, plain = person(PHONE), person(PHONE, script=False)
    receipt = hand_in(zhou, ("IMG_0001.jpg", photo), ("周小明的情况.pdf", document(2)))
    hand_in_plainly(plain, receipt, SOUND)
    lin, _ = at_work(person, "lin", script=True)
    look_and_take(lin, photo)
    released(person, address := ordered(lin))
    lin.go(address)
    judge(lin)
    download, original = kept(lin, "#send-original-1")
    assert download.suggested_filename == "original-1.jpg"
    assert sha256(original).hexdigest() == sha256(photo).hexdigest()

    shen, _ = at_work(person, "shen")
    shown = [f"第几个文件：{file} 第几张图：{picture}" for file, picture in ((2, 2), (2, 1), (1, 1))]
    assert [" ".join(one[1:]).strip() for one in entered(shen, "file_shown")] == shown
    assert [one[1] for one in entered(shen, "file_taken")] == ["第几个文件：1"]
    ((_, *told),) = entered(shen, "identity_read")
    assert "哪几项：原文件1" in told
    for one in (zhou, plain):
        one.go("/mailbox/accesses")
        assert "原文件1" in one.page.inner_text("article")
        days = one.page.inner_text("ul.days")
        assert "看文件的图 3 次" in days
        assert "下载文件 1 次" in days
