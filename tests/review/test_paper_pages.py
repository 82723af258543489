"""The investigator's workplace and what comes of it, page by page, from the plan to a case that is closed."""

import re
from uuid import UUID

import pytest

from portal.domain.vocabulary import CaseState
from tests import verification as cast
from tests.office.test_blocking import case_of
from tests.pages import Page
from tests.staffing import Staff
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite

PLAN = {
    "items": "出口上锁\n通道堆物",
    "hidden": "按月度检查的名义去。",
    "on": "2026-03-03",
    "officers": "陈、刘",
    "announced": "unannounced",
}
VISIT = {
    "on": "2026-03-02",
    "place": "地下二层",
    "officers": "陈、刘",
    "announced": "unannounced",
    "seen": "挂着铁链。",
}
FINDING = {"item": "1", "outcome": "substantiated", "facts": "锁着。", "known": "no"}
PENALTY = {
    "status": "effective",
    "body": "长春市人防办",
    "number": "长防罚字〔2026〕1号",
    "decided_on": "2026-03-02",
    "fen": "５,０００．００",
    "against": "unit",
    "takes": "fine",
    "reason": "hazard",
}
CONCLUSION = {"facts": "锁着。", "handling": "打开，罚款。"}
FEEDBACK = {"facts": "我们去看了，锁着。", "handling": "已经打开。", "eligible": "later", "reward": "等处罚生效。"}
MOTION = re.compile(r"/review/motions/[0-9a-f-]{36}")


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


def written(visitor: Visitor, case_id: UUID, kind: str, data: dict[str, str], query: str = "") -> int:
    address = f"/review/cases/{case_id}/papers/{kind}{query}"
    assert visitor.get(address).status_code == 200
    return visitor.post(address, data).status_code


def test_from_plan_to_a_closed_case(staff: Staff, world: World) -> None:
    key, case_id = cast.assigned(world)
    chen, gao, lin = (staff.at(who) for who in ("chen", "gao", "lin"))
    home = f"/review/assigned/{case_id}"
    assert "写核查方案" in chen.get(home).text
    for kind, data in (
        ("plan", PLAN),
        ("visit", VISIT),
        ("finding", FINDING),
        ("finding", {**FINDING, "item": "2", "outcome": "unsubstantiated"}),
        ("penalty", PENALTY),
        ("note", {"text": "商户说钥匙丢过。"}),
    ):
        assert written(chen, case_id, kind, data) == 303, kind
    text = chen.get(home).text
    for said in ("出口上锁", "按月度检查的名义去。", "挂着铁链。", "5,000.00 元", "商户说钥匙丢过。"):
        assert said in text
    assert "第几项 2. 通道堆物 认定 不属实" in Page(text).text, "which allegation, and not its number alone"
    assert "部分属实" in chen.get(f"/review/cases/{case_id}/papers/conclusion").text
    assert chen.post(f"/review/cases/{case_id}/papers/conclusion", CONCLUSION).status_code == 303
    case = gao.get(f"/review/cases/{case_id}").text
    motion = MOTION.search(case)[0]
    assert "打开，罚款。" in gao.get(motion).text
    assert gao.post(f"{motion}/confirm", {}).status_code == 422
    assert gao.post(f"{motion}/confirm", {"sure": "y"}).status_code == 303
    assert gao.get(motion).status_code == 200
    assert written(chen, case_id, "order", {"what": "拆锁。", "until": "2026-03-20"}) == 303
    lin.get(f"/review/cases/{case_id}/feedback")
    assert lin.post(f"/review/cases/{case_id}/feedback", FEEDBACK).status_code == 303
    gao.get(f"/review/cases/{case_id}/close")
    assert gao.post(f"/review/cases/{case_id}/close", {"sure": "y"}).status_code == 303
    assert case_of(world, case_id).state is CaseState.CLOSED
    cast.serve(world, key)
    world.verify()


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(staff: Staff, world: World) -> None:
    _, case_id = cast.assigned(world)
    chen = staff.at("chen")
    typed = {**PLAN, "hidden": "", "on": "明天", "announced": "x", "officers": "老陈"}
    assert written(chen, case_id, "plan", typed) == 422
    for said in ("不写这一条，方案不能用", "请照“2026-03-02”这样写日期", "请选事先告诉不告诉", "老陈", "通道堆物"):
        assert said in chen.last
    assert written(chen, case_id, "finding", FINDING) == 422
    assert "还没有核查方案的，先写方案" in chen.last
    assert written(chen, case_id, "visit", {**VISIT, "officers": "陈", "on": "2026-03-05", "evidence": "7"}) == 422
    for said in ("至少两个人", "这一天还没有到", "没有这个编号的文件", "挂着铁链。"):
        assert said in chen.last
    for amount, said in (("0.005", "最小到分"), ("-5", "不能是负数"), ("五千", "看不懂"), ("10^12", "看不懂")):
        assert written(chen, case_id, "penalty", {**PENALTY, "fen": amount}) == 422
        assert said in chen.last
    assert written(chen, case_id, "penalty", {"fen": "1"}) == 422
    for said in ("请选处罚到了哪一步。", "请选处罚谁。", "请选处罚的种类。", "请选因为什么处罚。"):
        assert chen.last.count(said) == 2, "above the form and at the field"
    chen.get(f"/review/cases/{case_id}/papers/conclusion")
    assert "还没有核查方案。先写方案" in chen.last
    assert written(chen, case_id, "conclusion", CONCLUSION) == 422
    assert "先写方案" in chen.last
    assert "打开，罚款。" in chen.last


def test_a_penalty_that_stands_otherwise_says_what_it_was(staff: Staff, world: World) -> None:
    _, case_id = cast.assigned(world)
    chen = staff.at("chen")
    assert written(chen, case_id, "penalty", PENALTY) == 303
    about = re.search(r"\?about=[0-9a-f-]{36}", chen.get(f"/review/assigned/{case_id}").text)[0]
    assert "5,000.00" in chen.get(f"/review/cases/{case_id}/papers/penalty{about}").text
    assert written(chen, case_id, "penalty", {**PENALTY, "status": "annulled"}, about) == 303
    assert "关于第 1 份" in chen.get(f"/review/assigned/{case_id}").text
    assert chen.get(f"/review/cases/{case_id}/papers/penalty?about=x").status_code == 404


def test_a_form_is_there_for_whoever_may_write_it_now_and_for_nobody_else(staff: Staff, world: World) -> None:
    _, case_id = cast.assigned(world)
    for who, kind, status in (
        ("chen", "plan", 200),
        ("gao", "note", 200),
        ("gao", "conclusion", 403),
        ("chen", "order", 403),
        ("chen", "review", 403),
        ("lin", "plan", 403),
        ("song", "plan", 404),
        ("qin", "plan", 404),
        ("chen", "grounds", 404),
        ("chen", "no-such", 404),
    ):
        assert staff.at(who).get(f"/review/cases/{case_id}/papers/{kind}").status_code == status, (who, kind)
    for page in ("feedback", "close", "review"):
        assert staff.at("gao").get(f"/review/cases/{case_id}/{page}").status_code in {403, 409}, page


def test_a_conclusion_is_sent_back_with_words(staff: Staff, world: World) -> None:
    _, case_id = cast.checked(world)
    motion = f"/review/motions/{cast.propose(staff, case_id)}"
    gao, chen = staff.at("gao"), staff.at("chen")
    gao.get(motion)
    assert gao.post(f"{motion}/refuse", {}).status_code == 422
    assert gao.post(f"{motion}/refuse", {"words": "通道没有照片。"}).status_code == 303
    assert "通道没有照片。" in chen.get(f"/review/assigned/{case_id}").text
    assert case_of(world, case_id).state is CaseState.VERIFYING
    assert staff.at("guan").get(motion).status_code == 404


def test_a_page_that_is_no_longer_how_things_stand_takes_no_step_and_keeps_the_words(
    staff: Staff, world: World
) -> None:
    _, case_id = cast.concluded(staff)
    chen, gao = staff.at("chen"), staff.at("gao")
    chen.get(f"/review/cases/{case_id}/papers/order")
    cast.feed_back(world, case_id)
    answer = chen.post(f"/review/cases/{case_id}/papers/order", {"what": "拆锁。", "until": "2026-03-20"})
    assert answer.status_code == 409
    assert "拆锁。" in chen.last
    assert (
        chen.post(f"/review/cases/{case_id}/papers/order", {"what": "拆锁。", "until": "2026-03-01"}).status_code == 422
    )
    assert "期限不能在今天以前" in chen.last
    assert (
        chen.post(f"/review/cases/{case_id}/papers/order", {"what": "拆锁。", "until": "2026-03-20"}).status_code == 303
    )
    gao.get(f"/review/cases/{case_id}/close")
    assert gao.post(f"/review/cases/{case_id}/close", {}).status_code == 422
    confirm = gao.post(f"/review/cases/{case_id}/close", {"sure": "y"})
    assert confirm.status_code == 303
