"""Offices, page by page: what the tree says, an office more, a new name; and what each mistake is told."""

import pytest

from portal.domain.contents import NewName
from portal.domain.vocabulary import Duty, MotionKind
from tests.countering import COUNTER
from tests.staffing import Staff

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_establishing.py tries on both engines

TREE = "/review/admin/authorities"
OFFICE = {"division": "X-CBS", "zh": "长白山人防办", "since": "2026-04-01"}


def test_the_tree_says_who_is_there_and_who_stands_in(staff: Staff) -> None:
    text = staff.at("guan").get(TREE).text
    assert text.index("长春市人民防空办公室") < text.index("农安县人民防空办公室")
    assert "本单位：受理员、核查员" in text
    assert "都由长春市人民防空办公室代" in text
    assert "四平" not in text
    assert "归您管的行政区划都已有单位" in text
    assert "四平市人民防空办公室" in staff.at("sheng-guan").get(TREE).text


def test_an_office_comes_page_by_page(staff: Staff) -> None:
    sheng = staff.at("sheng-guan")
    sheng.get(TREE)
    form = {**OFFICE, "superior": str(staff.authority("office-220000")), "otp": staff.otp("sheng-guan")}
    assert sheng.post(TREE, form).status_code == 303
    said = staff.sign("sheng-cui")
    assert "长白山保护开发区" in said
    assert "省直管区" in said
    text = sheng.get(TREE).text
    assert "长白山人防办" in text
    assert "都由吉林省人民防空办公室代" not in text  # the province has no investigators
    staff.world.verify()


def test_a_desk_that_is_open_and_empty_is_said(staff: Staff) -> None:
    staff.newcomer("nong", "office-220122")
    staff.agree(MotionKind.OPEN, ("nong", "guan"), "nong", duty=Duty.INTAKE, code="office-220122")
    guan = staff.at("guan")
    assert "由长春市人民防空办公室代：核查员" in guan.get(TREE).text
    page = f"/review/admin/officers/{staff.cast['nong'].officer_id}"
    guan.get(page)
    guan.post(f"{page}/suspend", {"sure": "y"})
    assert "开了岗、没有人：受理员" in guan.get(TREE).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"superior": ""}, "请选上级单位"),
        ({"superior": "x"}, "请选上级单位"),
        ({"division": ""}, "请选行政区划"),
        ({"division": "220171"}, "开发区只是地方，不设单位"),
        ({"division": "220122"}, "这个行政区划已经有单位了"),
        ({"superior": "office-220300"}, "这个行政区划现在不归这个上级单位管"),
        ({"superior": "discipline-220000"}, "纪检监察机构下面不设单位"),
        ({"zh": ""}, "请写单位名称"),
        ({"zh": "长" * 61}, "最多 60 个字"),
        ({"since": ""}, "请写从哪一天起用这个名称"),
        ({"since": "明天"}, "日期请按“2026-03-01”的样子写"),
        ({"otp": "000000"}, "动态验证码对不上"),
    ],
)
def test_a_mistake_about_an_office_is_said_and_what_was_typed_stays(staff: Staff, changes: dict, said: str) -> None:
    sheng = staff.at("sheng-guan")
    sheng.get(TREE)
    form = {**OFFICE, "superior": "office-220000", "en": "Kept as typed", "otp": staff.otp("sheng-guan"), **changes}
    if form["superior"].startswith(("office", "discipline")):
        form["superior"] = str(staff.authority(form["superior"]))
    assert sheng.post(TREE, form).status_code == 422
    assert said in sheng.last
    assert 'value="Kept as typed"' in sheng.last
    assert sheng.last.count('class="error"') == 1


def test_an_office_above_that_is_not_ones_own_is_refused(staff: Staff) -> None:
    guan = staff.at("guan")
    guan.get(TREE)
    for code in ("office-220000", "office-220300"):
        form = {**OFFICE, "superior": str(staff.authority(code)), "otp": staff.otp("guan")}
        assert guan.post(TREE, form).status_code == 403
    form["superior"] = "6f1c1f0e-8d8b-4c56-9d5e-2f6b8f1f2a10"
    assert guan.post(TREE, {**form, "otp": staff.otp("guan")}).status_code == 403
    assert "motion_proposed" not in staff.world.events()


def test_a_name_comes_page_by_page_and_the_former_one_stays(staff: Staff) -> None:
    guan, page = staff.at("guan"), f"{TREE}/{staff.authority()}"
    assert "长春市人民防空办公室" in guan.get(page).text
    form = {"zh": "长春市国防动员办公室", "en": "", "ko": "", "since": "2026-03-01", "otp": staff.otp("guan")}
    assert guan.post(f"{page}/name", form).status_code == 303
    said = staff.sign("cui")
    assert "长春市国防动员办公室" in said
    assert "现在的名称" in said
    text = guan.get(page).text
    assert text.index("2022年6月10日") < text.index("2026年3月1日")
    assert "<h1>长春市国防动员办公室</h1>" in text
    assert "长春市人民防空办公室" in guan.get(TREE).text  # a former name
    zhou = staff.world.visitor()
    assert "长春市国防动员办公室" in zhou.get("/report").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"since": ""}, "请写从哪一天起用这个名称"),
        ({"since": "2022-06-10"}, "新名称的日期要在上一个名称（2022-06-10 起）之后"),
        ({"zh": "长春市人民防空办公室"}, "和上一个名称一样"),
    ],
)
def test_a_mistake_about_a_name_is_said_and_what_was_typed_stays(staff: Staff, changes: dict, said: str) -> None:
    guan, page = staff.at("guan"), f"{TREE}/{staff.authority()}"
    guan.get(page)
    same = {"en": "Civil Air Defence Office of Changchun City", "ko": "장춘시인민방공판공실"}
    form = {"zh": "新名称", "since": "2026-04-01", **same, "otp": staff.otp("guan"), **changes}
    assert guan.post(f"{page}/name", form).status_code == 422
    assert said in guan.last
    assert f'value="{form["zh"]}"' in guan.last


def test_what_is_typed_into_a_name_is_text_on_every_page(staff: Staff) -> None:
    content = NewName(staff.world.clock().date(), "<b>人防办</b>", "", "").encoded()
    staff.new(MotionKind.RENAME, "office-220100", content, ("guan", "cui"))
    for visitor, path in ((staff.at("guan"), TREE), (staff.world.visitor(), "/report")):
        assert "<b>人防办</b>" not in visitor.get(path).text
        assert "&lt;b&gt;人防办&lt;/b&gt;" in visitor.last


def test_nobody_else_sees_the_tree_and_nobody_names_anothers_office(staff: Staff) -> None:
    qin = staff.authority("office-220300")
    for who in ("lin", "gao", "shen"):
        visitor = staff.at(who)
        visitor.get("/review/account")
        assert visitor.get(TREE).status_code == 403
        assert visitor.get(f"{TREE}/{qin}").status_code == 403
    guan = staff.at("guan")
    assert guan.get(f"{TREE}/{qin}").status_code == 404
    guan.get(TREE)
    form = {"zh": "x", "since": "2026-04-01", "otp": staff.otp("guan")}
    assert guan.post(f"{TREE}/{qin}/name", form).status_code == 404
    assert staff.world.entries()[-1]["object"] == ["authorities", str(qin)]


def test_two_administrators_agree_on_a_counter_and_mistakes_are_said(staff: Staff) -> None:
    guan, page = staff.at("guan"), f"{TREE}/{staff.authority()}"
    assert "还没有设" in guan.get(page).text
    for changes, said in (({"address": ""}, "请写地址"), ({"since": "soon"}, "请照“2026-03-02”这样写日期")):
        assert guan.post(f"{page}/counter", {**COUNTER, "otp": staff.otp("guan"), **changes}).status_code == 422
        assert said in guan.last
        assert f'value="{COUNTER["hours"]}"' in guan.last
    assert guan.post(f"{page}/counter", {**COUNTER, "otp": staff.otp("guan")}).status_code == 303
    assert COUNTER["address"] in staff.sign("cui")
    assert COUNTER["telephone"] in staff.at("guan").get(page).text
    guan = staff.at("guan")
    guan.get(page)
    assert guan.post(f"{page}/counter", {**COUNTER, "otp": staff.otp("guan")}).status_code == 422
    assert "新的领取地点要在上一个（2026-04-01 起）之后" in guan.last
