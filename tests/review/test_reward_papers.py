"""Papers of rewards: each for one desk, with lines to sign, and none says what would lead to whoever reported."""

import re
import sys

import pypdfium2
import pytest
from werkzeug.test import TestResponse

from portal.office import printing
from tests.review.test_payout_pages import claimed
from tests.review.test_reward_pages import granted, proposed
from tests.rewards import CARD, FORM, ID_NUMBER, staffed
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite
SUM, NUMBER = "7,500.00", re.compile(r"220100-2026-\d+")
BLANKS = re.compile(r"\s")


def squeezed(response: TestResponse) -> str:
    """The words of a PDF, without blanks: lines break elsewhere."""
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=page.pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    sheets = (sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(response.data))
    return BLANKS.sub("", "".join(sheets))


def shown(response: TestResponse) -> list[str]:
    """What the page says, line by line, without its head, its foot and what is not printed."""
    main = response.text[response.text.index("<main") : response.text.index("</main>")]
    main = re.sub(r'(?s)<p class="note (?:noprint|actions)">.*?</p>', "", main)
    said = (BLANKS.sub("", one).strip("·") for one in re.sub(r"(?s)<[^>]*>", "\n", main).splitlines())
    return [one for one in said if one]


@pytest.fixture
def staff(world: World) -> Staff:
    return staffed(Staff(world))


def test_the_approval_form_has_the_rows_the_sum_and_three_to_sign(staff: Staff) -> None:
    _, award = granted(staff)
    text = staff.at("song").get(f"{award}/form").text
    for said in (
        "举报奖励审批表",
        SUM,
        "E01",
        "19号 第十一条",
        FORM["words"],
        "提请人",
        "复核人",
        "审批人",
    ):
        assert said in text
    assert all(f"<dd>{who}</dd>" in text for who in ("chen", "gao", "song"))
    assert not any(said in text for said in ("周小明", "13800000000", "铁链子"))
    assert staff.world.entries()[-1]["event"] == "award_opened"
    for who, status in (("chen", 403), ("gao", 403), ("qian", 404), ("qin-lead", 404)):
        assert staff.at(who).get(f"{award}/form").status_code == status, who


def test_a_notice_is_for_whoever_never_opened_it_and_names_no_sum(staff: Staff) -> None:
    zhou, award = proposed(staff)
    song = staff.at("song")
    assert song.get(f"{award}/notice").status_code == 409, "nothing was granted"
    song.get(award)
    song.post(f"{award}/decide", {"step": "approve", "words": "", "sure": "y"})
    assert f"{award}/notice" in song.get(award).text
    text = song.get(f"{award}/notice").text
    assert staff.world.entries()[-1]["event"] == "award_posted"
    assert NUMBER.search(text)
    assert "60 日" in text
    assert not re.search(r"7,?500|50,?000|安全出口|蓝鲸|朝阳", text)
    pdf = squeezed(song.get(f"{award}/notice.pdf"))
    assert NUMBER.search(pdf)
    assert not re.search(r"7,?500|50,?000|安全出口|蓝鲸|朝阳", pdf)
    for kind in ("", ".pdf"):
        assert staff.at("gao").get(f"{award}/notice{kind}").status_code == 403
    zhou.get("/mailbox")
    assert song.get(f"{award}/notice").status_code == 409, "they have read it"


def test_the_payment_sheet_has_the_payee_and_two_to_sign_and_nothing_of_the_case(staff: Staff) -> None:
    odd = "周*小*明 #read(x)"
    _, payout = claimed(staff, holder=odd)
    qian = staff.at("qian")
    page, pdf = qian.get(f"{payout}/sheet"), squeezed(qian.get(f"{payout}/sheet.pdf"))
    for said in ("奖金发放表", SUM, odd, ID_NUMBER, CARD, "经办人", "复核人"):
        assert said in page.text
        assert BLANKS.sub("", said) in pdf
    assert [one for one in shown(page) if one not in pdf] == []
    assert "领取人</dt>" not in page.text, "a transfer is signed for by the bank"
    assert not re.search(r"220100-2026|蓝鲸|出口|song", page.text + pdf)
    assert [one["event"] for one in staff.world.entries()[-2:]] == ["payout_opened"] * 2
    for who in ("song", "gao", "chen", "shen"):
        assert {staff.at(who).get(f"{payout}/sheet{kind}").status_code for kind in ("", ".pdf")} == {404}


def test_at_the_counter_whoever_collects_signs_too(staff: Staff) -> None:
    _, payout = claimed(staff, method="counter", bank="", account="")
    assert "<dt>领取人</dt>" in staff.at("qian").get(f"{payout}/sheet").text


def test_what_a_reporter_prints_tells_nobody_who_it_was_or_for_what(staff: Staff) -> None:
    zhou, _ = granted(staff)
    assert zhou.get("/mailbox/reward/print").status_code == 200
    zhou.get("/mailbox")
    assert "/mailbox/reward/print" in zhou.get("/mailbox/reward").text
    text = zhou.get("/mailbox/reward/print").text
    assert f"{SUM} 元" in text
    assert "领到哪一天" in text
    main = text[text.index("<main") : text.index("</main>")]
    assert not NUMBER.search(main)
    assert not re.search(r"周小明|蓝鲸|出口|处罚|50,000|\d\d:\d\d", main)
    assert staff.world.visitor().get("/mailbox/reward/print").status_code in {303, 302}


def test_a_pdf_says_what_the_page_says_after_the_same_entry(staff: Staff) -> None:
    zhou, award = granted(staff)
    song = staff.at("song")
    page, before = song.get(f"{award}/form"), len(staff.world.entries())
    assert f'href="{award}/form.pdf"' in page.text
    pdf = squeezed(song.get(f"{award}/form.pdf"))
    assert [one["event"] for one in staff.world.entries()[before:]] == ["award_opened"]
    said = shown(page)
    assert len(said) > 60
    assert [one for one in said if one not in pdf] == []
    for who, status in (("chen", 403), ("gao", 403), ("qian", 404)):
        assert staff.at(who).get(f"{award}/form.pdf").status_code == status, who
    zhou.get("/mailbox")
    own, pdf = zhou.get("/mailbox/reward/print"), squeezed(zhou.get("/mailbox/reward/print.pdf"))
    assert 'href="/mailbox/reward/print.pdf"' in own.text
    assert [one for one in shown(own) if one not in pdf] == []
    assert not re.search(r"220100-2026|周小明|蓝鲸|出口|处罚|50,000|\d\d:\d\d", pdf)


def test_where_no_pdf_can_be_made_the_browser_prints_and_a_sentence_says_so(staff: Staff, monkeypatch) -> None:
    _, payout = claimed(staff, holder="周😀明")
    qian = staff.at("qian")
    assert qian.get(f"{payout}/sheet.pdf").status_code == 503
    assert "做出来是方框" in qian.last
    assert "😀" not in qian.last
    bare = (
        "from portal.copying import typefaces; typefaces.FOLDERS = (); from portal.printing.child import main; main()"
    )
    monkeypatch.setattr(printing, "COMMAND", (*printing.COMMAND[:-2], "-c", bare))
    assert qian.get(f"{payout}/sheet.pdf").status_code == 503
    assert "fonts-noto-cjk" in qian.last
    monkeypatch.setitem(sys.modules, "typst", None)
    assert "周😀明" in qian.get(f"{payout}/sheet").text
    assert ".pdf" not in qian.last
    before = len(staff.world.entries())
    assert qian.get(f"{payout}/sheet.pdf").status_code == 503
    assert len(staff.world.entries()) == before, "nothing was opened for it"
