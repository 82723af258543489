"""What the page of a case folds away comes open again with what was typed; what comes next stands on top."""

import re
from uuid import UUID

import pytest

from tests.referring import hand_over
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # nothing here is stored but by steps that other tests try on both engines
TYPED = [  # (where it is sent, what is missing in it, the field that was typed)
    ("letter", {"text": ""}, "text"),
    ("ask", {"question": ""}, "question"),
    ("decline", {"explanation": "写给举报人的话。"}, "explanation"),
    ("refer", {"handed": "要移送的话。"}, "handed"),
    ("recuse", {"apart": ""}, "apart"),
]


@pytest.fixture
def case(zhou: Visitor, lin: Visitor) -> str:
    """The address of the one case there is."""
    zhou.report()
    return re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]


def folds(page: str) -> list[tuple[bool, str]]:
    """Each fold that holds a form: whether it is open, and what is in it."""
    found = re.findall(r"<details([^>]*)>(.*?)</details>", page, re.DOTALL)
    return [("open" in attributes, inside) for attributes, inside in found]


def opened(page: str, field: str) -> bool:
    """Whether the fold with this field is open."""
    return next(shown for shown, inside in folds(page) if f'id="{field}"' in inside)


@pytest.mark.parametrize(("step", "body", "field"), TYPED)
def test_a_form_that_lacks_something_comes_open_and_the_others_closed(
    lin: Visitor, case: str, step: str, body: dict[str, str], field: str
) -> None:
    assert not opened(lin.get(case).text, field)
    answer = lin.post(f"{case}/{step}", body)
    assert answer.status_code == 422
    assert opened(answer.text, field)
    assert [other for _, _, other in TYPED if other != field and opened(answer.text, other)] == []


def test_a_letter_that_was_begun_is_still_open_beside_the_telephone_number(lin: Visitor, case: str) -> None:
    lin.get(case)
    page = lin.post(f"{case}/phone", {"text": "我们想打电话问您。"}).text
    assert opened(page, "text")
    assert "我们想打电话问您。" in page


def test_what_was_written_for_a_step_that_is_gone_is_shown_to_be_copied(world: World, lin: Visitor, case: str) -> None:
    gao = world.officer("gao")
    lin.get(case)
    lin.post(f"{case}/accept", {"subject": "安全出口上锁"})
    page = gao.get(case).text
    officer = re.search(r'value="([0-9a-f-]{36})"[^>]*>chen', page)[1]
    lin.get(case)
    hand_over(world, UUID(case.rpartition("/")[2]))
    answer = gao.post(f"{case}/assign", {"officer": officer, "brief": "看全部出口。"})
    assert answer.status_code in {403, 409}
    assert "看全部出口。" in answer.text


def test_the_page_says_on_top_what_comes_next_and_by_when(world: World, lin: Visitor, case: str) -> None:
    head = re.search(r'<section class="ahead".*?</section>', lin.get(case).text, re.DOTALL)[0]
    assert "请您决定" in head
    assert "还有 15 天" in head
    gao = world.officer("gao")
    assert "等受理员决定怎么办。" in gao.get(case).text
