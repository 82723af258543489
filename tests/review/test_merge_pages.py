"""`/review/cases/<id>/merge`: by number, within the desk; what is said of it on both sides."""

import pytest

from tests import verification as cast
from tests.merging import merge
from tests.pages import Page
from tests.sending import accept, arrive
from tests.staffing import Staff
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_merging.py tries on both engines
NUMBER = "220100-2026-00001"


@pytest.fixture
def cases(world: World, zhou: Visitor) -> tuple[str, str]:
    """(周's case, another that was taken up): their addresses."""
    _, main_id = arrive(world, description="那个出口还锁着。")
    accept(world, "lin", main_id)
    zhou.report()
    found = Page(world.officer("lin").get("/review/?state=received").text)
    (case,) = {one["href"] for one in found.all("a") if one["href"].startswith("/review/cases/")}
    return case, f"/review/cases/{main_id}"


def test_two_reports_are_handled_together_and_each_page_leads_to_the_other(
    lin: Visitor, zhou: Visitor, cases: tuple[str, str]
) -> None:
    case, main = cases
    lin.get(case)
    assert lin.post(f"{case}/merge", {"main_number": "２２０１００-2026-00001 "}).status_code == 303
    for address, other in ((case, main), (main, case)):
        page = Page(lin.get(address).text)
        assert page.problems() == []
        assert "一并办理" in page.text
        assert other in {one["href"] for one in page.all("a")}
    mailbox = Page(zhou.get("/mailbox").text)
    assert mailbox.problems() == []
    assert "一并办理" in mailbox.text
    assert NUMBER not in zhou.last
    assert "并入" not in mailbox.text


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("", "请写并入哪一件"), ("220100-2026-00009", "本岗位没有这个受理编号"), ("220300-2026-00001", "本岗位没有")],
)
def test_a_number_that_will_not_do_says_why_and_stays(
    lin: Visitor, cases: tuple[str, str], number: str, sentence: str
) -> None:
    case, _ = cases
    lin.get(case)
    answer = lin.post(f"{case}/merge", {"main_number": number})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.problems() == []
    assert [(link, sentence in said) for link, said in page.summary] == [("main_number", True)]
    assert page.form(f"{case}/merge").fields["main_number"] == number


def test_a_merged_case_offers_none_of_the_steps_of_triage(world: World, lin: Visitor, cases: tuple[str, str]) -> None:
    _, main = cases
    _, third = arrive(world)
    merge(world, "lin", third, type(third)(main.rpartition("/")[2]))
    page = Page(lin.get(f"/review/cases/{third}").text)
    offered = {form.attrs["action"].rpartition("/")[2] for form in page.forms}
    assert not offered & {"accept", "decline", "merge", "aside", "block", "transfer"}
    assert "letter" in offered


def test_a_candidate_is_picked_from_the_page_and_fills_the_form(world: World, lin: Visitor) -> None:
    _, main_id = arrive(world)
    accept(world, "lin", main_id)
    lin.get(f"/review/cases/{main_id}")
    _, other = arrive(world, description="第二天又锁上了。")
    case = f"/review/cases/{other}"
    page = Page(lin.get(case).text)
    (pick,) = {one["href"] for one in page.all("a") if "into=" in one["href"]}
    assert pick == f"{case}?into={main_id}#merge"
    page = Page(lin.get(f"{case}?into={main_id}").text)
    assert page.problems() == []
    merging = page.form(f"{case}/merge")
    assert merging.fields["main_number"] == NUMBER
    assert lin.post(f"{case}/merge", {"main_number": merging.fields["main_number"]}).status_code == 303
    assert "into=" not in lin.get(case).text, "nothing is merged any more"
    for nothing in (str(other), "x", "../"):
        assert (
            Page(lin.get(f"/review/cases/{main_id}?into={nothing}").text)
            .form(f"/review/cases/{main_id}/merge")
            .fields["main_number"]
            == ""
        )


def test_a_conclusion_names_what_was_merged_and_is_agreed_to_when_each_was_opened(world: World) -> None:
    staff = Staff(world)
    _, case_id = cast.checked(world)
    _, merged = arrive(world)
    merge(world, "lin", merged, case_id)
    motion, gao = f"/review/motions/{cast.propose(staff, case_id)}", staff.at("gao")
    assert "您还没有看" in Page(gao.get(motion).text).text
    answer = gao.post(f"{motion}/confirm", {"sure": "y"})
    assert answer.status_code == 422
    assert "分管领导还没有都打开看过" in Page(answer.text).text
    assert f'href="/review/cases/{merged}"' in answer.text
    gao.get(f"/review/cases/{merged}")
    assert "您还没有看" not in Page(gao.get(motion).text).text
    assert gao.post(f"{motion}/confirm", {"sure": "y"}).status_code == 303
