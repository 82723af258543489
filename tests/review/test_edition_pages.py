"""Editions, page by page: given as text or as a file, read at once, compared by a second person, and then it counts."""

import re
from datetime import date
from io import BytesIO

import pytest

from portal.domain.contents import NewEdition
from portal.domain.vocabulary import Duty, MotionKind
from tests.editions import NOTICE, holidays, reasons
from tests.staffing import MOTION, Staff
from tests.visitor import Visitor

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_adopting.py tries on both engines

EDITIONS = "/review/admin/editions"


def proposed(staff: Staff, **form) -> Visitor:
    sheng = staff.at("sheng-guan")
    sheng.get(EDITIONS)
    given = {"kind": "holidays", "otp": staff.otp("sheng-guan"), **form}
    assert sheng.post(EDITIONS, given).status_code == 303
    return sheng


def test_holidays_come_page_by_page(staff: Staff) -> None:
    sheng = proposed(staff, text=NOTICE)
    cui = staff.at("sheng-cui")
    motion = MOTION.search(cui.get("/review/motions").text)[0]
    assert "采用版本 · 节假日安排 · 2027" in cui.last
    assert "和 2027-provisional 不一样的地方" in cui.get(motion).text
    assert "<del>- last = 2027-02-08</del>" in cui.last
    assert "<ins>+ last = 2027-02-12</ins>" in cui.last
    assert cui.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("sheng-cui")}).status_code == 303
    text = sheng.get(EDITIONS).text
    assert re.search(r"<b>现行</b> <a [^>]*>2027</a> <span class=\"tag\">运行中采用</span>", text)
    assert re.search(r"<b>已被代替</b> <a [^>]*>2027-provisional</a>", text)
    assert NOTICE.strip().splitlines()[-1] in sheng.get(f"{EDITIONS}/holidays/2027").text
    assert staff.world.house.policies.holidays.kind(date(2027, 2, 12)).rest
    staff.world.verify()


def test_a_file_counts_instead_of_what_was_pasted(staff: Staff) -> None:
    upload = (BytesIO(b"\xef\xbb\xbf" + NOTICE.replace("\n", "\r\n").encode()), "2027.toml")
    proposed(staff, text="= nonsense", file=upload)
    cui = staff.at("sheng-cui")
    motion = MOTION.search(cui.get("/review/motions").text)[0]
    assert "<ins>+ last = 2027-02-12</ins>" in cui.get(motion).text


def test_an_edition_of_the_reasons_waits_for_its_day(staff: Staff) -> None:
    text = NewEdition.decode(reasons(without=("INFO_REQUEST",))).text
    sheng = proposed(staff, kind="reasons", text=text)
    cui = staff.at("sheng-cui")
    motion = MOTION.search(cui.get("/review/motions").text)[0]
    assert "INFO_REQUEST" in cui.get(motion).text
    assert len(cui.last.encode()) < 60_000
    cui.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("sheng-cui")})
    assert re.search(r"<b>将要生效</b> <a [^>]*>jilin-2</a>", sheng.get(EDITIONS).text)
    staff.world.clock.forward(days=8)
    assert re.search(r"<b>现行</b> <a [^>]*>jilin-2</a>", staff.at("sheng-guan").get(EDITIONS).text)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"kind": ""}, "请选是哪一类"),
        ({"kind": "clocks"}, "请选是哪一类"),
        ({"text": ""}, "请选一个文件，或者把内容贴进来"),
        ({"text": "edition = \nyear = 2027"}, "第 1 行第 11 列，写法不对"),
        ({"text": '{"edition": "x",\n "year" 1}'}, "第 2 行第 9 列，写法不对"),
        ({"text": NOTICE.replace("2027-02-05", '"5 February"')}, "holidays[1].first：要写日期"),
        ({"text": NOTICE.replace("year = 2027", "")}, "year：没有写"),
        ({"text": NOTICE + "wrked = 1"}, "holidays[7].wrked：这一项不认识"),
        ({"text": NOTICE.replace('"2027"', '"2026"')}, "已经有叫“2026”的版本了"),
        ({"text": NOTICE.replace('"2027"', '"二〇二七"')}, "版本名只用小写字母、数字"),
        ({"text": NOTICE.replace("= false", "= true")}, "2027 年已有安排"),
        ({"kind": "reasons", "text": NewEdition.decode(reasons(effective="2026-03-02")).text}, "最早明天生效"),
        ({"otp": "000000"}, "动态验证码对不上"),
    ],
)
def test_a_mistake_is_said_with_its_place_and_what_was_given_stays(staff: Staff, form: dict, said: str) -> None:
    sheng = staff.at("sheng-guan")
    sheng.get(EDITIONS)
    given = {"kind": "holidays", "text": NOTICE, "otp": staff.otp("sheng-guan"), **form}
    assert sheng.post(EDITIONS, given).status_code == 422
    assert said in sheng.last
    assert given["text"][:12].replace('"', "&#34;") in sheng.last
    assert "motion_proposed" not in staff.world.events()


@pytest.mark.parametrize("data", [b"\xff\xfe", "年".encode("gb18030")])
def test_a_file_that_is_no_text_is_said(staff: Staff, data: bytes) -> None:
    sheng = staff.at("sheng-guan")
    sheng.get(EDITIONS)
    given = {"kind": "holidays", "otp": staff.otp("sheng-guan"), "file": (BytesIO(data), "x.toml")}
    assert sheng.post(EDITIONS, given).status_code == 422
    assert "这个文件不是 UTF-8 文字" in sheng.last


def test_what_a_file_says_is_text_on_the_page(staff: Staff) -> None:
    proposed(staff, text=NOTICE.replace("春节", "<b>x</b>").replace("国务院办公厅", "<i>y</i>"))
    cui = staff.at("sheng-cui")
    text = cui.get(MOTION.search(cui.get("/review/motions").text)[0]).text
    assert "&lt;b&gt;x&lt;/b&gt;" in text
    assert "&lt;i&gt;y&lt;/i&gt;" in text


def test_below_the_province_one_looks_and_adopts_nothing(staff: Staff) -> None:
    staff.newcomer("nong", "office-220122")
    staff.agree(MotionKind.OPEN, ("nong", "guan"), "nong", duty=Duty.ADMINISTER, code="office-220122")
    for who in ("guan", "nong"):
        visitor = staff.at(who)
        assert "新的版本由省级管理员提出和复核" in visitor.get(EDITIONS).text
        given = {"kind": "holidays", "text": NOTICE, "otp": staff.otp(who)}
        assert visitor.post(EDITIONS, given).status_code == 403
    motion = staff.propose(MotionKind.ADOPT, "sheng-guan", code="office-220000", content=holidays())
    for who in ("guan", "nong"):
        visitor = staff.at(who)
        visitor.get("/review/account")
        assert visitor.get(f"/review/motions/{motion}").status_code == 404
        assert (
            visitor.post(f"/review/motions/{motion}/confirm", {"sure": "y", "otp": staff.otp(who)}).status_code == 404
        )


def test_the_proposer_confirms_nothing(staff: Staff) -> None:
    sheng = proposed(staff, text=NOTICE)
    motion = MOTION.search(sheng.get("/review/motions").text)[0]
    assert "您来复核" not in sheng.get(motion).text
    answer = sheng.post(f"{motion}/confirm", {"sure": "y", "otp": staff.otp("sheng-guan")})
    assert answer.status_code == 403


def test_no_other_duty_sees_the_editions_and_what_is_not_there_is_no_page(staff: Staff) -> None:
    for who in ("lin", "shen"):
        visitor = staff.at(who)
        visitor.get("/review/account")
        assert visitor.get(EDITIONS).status_code == 403
        assert visitor.get(f"{EDITIONS}/holidays/2026").status_code == 403
    guan = staff.at("guan")
    for path in ("holidays/2031", "nothing/2026", "holidays/..%2f2026"):
        assert guan.get(f"{EDITIONS}/{path}").status_code == 404
