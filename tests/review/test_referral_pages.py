"""`/review/cases/<id>/refer` and the slip: what is said on both sides, what lacks, what a printer gets."""

import re
from uuid import UUID

import pytest

from tests.pages import Page
from tests.referring import must_tell, refer
from tests.sending import accept
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_referring.py tries on both engines
HANDED = "地下二层有一处安全出口上锁，请检查。"
FORM = {"body": "FIRE", "extent": "whole", "handed": HANDED, "clean": "y"}


@pytest.fixture
def case(zhou: Visitor, lin: Visitor) -> str:
    """The address of the one case there is."""
    zhou.report()
    return re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]


def slip_of(visitor: Visitor, case: str) -> str:
    return re.search(rf"{case}/referrals/[0-9a-f-]{{36}}", visitor.get(case).text)[0]


def test_the_whole_is_handed_over_when_the_lead_agrees_and_both_sides_say_to_whom(
    world: World, lin: Visitor, zhou: Visitor, case: str
) -> None:
    lin.get(case)
    assert lin.post(f"{case}/refer", FORM).status_code == 303
    slip, gao = slip_of(lin, case), world.officer("gao")
    assert "待分管领导决定" in Page(lin.last).text
    assert "下一步 等分管领导决定是不是整件移送。" in Page(lin.last).text
    assert "下一步 请您决定是不是移送。" in Page(gao.get(case).text).text
    assert f'href="{slip}"' in gao.last
    assert "消防救援机构" not in Page(zhou.get("/mailbox").text).text
    for who, step in ((gao, "agree"), (lin, "hand_over")):
        assert "移交以后本件就此结束" in Page(who.get(slip).text).text
        assert who.post(slip, {"step": step}).status_code == 303
    page = Page(lin.get(case).text)
    assert page.problems() == []
    assert "消防救援机构 · 已移送，待签收" in page.text
    mailbox = Page(zhou.get("/mailbox").text)
    assert mailbox.problems() == []
    assert "消防救援机构" in mailbox.text
    assert "接下来由它依法办理，它不知道您是谁。" in mailbox.text
    assert HANDED not in mailbox.text


def test_the_slip_says_what_the_officer_wrote_and_nothing_of_the_report(world: World, lin: Visitor, case: str) -> None:
    accept(world, "lin", UUID(case.rpartition("/")[2]))
    lin.get(case)
    lin.post(f"{case}/refer", {**FORM, "extent": "part"})
    page = Page(lin.get(slip_of(lin, case)).text)
    assert page.problems() == []
    for said in (HANDED, "消防救援机构", "长春市人民防空办公室", "2026年3月2日", "消防法 28、60"):
        assert said in page.text, said
    for kept in ("220100-2026-00001", "铁链子", "蓝鲸", "周小明", "13800000000", "12时", "12:00", "受理编号"):
        assert kept not in page.text, kept


def test_what_became_of_it_is_written_there(lin: Visitor, case: str) -> None:
    lin.get(case)
    lin.post(f"{case}/refer", {**FORM, "extent": "part"})
    slip = slip_of(lin, case)
    lin.get(slip)
    answer = lin.post(slip, {"step": "answer", "words": ""})
    assert answer.status_code == 422
    assert [link for link, _ in Page(answer.text).summary] == ["words"]
    assert lin.post(slip, {"step": "answer", "words": "已责令拆除门锁。"}).status_code == 303
    assert "已责令拆除门锁。" in Page(lin.get(slip).text).text
    assert "消防救援机构 · 对方已答复" in Page(lin.get(case).text).text


def test_a_lead_decides_on_a_crime_and_whoever_asked_is_offered_nothing(world: World, lin: Visitor, case: str) -> None:
    refer(world, "lin", UUID(case.rpartition("/")[2]), "POLICE_CRIME", whole=False)
    slip = slip_of(lin, case)
    assert not Page(lin.get(slip).text).all("textarea")
    gao = world.officer("gao")
    gao.get(slip)
    assert gao.post(slip, {"step": "agree", "words": ""}).status_code == 303
    assert "已同意，待移交" in Page(lin.get(slip).text).text
    assert "下一步 分管领导同意移送了：请移交，再记下来。" in Page(lin.get(case).text).text


def test_what_must_be_handed_on_first_is_said_with_its_article_and_holds_the_rest_up(
    world: World, lin: Visitor, case: str
) -> None:
    must_tell(world, UUID(case.rpartition("/")[2]), "C10")
    page = Page(lin.get(case).text)
    assert "要先移送：提请上级安委会挂牌督办" in page.text
    assert "吉防办发〔2022〕42号 第27项" in page.text
    answer = lin.post(f"{case}/decline", {"reason": "INFO_REQUEST", "explanation": "写过的话", "sure": "y"})
    assert answer.status_code == 422
    assert "要先提请上级安委会挂牌督办" in Page(answer.text).summary[0][1]
    assert Page(answer.text).form(f"{case}/decline").fields["explanation"] == "写过的话"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": "COMMITTEE"}, "extent"),
        ({"extent": ""}, "extent"),
        ({"handed": ""}, "handed"),
        ({"clean": ""}, "clean"),
    ],
)
def test_what_lacks_is_said_at_its_field_and_what_was_typed_is_kept(
    world: World, lin: Visitor, case: str, fields: dict[str, str], field: str
) -> None:
    lin.get(case)
    answer = lin.post(f"{case}/refer", {**FORM, **fields})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == [field]
    assert page.form(f"{case}/refer").fields["handed"] == {**FORM, **fields}["handed"]
    assert not [event for event in world.events() if event.startswith("referr")]


def test_a_step_on_an_old_page_is_not_taken(lin: Visitor, zhou: Visitor, case: str) -> None:
    lin.get(case)
    lin.post(f"{case}/refer", {**FORM, "extent": "part"})
    slip = slip_of(lin, case)
    lin.get(slip)
    zhou.get("/mailbox")
    zhou.post("/mailbox/message", {"text": "锁已经拆了。"})
    answer = lin.post(slip, {"step": "answer", "words": "已罚款。"})
    assert answer.status_code == 409
    assert "已罚款。" in answer.text
