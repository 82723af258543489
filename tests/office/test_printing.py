"""PDFs of pages: what is on them is what was said, whatever it looks like; and where none can be made, none is."""

import os
import sys
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from portal.domain.errors import BusyError
from portal.domain.printing_errors import NoFontError, NoGlyphError, NotPrintedError
from portal.office import doctor, printing
from portal.printing.ends import End
from portal.printing.page import Answers, Heading, Line, Page, Rows, Said, Signatures, Signed, Small, Steps

pytestmark = pytest.mark.sqlite
NASTY = (
    '#read("/etc/passwd")',
    '#panic() #eval("1+1") #import "@preview/x:1.0.0"',
    "$x^2$ *粗* _斜_ `码` @ref <label> \\ \\u{41} [甲] {乙} = 题 - 项 + 项 / 项: -- --- ... ~ // 注 /* 注 */",
    "\"直\" '引' “弯”",
    "שלום",
    "محمد",
    "=1+1",
    "%PDF-1.7 endobj <script>alert(1)</script> &amp; {{ 7*7 }}",
)
DAY = date(2026, 11, 27)


def page(*said: str, title: str = "奖励通知") -> Page:
    return Page(title, "zh-Hans", DAY, (Rows.of((f"第{at}行", one) for at, one in enumerate(said)),))


def text(pdf: bytes) -> str:
    """What somebody else's reader finds."""
    sheets = (sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(pdf))
    return "\n".join(sheets).replace("\r\n", "\n")


def instead(monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    """The child, after something else."""
    rest = "from portal.printing.child import main; main()"
    monkeypatch.setattr(printing, "COMMAND", (*printing.COMMAND[:-2], "-c", f"{first}\n{rest}"))


def test_what_anybody_wrote_is_shown_as_it_is_and_nowhere_read_as_typst() -> None:
    found = text(printing.pdf(page(*NASTY)))
    for said in NASTY:
        assert said in found.replace("\n", " ") or said in found.replace("\n", ""), said
    assert "root:" not in found


def test_every_kind_of_part_says_all_of_it_and_lines_stay_lines() -> None:
    parts = (
        Heading("二级标题"),
        Steps((("罚款：50,000.00 元", "依据：19号 第十一条"),)),
        Answers((("E01 哪一条", "符合", "因为这样", "待确认"),)),
        Said("第一行\n第二行"),
        Line("一句话。", "依据：某条"),
        Signed("四平市人民防空办公室", "2026年11月27日（星期五）"),
        Signatures((("提请人", "chen"), ("审批人", "")), "签字并写日期。"),
        Small("打印日期"),
    )
    found = text(printing.pdf(Page("举报奖励审批表", "zh-Hans", DAY, parts)))
    whole = "举报奖励审批表 二级标题 罚款：50,000.00 元 依据：19号 第十一条 E01 哪一条 符合 因为这样 待确认 一句话。"
    lines = ("第一行\n第二行", "2026年11月27日（星期五）", "提请人\nchen", "签字并写日期。", "打印日期", "1 / 1")
    for said in (*whole.split(), *lines):
        assert said in found, said


def test_nothing_runs_off_the_paper_and_what_is_long_takes_more_sheets() -> None:
    longest = "6222" * 30
    made = pypdfium2.PdfDocument(printing.pdf(page(longest, "说明。" * 3000)))
    assert len(made) > 2
    for sheet in made:
        words = sheet.get_textpage()
        width, _ = sheet.get_size()
        assert all(words.get_charbox(at)[2] < width for at in range(words.count_chars()))
    assert longest in text(printing.pdf(page(longest))).replace("\n", "").replace("\u200b", "")


def test_the_same_page_is_the_same_bytes_and_nothing_in_them_tells_when_or_who(monkeypatch) -> None:
    first = printing.pdf(page("周小明"))
    monkeypatch.setattr(printing, "COMMAND", ("/usr/bin/env", "TZ=Asia/Tokyo", *printing.COMMAND))
    assert printing.pdf(page("周小明")) == first
    told = pypdfium2.PdfDocument(first).get_metadata_dict(skip_empty=True)
    assert set(told) == {"Title", "Creator", "CreationDate", "ModDate"}
    assert told["Title"] == "奖励通知"
    assert {told["CreationDate"], told["ModDate"]} == {"D:20261127000000Z"}, "the day that the page says, and no hour"
    assert told["Creator"].startswith("Typst ")
    assert b"<pdfaid:part>2" in first
    assert b"<pdfuaid:part>1" in first
    assert not any(one.encode() in first for one in (os.uname().nodename, str(Path.home()), "周小明"))


@pytest.mark.parametrize("rare", ["😀", "𪚥"])
def test_a_character_in_no_font_is_refused_and_never_a_square(rare: str) -> None:
    with pytest.raises(NoGlyphError) as caught:
        printing.pdf(page(f"周{rare}明"))
    assert rare not in str(caught.value)


def test_rare_names_that_the_font_has_are_set() -> None:
    assert "䶮𠮷玥 한글" in text(printing.pdf(page("䶮𠮷玥 한글")))


def test_without_a_chinese_font_nothing_is_made(monkeypatch) -> None:
    instead(monkeypatch, "from portal.copying import typefaces; typefaces.FOLDERS = ('/nowhere',)")
    with pytest.raises(NoFontError):
        printing.pdf(page("周小明"))
    assert (doctor.papers().level, "fonts-noto-cjk" in doctor.papers().said) == ("warning", True)


def test_without_the_extra_nothing_is_offered_and_the_doctor_says_so(monkeypatch) -> None:
    assert doctor.papers().level == "ok"
    instead(monkeypatch, "import sys; sys.modules['typst'] = None")
    with pytest.raises(NotPrintedError):
        printing.pdf(page("周小明"))
    assert doctor.papers().level == "warning", "it is here, and does not work"
    monkeypatch.setitem(sys.modules, "typst", None)
    assert not printing.is_installed()
    with pytest.raises(NotPrintedError):
        printing.require_installed()
    assert (doctor.papers().level, "requirements/pdf.txt" in doctor.papers().said) == ("ok", True)


def test_a_child_that_hangs_floods_crashes_or_talks_nonsense_is_ended_and_not_believed(monkeypatch) -> None:
    monkeypatch.setattr(printing, "WALL", 0.5)
    flood = "from portal.copying import sandbox; import os\nsandbox.lock(1000)\nwhile True: os.write(1, b'%PDF-' * 99)"
    for first in ("import time; time.sleep(60)", "import os; os.abort()", flood, "print('<html>'); raise SystemExit"):
        instead(monkeypatch, first)
        with pytest.raises(NotPrintedError):
            printing.pdf(page("周小明"))
    monkeypatch.setattr(printing, "COMMAND", ("/nowhere/python",))
    with pytest.raises(NotPrintedError):
        printing.pdf(page("周小明"))


def test_the_child_opens_nothing_even_where_typst_is_told_to(monkeypatch) -> None:
    """The file is there, and inside typst's root; it is the confinement that refuses."""
    told = '\\n#if said.title == "读" { read("page.typ") }'
    instead(monkeypatch, f"from portal.printing import press; press.SOURCE += '{told}'.encode()")
    assert "周小明" in text(printing.pdf(page("周小明")))
    with pytest.raises(NotPrintedError, match=str(End.BROKEN.value)):
        printing.pdf(page("周小明", title="读"))


def test_more_than_a_few_at_once_are_told_to_come_back(monkeypatch) -> None:
    monkeypatch.setattr(printing, "TURN", 0.01)
    with printing.ONE_CHILD, pytest.raises(BusyError):
        printing.pdf(page("周小明"))
    taken = [printing.IN_LINE.acquire(blocking=False) for _ in range(4)]
    try:
        assert all(taken)
        with pytest.raises(BusyError):
            printing.pdf(page("周小明"))
    finally:
        for _ in taken:
            printing.IN_LINE.release()
