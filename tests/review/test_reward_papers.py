"""Papers of rewards: each for one desk, with lines to sign, and none says what would lead to whoever reported."""

import re

import pytest

from tests.review.test_payout_pages import claimed
from tests.review.test_reward_pages import granted, proposed
from tests.rewards import CARD, FORM, ID_NUMBER, staffed
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite
SUM, NUMBER = "7,500.00", re.compile(r"220100-2026-\d+")


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
    assert staff.at("gao").get(f"{award}/notice").status_code == 403
    zhou.get("/mailbox")
    assert song.get(f"{award}/notice").status_code == 409, "they have read it"


def test_the_payment_sheet_has_the_payee_and_two_to_sign_and_nothing_of_the_case(staff: Staff) -> None:
    _, payout = claimed(staff)
    text = staff.at("qian").get(f"{payout}/sheet").text
    for said in ("奖金发放表", SUM, "周小明", ID_NUMBER, CARD, "经办人", "复核人"):
        assert said in text
    assert "领取人</dt>" not in text, "a transfer is signed for by the bank"
    assert not re.search(r"220100-2026|蓝鲸|出口|song", text)
    assert staff.world.entries()[-1]["event"] == "payout_opened"
    for who in ("song", "gao", "chen", "shen"):
        assert staff.at(who).get(f"{payout}/sheet").status_code == 404


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
