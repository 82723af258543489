"""Time limits on pages: asked for, agreed to a level up, refused with the article, shown to the reporter; counted."""

import re
from html import unescape
from uuid import UUID

import pytest

from tests.clocking import clock_of, due_day, start_clock, suspend, taken_up
from tests.office.test_assigning import assign
from tests.sending import accept, case_of, reporter, send, submission
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite
MOTION = re.compile(r"/review/motions/[0-9a-f-]{36}")
WORDS = "检测站月底才出报告，还要复测一次"


def told(page: str) -> str:
    """What a page says, without its tags and without days of the week."""
    return re.sub(r"（星期.）", "", unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))))


def asking(world: World, case_id: UUID, **changes: str) -> dict[str, str]:
    asked = {"limit": str(clock_of(world, case_id).id), "by": "20", "cause": "EXPERT_TEST", "grounds": WORDS}
    return {**asked, **changes}


def ask(world: World, case_id: UUID, **changes: str) -> Visitor:
    gao = world.officer("gao")
    gao.get(f"/review/cases/{case_id}")
    assert gao.post(f"/review/cases/{case_id}/extend", asking(world, case_id, **changes)).status_code == 303
    return gao


def test_the_level_above_reads_why_agrees_and_the_reporter_is_told(world: World) -> None:
    one = submission(world)
    receipt = send(world, one).receipt
    case_id = case_of(world, reporter(world, one))
    accept(world, "lin", case_id)
    gao = ask(world, case_id)
    page = told(gao.get(f"/review/cases/{case_id}?done=extension-asked").text)
    assert "已申请延期" in page
    assert "申请把“核查并处理”延长 20 天" in page
    above = world.officer("sheng-lead")
    motion = MOTION.search(above.get("/review/motions").text)[0]
    assert "核查并处理 +20" in told(above.last)
    page = told(above.get(motion).text)
    for said in (WORDS, "220100-2026-00001", "需要检测、鉴定或专家论证", "安监总财〔2018〕19号 10(6)", "2026年5月21日"):
        assert said in page
    assert "铁链子" not in page
    opened = world.entries()[-1]
    assert (opened["event"], opened["object"]) == ("motion_opened", ["cases", str(case_id)])
    assert above.post(f"{motion}/confirm", {}).status_code == 422
    above.get(motion)
    assert above.post(f"{motion}/confirm", {"sure": "y"}).status_code == 303
    assert due_day(world, case_id) == "2026-05-21"
    zhou = world.visitor()
    box = told(zhou.open_mailbox(receipt).text)
    assert "延长了 20 天：2026年5月6日 改为 2026年5月21日" in box
    assert "需要检测、鉴定或专家论证" in box
    assert WORDS not in box
    world.sign()
    world.verify()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"by": "31"}, "延长多少：最少 1，最多 30。依据：安监总财〔2018〕19号 10(6)"),
        ({"by": "viel"}, "延长多少要写一个数"),
        ({"by": ""}, "请写延长多少"),
        ({"cause": "WAIT_REPORTER"}, "没有这条理由"),
        ({"cause": "HOLIDAY"}, "没有这条理由"),
        ({"grounds": " "}, "请写为什么办不完"),
        ({"limit": "x"}, "请选是哪一个期限"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(world: World, changes: dict[str, str], sentence: str) -> None:
    _, case_id = taken_up(world)
    gao = world.officer("gao")
    gao.get(f"/review/cases/{case_id}")
    answer = gao.post(f"/review/cases/{case_id}/extend", asking(world, case_id, **changes))
    assert answer.status_code == 422
    assert sentence in told(answer.text)
    assert changes.get("grounds", WORDS) in answer.text
    assert "motion_proposed" not in world.events()


def test_what_is_no_reason_is_refused_with_why(world: World) -> None:
    _, case_id = taken_up(world)
    forbidden = next(iter(world.house.policies.reasons.extension_forbidden.values()))
    gao = world.officer("gao")
    gao.get(f"/review/cases/{case_id}")
    answer = gao.post(f"/review/cases/{case_id}/extend", asking(world, case_id, cause=forbidden.code))
    assert answer.status_code == 422
    assert f"这不是理由。{forbidden.why_zh}" in told(answer.text)


def test_a_page_that_is_old_is_shown_anew(world: World) -> None:
    _, case_id = taken_up(world)
    gao = world.officer("gao")
    gao.get(f"/review/cases/{case_id}")
    answer = gao.post(f"/review/cases/{case_id}/extend", {**asking(world, case_id), "seen": "1"})
    assert answer.status_code == 409
    assert WORDS in answer.text


def test_whoever_is_assigned_asks_from_their_page(world: World) -> None:
    _, case_id = taken_up(world)
    assign(world, case_id)
    chen = world.officer("chen")
    page = chen.get(f"/review/assigned/{case_id}")
    assert "申请延期" in told(page.text)
    seen = re.search(r'name="seen" value="(\d+)"', page.text)[1]
    wrong = chen.post(f"/review/assigned/{case_id}/extend", {**asking(world, case_id, by="99"), "seen": seen})
    assert (wrong.status_code, "最多 30" in told(wrong.text)) == (422, True)
    asked = chen.post(f"/review/assigned/{case_id}/extend", {**asking(world, case_id), "seen": seen})
    assert asked.status_code == 303
    assert "核查并处理 +20" in told(chen.get("/review/motions").text)


def test_the_level_above_may_not_agree_after_the_last_day(world: World) -> None:
    _, case_id = taken_up(world)
    world.clock.forward(days=64)
    ask(world, case_id)
    above = world.officer("sheng-lead")
    motion = MOTION.search(above.get("/review/motions").text)[0]
    world.clock.forward(days=2)
    above = world.officer("sheng-lead")
    above.get(motion)
    answer = above.post(f"{motion}/confirm", {"sure": "y"})
    assert answer.status_code == 422
    assert "这个期限已经过了" in told(answer.text)


def test_what_was_refused_is_told_to_who_asked(world: World) -> None:
    _, case_id = taken_up(world)
    gao = ask(world, case_id)
    above = world.officer("sheng-lead")
    motion = MOTION.search(above.get("/review/motions").text)[0]
    above.get(motion)
    assert above.post(f"{motion}/refuse").status_code == 303
    assert "没有通过 申请把“核查并处理”延长 20 天" in told(gao.get(f"/review/cases/{case_id}").text)


def test_a_lead_lets_it_stand_still_and_run_on(world: World) -> None:
    _, case_id = taken_up(world)
    gao = world.officer("gao")
    gao.get(f"/review/cases/{case_id}")
    pause = {"pausing": str(clock_of(world, case_id).id), "pause_cause": "PETITION_HEARING"}
    wrong = gao.post(f"/review/cases/{case_id}/suspend", pause)
    assert (wrong.status_code, "这条理由不能用在这个期限上" in told(wrong.text)) == (422, True)
    unasked = gao.post(f"/review/cases/{case_id}/suspend", {**pause, "pause_cause": "WAIT_REPORTER"})
    assert (unasked.status_code, "举报人没有要答复的信。先写信问" in told(unasked.text)) == (422, True)
    assert gao.post(f"/review/cases/{case_id}/suspend", {**pause, "pause_cause": "WAIT_JUDICIAL"}).status_code == 303
    page = told(gao.get(f"/review/cases/{case_id}").text)
    assert "中止计时，最迟 2026年8月29日" in page
    standing = {"standing": str(clock_of(world, case_id).id)}
    assert gao.post(f"/review/cases/{case_id}/continue", standing).status_code == 303
    gao.get(f"/review/cases/{case_id}")
    standing = {"standing": str(clock_of(world, case_id).id)}
    again = gao.post(f"/review/cases/{case_id}/continue", standing)
    assert (again.status_code, "这个期限没有中止" in told(again.text)) == (422, True)


def test_a_case_that_stands_still_keeps_its_place_in_the_queue(world: World) -> None:
    _, case_id = taken_up(world)
    suspend(world, "gao", case_id)
    world.clock.forward(days=90)
    gao = world.officer("gao")
    gao.get("/review/")
    assert str(case_id) in gao.last
    gao.get("/review/?view=late")
    assert str(case_id) not in gao.last


def test_each_date_says_how_it_arises_on_both_sides(world: World) -> None:
    one = submission(world)
    receipt = send(world, one).receipt
    case_id = case_of(world, reporter(world, one))
    page = told(world.officer("lin").get(f"/review/cases/{case_id}").text)
    how = "从 2026年3月2日 起算，当天不算（民法典 201）。 2026年3月3日 是第一天，一共 15 天，数到 2026年3月17日。"
    assert how in page
    assert how in told(world.visitor().open_mailbox(receipt).text)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rule=C05&since=2026-08-02&more=0", ("最迟 2026年10月8日", "2026年10月1日 到 2026年10月7日 休息，顺延")),
        ("rule=C03&since=2026-09-28", ("最迟 2026年10月10日", "2026年10月1日 到 2026年10月7日 休息，不算")),
        ("rule=C05&since=2026-02-02&more=30", ("最迟 2026年5月6日", "其中 30 天是延长的", "最多延长 30 天")),
        ("rule=C05&since=2026-02-02&more=31", ("延不了这么久。 这个期限最多延长 30 天",)),
        ("rule=C06&since=2026-12-31", ("最迟 2026年12月31日 02:00", "待确认")),
        ("rule=C12&since=2026-12-22", ("最迟 2027年1月4日", "节假日安排还没有公布")),
        ("rule=C19&since=2026-09-01&ordered=2026-10-03", ("最迟 2026年10月3日",)),
    ],
)
def test_a_date_is_counted_for_whoever_asks(world: World, query: str, said: tuple[str, ...]) -> None:
    before = world.events()
    answer = world.officer("chen").get(f"/review/clocks?{query}")
    assert answer.status_code == 200
    assert all(one in told(answer.text) for one in said)
    assert world.events() == before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("rule=C99", "没有这一条期限"),
        ("rule=C05&since=yesterday", "日期要写成"),
        ("rule=C05&since=2026-02-30", "日期要写成"),
        ("rule=C05&since=2026-03-02&more=-4", "要写一个数"),
        ("rule=C05&since=2029-03-02", "还没有节假日安排"),
        ("rule=C05&since=0001-01-01", "日期要写成"),
        ("rule=C05&since=9999-12-31", "日期要写成"),
        ("rule=C19&since=2026-03-02", "责令书上的日子"),
        ("rule=C19&since=2026-03-02&ordered=2026-03-01", "责令书上的日子"),
    ],
)
def test_what_cannot_be_counted_is_said(world: World, query: str, said: str) -> None:
    answer = world.officer("chen").get(f"/review/clocks?{query}")
    assert answer.status_code == 422
    assert said in told(answer.text)


def test_of_two_limits_one_chooses(world: World) -> None:
    _, case_id = taken_up(world)
    start_clock(world, case_id, "C21")
    page = world.officer("gao").get(f"/review/cases/{case_id}").text
    assert re.search(r'<select[^>]* name="limit"', page)
    assert "最多延长 10 个工作日" in told(page)
