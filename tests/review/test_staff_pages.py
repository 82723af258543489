"""The staff, page by page: Guan invites, Liu enrols, Cui confirms, Lin gives the key; and what each mistake is told."""

import re

import pytest
from sqlalchemy import select

from crypto.enrolment import EnrolmentCode
from portal.domain.vocabulary import Duty, MotionKind
from portal.store.officers import Officer
from tests.staffing import MOTION, Staff
from tests.visitor import Visitor

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_seating.py tries on both engines

CODE = re.compile(r'<output class="code" id="code">(.*?)</output>', re.DOTALL)
OFFICERS = "/review/admin/officers"


def page_of(staff: Staff, who: str) -> str:
    with staff.world.store.reading() as session:
        return f"{OFFICERS}/{session.scalars(select(Officer.id).where(Officer.username == who)).one()}"


def send(visitor: Visitor, page: str, action: str, **data: str) -> int:
    visitor.get(page)
    return visitor.post(f"{page}/{action}", data).status_code


def invited(staff: Staff, who: str = "liu") -> str:
    """The code that Guan's page shows."""
    guan = staff.at("guan")
    guan.get(OFFICERS)
    answer = guan.post(OFFICERS, {"username": who, "authority": str(staff.authority())})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return re.sub(r"<[^>]+>", "", CODE.search(guan.last)[1])


def test_an_officer_comes_page_by_page(staff: Staff) -> None:
    staff.enrol("liu", EnrolmentCode.parse(invited(staff)))
    guan, cui, lin, liu = (staff.at(who) for who in ("guan", "cui", "lin", "liu"))
    assert "您还没有岗位" in liu.get("/review/").text
    print_ = re.search(r'<p class="print">(.*?)</p>', liu.get("/review/account").text)[1]
    page = page_of(staff, "liu")
    assert print_ in guan.get(page).text
    assert send(guan, page, "certify", otp=staff.otp("guan")) == 303
    assert "等您复核" in cui.get("/review/motions").text
    motion = MOTION.search(cui.last)[0]
    assert print_ in cui.get(motion).text
    assert cui.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("cui")}).status_code == 303
    assert send(guan, page, "seat", desk=str(staff.desk(Duty.INTAKE)), otp=staff.otp("guan")) == 303
    motion = MOTION.search(lin.get("/review/motions").text)[0]
    lin.get(motion)
    assert lin.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("lin")}).status_code == 303
    assert "本岗待办" in liu.get("/review/").text
    assert "liu" in lin.get("/review/account").text
    staff.world.verify()


def test_who_left_is_named_until_the_key_is_turned(staff: Staff) -> None:
    staff.newcomer("liu")
    staff.agree(MotionKind.SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    guan, liu = staff.at("guan"), staff.at("liu")
    assert send(guan, page_of(staff, "lin"), "unseat", desk=str(staff.desk(Duty.INTAKE)), sure="y") == 303
    assert "有人离开了这个岗位" in liu.get("/review/account").text
    form = f"/review/account/desks/{staff.desk(Duty.INTAKE)}/turn"
    assert liu.post(form, {"otp": staff.otp("liu")}).status_code == 303
    assert "新钥匙已经生成" in liu.get("/review/account").text
    motion = MOTION.search(liu.last)[0]
    guan.get(motion)
    assert guan.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("guan")}).status_code == 303
    assert "有人离开了这个岗位" not in liu.get("/review/account").text
    assert "第 2 把钥匙" in liu.last


def test_the_staffing_page_says_who_stands_in(staff: Staff) -> None:
    guan = staff.at("guan")
    text = guan.get("/review/admin/").text
    assert "由长春市人民防空办公室代" in text
    assert "本单位 2 人" in text
    assert "四平" not in text


def test_no_other_duty_sees_the_administrators_pages(staff: Staff) -> None:
    page = page_of(staff, "lin")
    for who in ("lin", "gao", "he", "shen", "chen"):
        visitor = staff.at(who)
        visitor.get("/review/account")
        assert [visitor.get(one).status_code for one in ("/review/admin/", OFFICERS, page)] == [403, 403, 403]
        assert visitor.post(f"{page}/suspend", {"sure": "y"}).status_code == 404
        assert visitor.post(OFFICERS, {"username": "x1", "authority": str(staff.authority())}).status_code == 403


def test_an_administrator_of_another_office_meets_a_page_that_is_not_there(staff: Staff) -> None:
    guan = staff.at("guan")
    page = page_of(staff, "qin")
    guan.get("/review/account")
    assert guan.get(page).status_code == 404
    for step in ("suspend", "leave", "code", "sessions"):
        assert guan.post(f"{page}/{step}", {"sure": "y"}).status_code == 404
    assert guan.post(f"{page}/seat", {"desk": str(staff.desk(Duty.INTAKE)), "otp": "123456"}).status_code == 404


def test_what_is_missing_is_said_and_what_was_typed_stays(staff: Staff) -> None:
    guan = staff.at("guan")
    guan.get(OFFICERS)
    assert guan.post(OFFICERS, {"username": "Zhang Wei"}).status_code == 422
    assert "用户名用 2 到 30 个小写字母" in guan.last
    assert "请选单位" in guan.last
    assert 'value="Zhang Wei"' in guan.last
    assert guan.post(OFFICERS, {"username": "lin", "authority": str(staff.authority())}).status_code == 422
    assert "已经有人用了" in guan.last
    page = page_of(staff, "lin")
    assert send(guan, page, "suspend") == 422
    assert send(guan, page, "seat", desk="x", otp="12") == 422
    assert "<title>错误：" in guan.last
    assert send(guan, page, "seat", desk=str(staff.desk(Duty.PAYOUT)), otp=staff.otp("guan")) == 422
    assert "受理员和奖金发放不能是同一个人" in guan.last
    assert send(guan, page, "seat", desk=str(staff.desk(Duty.LEAD)), otp="000000") == 422
    assert "动态验证码对不上" in guan.last


def test_one_form_with_a_mistake_does_not_mark_the_others(staff: Staff) -> None:
    guan = staff.at("guan")
    send(guan, page_of(staff, "lin"), "leave")
    assert guan.last.count('class="error"') == 1


def test_a_suspended_officer_is_out_at_once_and_comes_back_with_two(staff: Staff) -> None:
    guan, cui, lin = staff.at("guan"), staff.at("cui"), staff.at("lin")
    page = page_of(staff, "lin")
    assert send(guan, page, "suspend", sure="y") == 303
    assert lin.get("/review/").status_code == 303
    assert send(guan, page, "resume", otp=staff.otp("guan")) == 303
    motion = MOTION.search(cui.get("/review/motions").text)[0]
    guan.get(motion)
    assert guan.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("guan")}).status_code == 403
    cui.get(motion)
    assert cui.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("cui")}).status_code == 303
    assert staff.at("lin").get("/review/").status_code == 200


def test_fields_that_a_form_does_not_have_are_ignored(staff: Staff) -> None:
    """Every column's name sent along: nothing of it is stored."""
    staff.enrol("liu", staff.invite("liu"))
    guan = staff.at("guan")
    wild = dict.fromkeys(("state", "seconder_id", "second", "officer_id", "desk_id", "proposer_id", "kind"), "1")
    assert send(guan, page_of(staff, "liu"), "certify", otp=staff.otp("guan"), **wild) == 303
    motion = MOTION.search(guan.get("/review/motions").text)[0]
    assert "待复核" in guan.get(motion).text
    assert "liu" in guan.last


def test_a_motion_is_none_of_a_strangers_business(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(MotionKind.CERTIFY, "guan", "liu")
    qin = staff.at("qin")
    qin.get("/review/account")
    assert qin.get(f"/review/motions/{motion}").status_code == 404
    assert qin.post(f"/review/motions/{motion}/confirm", {"sure": "y", "otp": "123456"}).status_code == 404
    assert str(motion) not in qin.get("/review/motions").text
    refusal = staff.world.entries()[-1]
    assert (refusal["event"], refusal["object"]) == ("refused", ["motions", str(motion)])


def test_the_first_desk_of_a_county_opens_page_by_page(staff: Staff) -> None:
    staff.newcomer("nong", "office-220122")
    nong, guan = staff.at("nong"), staff.at("guan")
    nong.get("/review/account")
    assert nong.post("/review/account/open", {"duty": "intake"}).status_code == 422
    assert nong.post("/review/account/open", {"duty": "intake", "otp": staff.otp("nong")}).status_code == 303
    motion = MOTION.search(guan.get("/review/motions").text)[0]
    guan.get(motion)
    assert guan.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("guan")}).status_code == 303
    assert "农安县" in nong.get("/review/").text


def test_a_code_that_did_not_fit_confirms_nothing(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion = f"/review/motions/{staff.propose(MotionKind.CERTIFY, 'guan', 'liu')}"
    cui = staff.at("cui")
    cui.get(motion)
    assert cui.post(f"{motion}/confirm", {"otp": staff.otp("cui")}).status_code == 422
    assert "请先核对，再勾上" in cui.last
    assert cui.post(f"{motion}/confirm", {"sure": "y", "otp": "000000"}).status_code == 422
    assert "待复核" in cui.last
