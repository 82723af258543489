"""`/review/cases/<id>` at triage: the reporter is asked, the report is turned away; in words that both sides read."""

import re

import pytest

from tests.pages import Page
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_triage.py tries on both engines


@pytest.fixture
def case(zhou: Visitor, lin: Visitor) -> str:
    """The address of the one case there is."""
    zhou.report()
    lin.get("/review/")
    return re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]


def test_the_reporter_is_asked_and_answers(zhou: Visitor, lin: Visitor, case: str) -> None:
    lin.get(case)
    assert lin.post(f"{case}/ask", {"question": "请问是几层？"}).status_code == 303
    page = Page(lin.get(case).text)
    assert page.problems() == []
    assert "待补充" in page.text
    mailbox = Page(zhou.get("/mailbox").text)
    assert mailbox.problems() == []
    assert "请您补充一点情况" in mailbox.text
    assert "3月17日" in mailbox.text
    assert "新 请举报人补充" in mailbox.text
    zhou.post("/mailbox/message", {"text": "地下二层。"})
    assert "有新来信" in Page(lin.get("/review/").text).text
    assert "新" in Page(lin.get(case).text).text.split()
    assert "有新来信" not in re.search(r"<tbody.*</tbody>", lin.get("/review/").text, re.DOTALL)[0]


def test_a_report_turned_away_says_why_by_which_article_and_who(zhou: Visitor, lin: Visitor, case: str) -> None:
    lin.get(case)
    words = "招标信息请到公开栏查。"
    assert lin.post(f"{case}/decline", {"reason": "INFO_REQUEST", "explanation": words, "sure": "y"}).status_code == 303
    for visitor, address in ((lin, case), (zhou, "/mailbox")):
        page = Page(visitor.get(address).text)
        assert page.problems() == []
        for said in (
            "属于政府信息公开申请，请按公开渠道提出",
            "依据：应急管理部举报小程序不予受理清单",
            "决定单位：长春市人民防空办公室",
            words,
        ):
            assert said in page.text, (address, said)
    assert not [form for form in Page(lin.get(case).text).forms if form.attrs["action"].endswith("/decline")]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"reason": ""}, "reason", "请选一条理由"),
        ({"reason": "ANONYMOUS"}, "reason", "没有这条理由"),
        ({"reason": "NO_TARGET"}, "reason", "要先请举报人补充过"),
        ({"reason": "SUGGESTION", "explanation": ""}, "explanation", "为什么不受理，还可以怎么办"),
        ({"reason": "SUGGESTION", "explanation": "写过的话", "sure": ""}, "sure", "决定以后不能改"),
        ({"reason": "INFO_REQUEST", "explanation": "字" * 20_001}, "explanation", "最多 20,000 个字"),
    ],
)
def test_a_refusal_that_is_not_allowed_says_what_it_lacks_and_keeps_what_was_typed(
    world: World, lin: Visitor, case: str, fields: dict[str, str], field: str, sentence: str
) -> None:
    lin.get(case)
    typed = {"explanation": "写过的话", "sure": "y", **fields}
    answer = lin.post(f"{case}/decline", typed)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == [field]
    assert sentence in page.summary[0][1]
    assert page.form(f"{case}/decline").fields["explanation"] == typed.get("explanation", "")
    assert "declined" not in world.events()


def test_each_reason_is_offered_with_its_article_and_what_is_none_is_said(lin: Visitor, case: str) -> None:
    page = Page(lin.get(case).text)
    assert "依据：应急管理部举报小程序不予受理清单；要先请举报人补充" in page.text
    alone = [one["value"] for one in page.all("input") if one.get("name") == "reason"]
    assert "NOT_A_REPORT" not in alone  # needs a second person
    for none in ("匿名", "没有照片或证据", "不属于本单位职责"):
        assert none in page.text


def test_what_was_typed_for_a_question_is_carried_through_signing_in_again(
    world: World, lin: Visitor, case: str
) -> None:
    lin.get(case)
    world.clock.forward(hours=9)
    answer = lin.post(f"{case}/ask", {"question": "请问是几层？"})
    assert answer.status_code == 422
    fields = Page(answer.text).form("/review/login").fields
    assert (fields["question"], fields["onward"]) == ("请问是几层？", f"{case}/ask")
