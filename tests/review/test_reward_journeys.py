"""Rewards from the case to their end, on the pages: by code, with the uplift, by a delegate, upheld, forfeited."""

import re
from collections.abc import Mapping
from uuid import UUID

import pytest

from portal.domain import clocks
from portal.domain.vocabulary import MotionKind
from tests import verification as verified
from tests.editions import rewards
from tests.review.test_outcome_pages import reported
from tests.review.test_reward_pages import AWARD, FACTS
from tests.rewards import CARD, ID_NUMBER, staffed
from tests.staffing import MOTION, Staff
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite
PAYOUT = re.compile(r"/review/payouts/[0-9a-f-]{36}")
CODE = re.compile(r'<output id="claim-code"[^>]*>([0-9A-Z-]{14})</output>')
UNNAMED = {"mode": "anonymous", "name": "", "phone": ""}


@pytest.fixture
def staff(world: World) -> Staff:
    return staffed(Staff(world))


def adopt(staff: Staff, **terms: str) -> None:
    """An edition with terms of its own, which is in force."""
    staff.new(MotionKind.ADOPT, "office-220000", rewards(**terms))
    staff.world.clock.forward(days=1)


def proposed(
    staff: Staff, facts: Mapping[str, str], codes: list[str] | None = None, **report: str
) -> tuple[Visitor, str, str]:
    """Reported, found true, fined 50,000 and proposed; what Gao read before she agreed."""
    zhou, case = reported(staff.world, codes, **report)
    verified.lead(staff, UUID(case), "told")
    fine = verified.penalty(fen=5_000_000, decided_on=clocks.day_of(staff.world.clock()))
    verified.file(staff.world, "chen", UUID(case), fine)
    zhou.get("/mailbox")
    chen = staff.at("chen")
    chen.get(f"/review/cases/{case}/reward")
    assert chen.post(f"/review/cases/{case}/reward", {**FACTS, **facts}).status_code == 303
    gao = staff.at("gao")
    motion = MOTION.search(gao.get("/review/motions").text)[0]
    said = gao.get(motion).text
    assert gao.post(f"{motion}/confirm", {"sure": "y"}).status_code == 303
    return zhou, AWARD.search(staff.at("song").get("/review/rewards").text)[0], said


def judge(staff: Staff, award: str, step: str, words: str = "", who: str = "song") -> None:
    officer = staff.at(who)
    officer.get(award)
    assert officer.post(f"{award}/decide", {"step": step, "words": words, "sure": "y"}).status_code == 303


def claim(zhou: Visitor, **said: str) -> str:
    """Collected at the counter; the code."""
    zhou.get("/mailbox")
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/claim", {"method": "counter", "consent": "y", **said}).status_code == 200
    return CODE.search(zhou.last)[1]


def collect(staff: Staff, code: str, **ticked: str) -> str:
    """Two release it, the right code books it; what the desk saw."""
    qian = staff.at("qian")
    payout = PAYOUT.search(qian.get("/review/payouts").text)[0]
    said = qian.get(payout).text
    assert qian.post(f"{payout}/release", {"sure": "y", "otp": staff.otp("qian")}).status_code == 303
    staff.sign("zhao")
    qian = staff.at("qian")
    qian.get(payout)
    if ticked:
        assert qian.post(f"{payout}/code", {"code": code}).status_code == 422, "the letter is to be looked at"
        assert "请先看身份证和委托书" in qian.last
    assert qian.post(f"{payout}/code", {"code": code, **ticked}).status_code == 303
    qian.get(payout)
    return said


def test_whoever_gave_no_name_collects_by_a_code_where_the_edition_allows(staff: Staff) -> None:
    adopt(staff, anonymous='"code_ok"')
    zhou, award, said = proposed(staff, {}, **UNNAMED)
    assert "按规定 7,500.00 元" in said
    judge(staff, award, "approve")
    code = claim(zhou)
    seen = collect(staff, code)
    assert "凭领取码领，不用身份证" in seen
    assert "已付" in zhou.get("/mailbox/reward").text
    staff.world.verify()


def test_somebody_from_inside_gets_the_uplift_of_the_edition(staff: Staff) -> None:
    adopt(staff, uplift='"0.20"')
    zhou, award, said = proposed(staff, {"insider": "proven", "shown": "劳动合同，核对过原件。"}, insider="y")
    assert "按规定 9,000.00 元" in said
    judge(staff, award, "approve")
    zhou.get("/mailbox")
    text = zhou.get("/mailbox/reward").text
    for part in ("奖励 9,000.00 元", "7,500.00", "20%", "应急〔2020〕69号"):
        assert part in text
    assert "劳动合同，核对过原件" not in text, "what shows it is for the office"


def test_of_several_who_signed_a_delegate_collects(staff: Staff) -> None:
    zhou, award, _ = proposed(staff, {"joint_signatories": "3"})
    judge(staff, award, "approve")
    zhou.get("/mailbox")
    zhou.get("/mailbox/reward")
    blank = {"method": "counter", "consent": "y", "delegate": "y", "holder": "赵六", "id_number": ID_NUMBER}
    assert zhou.post("/mailbox/claim", blank).status_code == 422, "a delegate needs it in writing"
    original = {**blank, "method": "transfer", "original": "y", "bank": "吉林银行", "account": CARD}
    assert zhou.post("/mailbox/claim", original).status_code == 422
    assert "原件只能带到柜台" in zhou.last
    letter = "我们三人委托赵六代领这一笔奖金。周小明"
    code = claim(zhou, delegate="y", holder="赵六", id_number=ID_NUMBER, letter=letter)
    seen = collect(staff, code, letter="y")
    for part in ("赵六", letter, "7,500.00 元"):
        assert part in seen
    assert "已付" in zhou.get("/mailbox/reward").text


def test_a_refusal_that_was_contested_is_upheld_by_another(staff: Staff) -> None:
    zhou, award, said = proposed(staff, {"earlier_named_report": "y"})
    assert "按规定不奖励" in said
    judge(staff, award, "refuse", "同一件事有人更早实名举报。")
    zhou.get("/mailbox")
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/reward/contest", {"text": "我才是第一个。"}).status_code == 303
    song = staff.at("song")
    assert "我才是第一个。" in song.get(award).text
    assert "您来决定" not in song.last, "whoever refused does not decide again"
    judge(staff, award, "refuse", "查过登记：另一件早三天。", who="sun")
    zhou.get("/mailbox")
    assert "复议后维持不予奖励" in zhou.get("/mailbox/reward").text
    assert "查过登记：另一件早三天。" in zhou.last
    assert "提出异议" not in zhou.last


def test_what_nobody_claimed_is_given_up_by_time(staff: Staff) -> None:
    codes: list[str] = []
    zhou, award, _ = proposed(staff, {}, codes)
    judge(staff, award, "approve")
    zhou.get("/mailbox")
    zhou.get("/mailbox/reward")
    staff.world.clock.forward(days=80)
    song = staff.at("song")
    song.get(award)
    assert song.post(f"{award}/forfeit", {"sure": "y"}).status_code == 303
    assert zhou.open_mailbox(codes[0]).status_code == 200
    assert "逾期未领，按放弃处理" in zhou.get("/mailbox/reward").text
    assert "send-claim" not in zhou.last
    staff.world.verify()
