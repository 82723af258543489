"""The pages of alarms and of the duty roster: a danger rings, is signed off on a phone, and somebody goes there."""

import re

import pytest

from portal.domain.vocabulary import Duty
from tests.alarming import alarms, by_hand, reach, watch
from tests.disclosing import CASE
from tests.office.test_transferring import hand
from tests.pages import Page
from tests.sending import arrive
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite

BANNER = "个警报没有人签收"


@pytest.fixture
def case(world: World) -> str:
    """A danger of now, as 周 reports it on the form."""
    world.visitor().report(ongoing="now")
    return f"/review/cases/{alarms(world)[0].case_id}"


def test_a_danger_rings_on_every_page_of_whoever_may_answer_and_on_no_other(world: World, case: str) -> None:
    for who, page in (("lin", "/review/"), ("lin", "/review/account"), ("gao", "/review/disclosures"), ("gao", case)):
        assert f"有 1 {BANNER}" in world.officer(who).get(page).text, (who, page)
    for who in ("qin", "chen", "he", "shen", "guan", "sheng-lead"):
        assert BANNER not in world.officer(who).get("/review/account").text, who


def test_the_page_of_alarms_says_what_rings_until_when_and_who_is_on_watch(world: World, case: str) -> None:
    watch(world, "lin")
    page = world.officer("gao").get("/review/alarms").text
    assert "紧急危险" in page
    assert "3月2日 12:30 还没有人签收，就通知上一级" in page
    assert "处置期限到 3月2日 14:00" in page
    assert "现在值班：lin" in page
    assert case in page
    assert "蓝鲸" not in page


def test_signing_off_takes_one_tap_and_the_banner_goes(world: World, case: str) -> None:
    lin = world.officer("lin")
    lin.get("/review/alarms")
    answer = lin.post(f"/review/alarms/{alarms(world)[0].id}/sign-off")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review/alarms?done=signed-off")
    page = lin.get("/review/alarms?done=signed-off").text
    assert "已签收" in page
    assert BANNER not in page
    assert "lin 3月2日 12:00 签收" in lin.get(case).text


def test_two_hours_end_at_their_minute_and_not_with_the_day(world: World, case: str) -> None:
    """On the case's page, in the queue and in the mailbox; a printed sheet names no hours."""
    page = Page(world.officer("lin").get(case).text).text
    assert "还有 2 小时 0 分 · 到场处置紧急危险 · 最迟 2026年3月2日（星期一） 14:00" in page
    assert "今天到期" not in page
    assert "还有 2 小时 0 分 3月2日 14:00" in Page(world.officer("lin").get("/review/").text).text
    zhou = world.visitor()
    zhou.report(ongoing="now")
    assert "最迟 2026年3月2日（星期一） 14:00" in Page(zhou.get("/mailbox").text).text
    printed = Page(zhou.get("/mailbox/print").text).text
    assert "到场处置紧急危险 今天到期 · 最迟 2026年3月2日（星期一） 依据" in printed
    assert "14:00" not in printed


def test_a_reporter_reads_which_time_limit_no_text_gives(world: World) -> None:
    zhou = world.visitor()
    zhou.report(ongoing="now")
    for address in ("/mailbox", "/mailbox/print"):
        page = Page(zhou.get(address).text).text
        assert page.count("待确认") == 1, "of the two hours, and not of the fifteen days"
        assert "法制机构" not in page, "that is for the office"


@pytest.mark.usefixtures("case")
def test_who_comes_second_reads_that_somebody_has_signed(world: World) -> None:
    lin, gao = world.officer("lin"), world.officer("gao")
    address = f"/review/alarms/{alarms(world)[0].id}"
    gao.get("/review/alarms")
    lin.get("/review/alarms")
    lin.post(f"{address}/sign-off")
    answer = gao.post(f"{address}/stand-down", {"why": "mistaken"})
    assert answer.status_code == 409
    assert "别的人刚刚签收了" in answer.text


def test_standing_down_takes_a_reason_and_is_offered_to_a_lead_alone(world: World, case: str) -> None:
    lin, gao = world.officer("lin"), world.officer("gao")
    assert "解除……" not in lin.get("/review/alarms").text
    gao.get("/review/alarms")
    address = f"/review/alarms/{alarms(world)[0].id}/stand-down"
    answer = gao.post(address, {})
    assert answer.status_code == 422
    assert "请选为什么解除" in answer.text
    assert gao.post(address, {"why": "mistaken"}).status_code == 303
    assert "误报" in gao.get(case).text


def test_what_was_done_on_the_spot_takes_two_fields_straight_from_the_queue(world: World, case: str) -> None:
    lin = world.officer("lin")
    page = lin.get(case).text
    assert "3月2日 14:00 之前要有人到场" in page
    assert "待受理" in page
    answer = lin.post(f"{case}/dispose", {"who": "王队"})
    assert answer.status_code == 422
    assert "请写做了什么" in answer.text
    assert 'value="王队"' in answer.text
    assert lin.post(f"{case}/dispose", {"deed": "剪断了铁链。", "who": "王队带两人"}).status_code == 303
    page = lin.get(f"{case}?done=disposed").text
    assert "剪断了铁链。" in page
    assert "之前要有人到场" not in page
    assert BANNER not in page
    assert "受理这件举报" in page


def test_a_second_disposal_is_not_lost_but_said(world: World, case: str) -> None:
    lin, gao = world.officer("lin"), world.officer("gao")
    lin.get(case)
    gao.get(case)
    lin.post(f"{case}/dispose", {"deed": "剪断了铁链。", "who": "王队"})
    answer = gao.post(f"{case}/dispose", {"deed": "又去看了一遍。", "who": "李队"})
    assert answer.status_code == 422
    assert "处置已经记过了" in answer.text
    assert "又去看了一遍。" in answer.text


def test_an_alarm_is_raised_by_hand_with_kind_and_reason(world: World) -> None:
    _, case_id = arrive(world)
    lin, case = world.officer("lin"), f"/review/cases/{case_id}"
    assert BANNER not in lin.get(case).text
    answer = lin.post(f"{case}/alarm", {"kind": "fire"})
    assert answer.status_code == 422
    assert "请选是哪一种" in answer.text
    assert lin.post(f"{case}/alarm", {"kind": "retaliation", "heard": "told"}).status_code == 303
    assert "反映打击报复" in lin.get(f"{case}?done=alarm").text


def test_the_reporter_reads_that_somebody_has_it_in_hand(world: World) -> None:
    zhou = world.visitor()
    zhou.report(ongoing="now")
    lin = world.officer("lin")
    lin.get("/review/alarms")
    lin.post(f"/review/alarms/{alarms(world)[0].id}/sign-off")
    page = zhou.get("/mailbox").text
    assert "拉响警报" in page
    assert "值班人员签收了警报" in page
    assert "lin" not in re.sub(r"<[^>]*>", "", page)


@pytest.mark.usefixtures("case")
def test_an_alarm_that_was_handed_on_goes_up_from_there(world: World) -> None:
    hand(world, alarms(world)[0].case_id)
    world.clock.forward(minutes=31)
    world.tick()
    page = world.officer("sheng-lead").get("/review/alarms").text
    assert "四平市人民防空办公室" in page
    assert "已经到最上一级" in page


# The roster


def typed(world: World, **changes: str) -> dict[str, str]:
    desk = Staff(world).desk(Duty.INTAKE)
    lin = str(world.cast["lin"].officer_id)
    return {"desk": str(desk), "officer": lin, "starts": "2026-03-02T18:00", "ends": "2026-03-03T08:00", **changes}


def test_a_lead_puts_somebody_on_watch_and_takes_them_off(world: World) -> None:
    gao = world.officer("gao")
    page = gao.get("/review/roster").text
    assert "今后 14 天里，这些时间没有人值班" in page
    assert gao.post("/review/roster", typed(world)).status_code == 303
    page = gao.get("/review/roster?done=shift").text
    assert "3月2日 18:00" in page
    assert "没有收信地址" in page
    reach(world, "lin")
    page = gao.get("/review/roster").text
    assert "没有收信地址" not in page
    address = re.search(r"/review/roster/[0-9a-f-]{36}/remove", page)[0]
    assert gao.post(address).status_code == 303
    assert "3月2日 18:00" not in re.sub(r"<li>.*?</li>", "", gao.get("/review/roster").text)
    assert world.events()[-1] == "shift_removed"
    world.sign()
    world.verify()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends": "2026-03-02T18:00"}, "结束要晚于开始"),
        ({"starts": "2026-02-27T18:00", "ends": "2026-02-28T08:00"}, "这一班已经过去了"),
        ({"starts": "2026-06-02T18:00", "ends": "2026-06-03T08:00"}, "最多排到两个月以后"),
        ({"ends": "2026-03-12T08:00"}, "一班最长 7 天"),
        ({"starts": "下午六点"}, "24 小时制"),
        ({"starts": ""}, "请填从什么时候"),
        ({"officer": ""}, "请选谁值班"),
    ],
)
def test_a_watch_that_cannot_be_is_refused_in_one_sentence_and_what_was_typed_stays(
    world: World, changes: dict[str, str], said: str
) -> None:
    gao, form = world.officer("gao"), typed(world, **changes)
    gao.get("/review/roster")
    answer = gao.post("/review/roster", form)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{form["ends"]}"' in answer.text
    assert "shift_added" not in world.events()


def test_one_officer_has_no_two_watches_at_once_and_two_may_share_one(world: World) -> None:
    gao = world.officer("gao")
    gao.get("/review/roster")
    gao.post("/review/roster", typed(world))
    gao.get("/review/roster")
    answer = gao.post("/review/roster", typed(world, starts="2026-03-03T07:00", ends="2026-03-03T09:00"))
    assert answer.status_code == 422
    assert "跟它重叠" in answer.text
    somebody = str(world.cast["chen"].officer_id)
    answer = gao.post("/review/roster", typed(world, officer=somebody))
    assert "这个人不在这个岗位" in answer.text


def test_intake_reads_the_roster_and_changes_nothing(world: World) -> None:
    watch(world, "lin")
    page = world.officer("lin").get("/review/roster").text
    assert "正在值班" in page
    assert "排一班" not in page
    assert "/remove" not in page
    lin = world.officer("lin")
    lin.get("/review/roster")
    assert lin.post("/review/roster", typed(world)).status_code == 404


def test_a_lead_makes_the_roster_of_no_office_that_has_a_lead_of_its_own(world: World) -> None:
    page = world.officer("sheng-lead").get("/review/roster").text
    assert "吉林省" in page
    assert "长春" not in page


# Mail


def test_an_officer_says_where_their_mail_goes(world: World) -> None:
    lin = world.officer("lin")
    lin.get("/review/account")
    answer = lin.post("/review/account/mail", {"mail": "lin at example"})
    assert answer.status_code == 422
    assert "这不是电子邮箱地址" in answer.text
    assert "lin at example" in answer.text
    assert lin.post("/review/account/mail", {"mail": "Lin@example.cn"}).status_code == 303
    assert 'value="Lin@example.cn"' in lin.get("/review/account?done=mail").text
    lin.post("/review/account/mail", {"mail": ""})
    assert "Lin@example.cn" not in lin.get("/review/account").text
    world.sign()
    world.verify()


def test_an_administrator_says_where_somebodys_mail_goes_and_nobody_else_does(world: World) -> None:
    guan, qin = world.officer("guan"), world.officer("qin")
    page = f"/review/admin/officers/{world.cast['lin'].officer_id}"
    guan.get(page)
    assert guan.post(f"{page}/mail", {"mail": "lin@example.cn"}).status_code == 303
    assert "lin@example.cn" in guan.get(page).text
    said = world.entries()[-1]
    assert (said["event"], said["facts"]) == ("mail_set", {})
    qin.get("/review/account")
    assert qin.post(f"{page}/mail", {"mail": "x@example.cn"}).status_code == 404


def test_a_second_kind_on_one_case_is_offered_and_the_first_is_not(world: World, case: str) -> None:
    lin = world.officer("lin")
    page = lin.get(case).text
    raising = page[page.index("情况紧急，拉警报") :]
    assert 'value="danger"' not in raising
    assert 'value="death"' in raising
    by_hand(world, "gao", alarms(world)[0].case_id, alarms(world)[0].kind.__class__("death"))
    assert "反映有人死亡" in lin.get(case).text


def test_retaliation_asks_for_protection_first_and_for_the_check_then(world: World) -> None:
    zhou = world.visitor()
    zhou.report(category="RETALIATE-01", ongoing="past")
    lin, gao = world.officer("lin"), world.officer("gao")
    lin.get("/review/")
    case = CASE.search(lin.last)[0]
    page = Page(lin.get(case).text)
    assert "先保护举报人，再查有没有打击报复" in page.text
    assert "应急〔2020〕69号 10" in page.text
    assert f"{case}/protect" not in {form.attrs["action"] for form in page.forms}, "nor the lead, nor signed off"
    assert "先保护举报人。" in gao.get(case).text, "before anything else"
    answer = gao.post(f"{case}/protect", {"arranged": "写到一半"})
    assert answer.status_code == 422
    assert Page(answer.text).summary == [("measure", "请选怎么保护。")]
    assert "写到一半" in answer.text
    assert gao.post(f"{case}/protect", {"measure": "warned", "arranged": "发了告诫书。"}).status_code == 303
    page = Page(gao.get(f"{case}?done=protected").text)
    assert page.problems() == []
    assert "书面告诫单位不得打击报复" in page.text
    assert "先保护举报人。" not in page.text
    assert "再查有没有打击报复。 " not in page.text
    told = Page(zhou.get("/mailbox").text)
    assert told.problems() == []
    assert "没有说是谁举报的" in told.text
    assert "我们接着查有没有打击报复" in told.text
    assert "发了告诫书" not in zhou.last
    found = {"turned_out": "confirmed", "checked_how": "停岗是报复。"}
    assert gao.post(f"{case}/retaliation", found).status_code == 303
    gao.get(case)
    again = gao.post(f"{case}/retaliation", found)
    assert again.status_code == 422
    assert "已经查过的，不用再记" in again.text
    assert "查实有打击报复，已经依法处理" in zhou.get("/mailbox").text
    lin.get(case)
    refused = lin.post(f"{case}/protect", {"measure": "warned", "arranged": "我来记"})
    assert refused.status_code == 422
    assert "请分管领导，或者签收了这个警报的人来记" in refused.text
    assert "refused" in world.events(), "who may not is entered"
