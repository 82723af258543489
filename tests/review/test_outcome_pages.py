"""Feedback, objection and review, page by page: what the reporter reads, and what the level above does about it."""

import re
from uuid import UUID

import pytest

from portal.domain.vocabulary import CaseState
from tests import verification as cast
from tests.casework import confirm_step
from tests.office.test_blocking import case_of
from tests.pages import Page
from tests.review.test_paper_pages import FEEDBACK, MOTION
from tests.sending import decline
from tests.staffing import Staff
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite
WORDS = "锁又挂上了，你们去的那天是拿下来的。"
REVIEW = {"verdict": "upheld", "grounds": "现场又去看了。", "answer": "我们又去看了，您说得对，重新核查。"}


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


def reported(world: World, codes: list[str] | None = None, **changes: str) -> tuple[Visitor, str]:
    """Zhou, in front of the mailbox, and the case."""
    zhou = world.visitor()
    zhou.report(**changes)
    if codes is not None:
        codes.append(zhou.receipt)
    lin = world.officer("lin")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]
    return zhou, case.rpartition("/")[2]


def concluded(staff: Staff, codes: list[str] | None = None) -> tuple[Visitor, str]:
    world = staff.world
    zhou, case = reported(world, codes)
    case_id = UUID(case)
    cast.work(world, case_id)
    confirm_step(staff, "gao", cast.propose(staff, case_id))
    return zhou, case


def told(staff: Staff, codes: list[str] | None = None) -> tuple[Visitor, str]:
    zhou, case = concluded(staff, codes)
    lin = staff.at("lin")
    lin.get(f"/review/cases/{case}/feedback")
    assert lin.post(f"/review/cases/{case}/feedback", FEEDBACK).status_code == 303
    return zhou, case


def test_feedback_without_a_part_comes_back_with_what_was_typed(staff: Staff) -> None:
    _, case = concluded(staff)
    lin = staff.at("lin")
    assert "部分属实" in lin.get(f"/review/cases/{case}/feedback").text
    assert lin.post(f"/review/cases/{case}/feedback", {**FEEDBACK, "handling": "", "eligible": "x"}).status_code == 422
    for said in ("请写怎么处理", "请选符合不符合奖励条件", "我们去看了，锁着。"):
        assert said in lin.last
    assert staff.at("chen").get(f"/review/cases/{case}/feedback").status_code == 403
    assert staff.at("song").get(f"/review/cases/{case}/feedback").status_code == 404


def test_until_they_are_told_a_reporter_reads_when_they_will_be(staff: Staff) -> None:
    zhou, _ = concluded(staff)
    assert "2026年3月12日（星期四）前把简要情况" in zhou.get("/mailbox").text
    assert "提出异议" not in zhou.last


def test_the_mailbox_shows_four_parts_and_until_when_to_object(staff: Staff) -> None:
    zhou, _ = told(staff)
    text = zhou.get("/mailbox").text
    for said in ("部分属实", "我们去看了，锁着。", "已经打开。", "等处罚决定生效以后再定", "等处罚生效。"):
        assert said in text
    assert "可以在 2026年3月12日（星期四）以前提出异议" in text
    assert "您可以提出异议 还有 10 天" in Page(text).text, "whose time it is"
    assert "应急〔2023〕106号" in text
    assert not re.search(r"\b(chen|gao|lin)\b", text)


def test_an_objection_goes_to_the_level_above_and_is_upheld(staff: Staff, world: World) -> None:
    codes: list[str] = []
    zhou, case = told(staff, codes)
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/objection", {"text": ""}).status_code == 422
    assert zhou.post("/mailbox/objection", {"text": WORDS}).status_code == 303
    assert "等复查" in zhou.get("/mailbox").text
    assert "由上一级复查，2026年4月1日（星期三）前把结果写在这里" in zhou.last
    page = Page(zhou.last).text
    assert page.index("上一级复查 还有") < page.index("已经结束的期限"), "what runs comes first"
    assert zhou.post("/mailbox/objection", {"text": "再提一次"}).status_code == 422
    assert "您已经提出过异议" in zhou.last
    assert "再提一次" in zhou.last
    cast.seat(staff, "sheng-chen")
    lead = staff.at("sheng-lead")
    assert f"/review/cases/{case}/review" in lead.get("/review/objections").text
    assert WORDS in lead.get(f"/review/cases/{case}").text
    lead.get(f"/review/cases/{case}/review")
    assert lead.post(f"/review/cases/{case}/review", {"officer": "x", "brief": "看锁。"}).status_code == 422
    assert "看锁。" in lead.last
    gone = {"officer": str(world.cast["chen"].officer_id), "brief": "看锁。"}
    assert lead.post(f"/review/cases/{case}/review", gone).status_code == 422
    assert "参与过" in lead.last
    able = {"officer": str(world.cast["sheng-chen"].officer_id), "brief": "看锁。"}
    assert lead.post(f"/review/cases/{case}/review", able).status_code == 303
    assert "在复查" in lead.get("/review/objections").text
    assert "还有 30 天 4月1日" in Page(lead.last).text
    assert "已经交办复查。" in lead.get(f"/review/cases/{case}").text
    other = staff.at("sheng-chen")
    assert WORDS in other.get(f"/review/assigned/{case}").text
    other.get(f"/review/cases/{case}/papers/review")
    world.clock.forward(days=1)
    other = staff.at("sheng-chen")
    other.get(f"/review/cases/{case}/papers/review")
    assert other.post(f"/review/cases/{case}/papers/review", {**REVIEW, "answer": ""}).status_code == 422
    assert other.post(f"/review/cases/{case}/papers/review", REVIEW).status_code == 303
    lead = staff.at("sheng-lead")
    motion = MOTION.search(lead.get(f"/review/cases/{case}").text)[0]
    assert "现场又去看了。" in lead.get(motion).text
    assert lead.post(f"{motion}/confirm", {"sure": "y"}).status_code == 303
    world.verify()
    assert "上一级复查过了，答复在“来往信件”里" in zhou.open_mailbox(codes[0]).text
    assert "正在核查，最迟 " in zhou.last


def test_too_late_the_day_is_said_and_the_words_stay(staff: Staff, world: World) -> None:
    codes: list[str] = []
    zhou, _ = told(staff, codes)
    zhou.get("/mailbox")
    world.clock.forward(days=11)
    zhou.open_mailbox(codes[0])
    assert "已经过了" in zhou.last
    assert zhou.post("/mailbox/objection", {"text": WORDS}).status_code == 422
    assert "到 2026年3月12日（星期四）为止" in zhou.last
    assert WORDS in zhou.last


def test_whoever_was_turned_away_reads_that_they_may_object(staff: Staff, world: World) -> None:
    zhou, case = reported(world)
    decline(world, "lin", UUID(case), "REPEAT_SAME_PERSON")
    assert "提出异议" in zhou.get("/mailbox").text
    assert zhou.post("/mailbox/objection", {"text": WORDS}).status_code == 303
    assert case_of(world, UUID(case)).state is CaseState.DECLINED
    assert staff.at("gao").get("/review/objections").status_code == 200
    assert case not in staff.at("gao").last
    assert staff.at("lin").get("/review/objections").status_code == 403
