"""`/review/cases/<id>/merge`, `/split`: by number, within the desk; what is said of it on both sides."""

from uuid import UUID

import pytest

from tests import verification as cast
from tests.casework import confirm_step
from tests.merging import look_at, merge, split
from tests.pages import Page
from tests.sending import accept, arrive, run
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


SPLIT = {"split_reason": "other_place", "split_words": "是另一个商场的出口。"}


@pytest.mark.parametrize("page_of", ["case", "main"])
def test_a_merge_that_was_wrong_is_undone_on_either_page(
    world: World, lin: Visitor, zhou: Visitor, cases: tuple[str, str], page_of: str
) -> None:
    case, main = cases
    lin.get(case)
    lin.post(f"{case}/merge", {"main_number": NUMBER})
    where = {"case": case, "main": main}[page_of]
    page = Page(lin.get(where).text)
    assert page.problems() == []
    form = page.form(f"{where}/split")
    assert form.fields["leaves"] == case.rpartition("/")[2]
    answer = lin.post(f"{where}/split", {**form.fields, "split_words": "写到一半"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.problems() == []
    assert [(link, said) for link, said in page.summary] == [("split_reason", "请选一条理由。")]
    assert "写到一半" in answer.text
    assert lin.post(f"{where}/split", {**form.fields, **SPLIT}).status_code == 303
    assert "已拆分，单独办理" in lin.get(f"{where}?done=split").text
    assert 'id="together"' not in lin.get(main).text
    assert "待受理" in lin.get(case).text
    mailbox = Page(zhou.get("/mailbox").text)
    assert mailbox.problems() == []
    assert "待受理" in mailbox.text
    assert "从原来的起点接着算" in mailbox.text
    assert "原来和同一事项一并办理，现在单独办理" in mailbox.text, "yesterday it was taken up, today it waits"
    for kept in (NUMBER, "拆分", "另一个商场", "并案"):
        assert kept not in zhou.last
    assert world.replay() == ()


def test_once_both_were_concluded_intake_reads_whose_it_is_and_the_lead_has_the_form(world: World) -> None:
    staff = Staff(world)
    _, case_id = cast.checked(world)
    _, merged = arrive(world)
    merge(world, "lin", merged, case_id)
    look_at(world, merged)
    confirm_step(staff, "gao", cast.propose(staff, case_id))
    case = f"/review/cases/{merged}"
    page = Page(staff.at("lin").get(case).text)
    assert "请分管领导办" in page.text
    assert f"{case}/split" not in {form.attrs["action"] for form in page.forms}
    gao = staff.at("gao")
    form = Page(gao.get(case).text).form(f"{case}/split")
    assert gao.post(f"{case}/split", {**form.fields, **SPLIT}).status_code == 303


def newest_case(world: World) -> UUID:
    """The case of whoever reported last."""
    return UUID(bytes=run(world, "SELECT case_id FROM reports ORDER BY rowid DESC LIMIT 1")[0][0])


def test_whoever_was_told_a_result_reads_that_it_is_handled_anew(world: World) -> None:
    staff = Staff(world)
    _, case_id = cast.checked(world)
    zhou = world.visitor()
    zhou.report()
    merged = newest_case(world)
    merge(world, "lin", merged, case_id)
    look_at(world, merged)
    confirm_step(staff, "gao", cast.propose(staff, case_id))
    cast.feed_back(world, case_id)
    assert "核查结果" in zhou.get("/mailbox").text
    split(world, "gao", merged)
    page = Page(zhou.get("/mailbox").text)
    assert page.problems() == []
    assert "现在重新办理，有了新的结论再告诉您" in page.text
    assert cast.FACTS in page.text
    assert "对结论有异议" not in page.text
