"""`/review/cases/<id>` of what is no report: put aside and back, turned away by two; and their queue."""

import re
from uuid import UUID

import pytest

from tests.pages import Page
from tests.sending import run
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_blocking.py tries on both engines
CASE = re.compile(r"/review/cases/[0-9a-f-]{36}")
BLOCK = {"block_ground": "NOT_A_REPORT", "block_words": "全是贷款广告。"}


@pytest.fixture
def case(world: World, zhou: Visitor) -> str:
    """The address of the one case there is."""
    zhou.report(category="ASK-01")
    return address(world)


@pytest.fixture
def gao(world: World) -> Visitor:
    """The lead."""
    return world.officer("gao")


def address(world: World) -> str:
    return f"/review/cases/{UUID(bytes=run(world, 'SELECT id FROM cases')[0][0])}"


def listed(visitor: Visitor, view: str) -> set[str]:
    return set(CASE.findall(visitor.get(f"/review/?view={view}").text))


def test_what_was_put_aside_lies_in_a_view_of_its_own_and_comes_back(lin: Visitor, case: str) -> None:
    lin.get(case)
    assert lin.post(f"{case}/aside").status_code == 303
    assert (listed(lin, "open"), listed(lin, "spam")) == (set(), {case})
    page = Page(lin.get(case).text)
    assert page.problems() == []
    assert "期限照算，随时可以移回" in page.text
    assert lin.post(f"{case}/back").status_code == 303
    assert (listed(lin, "open"), listed(lin, "spam")) == ({case}, set())


def test_what_was_put_aside_is_still_late_in_its_time(world: World, lin: Visitor, case: str) -> None:
    lin.get(case)
    lin.post(f"{case}/aside")
    world.clock.forward(days=30)
    lin = world.officer("lin")
    assert listed(lin, "late") == {case}


@pytest.mark.parametrize(("category", "view"), [("ASK-01", "spam"), ("EXIT-01", "open")])
def test_what_a_machine_seems_to_send_waits_aside_unless_it_may_be_a_danger(
    world: World, zhou: Visitor, lin: Visitor, category: str, view: str
) -> None:
    zhou.report(category=category, website="http://x.invalid")
    assert listed(lin, view) == {address(world)}
    assert "疑似机器提交" in lin.get(address(world)).text


def test_two_people_turn_it_away_on_its_own_page(lin: Visitor, gao: Visitor, zhou: Visitor, case: str) -> None:
    lin.get(case)
    assert lin.post(f"{case}/block", BLOCK).status_code == 303
    assert "收回" in Page(lin.get(case).text).text
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", gao.get("/review/motions").text)[0]
    assert f'<a href="{case}">打开这一件</a>' in gao.get(motion).text
    page = Page(gao.get(case).text)
    assert page.problems() == []
    assert "全是贷款广告。" in page.text
    assert gao.post(f"{case}/block/answer", {"answer": "confirm"}).status_code == 303
    assert "内容为广告、测试或无意义文字" in Page(zhou.get("/mailbox").text).text
    assert "全是贷款广告" not in zhou.last


@pytest.mark.parametrize(("who", "answer"), [("gao", "refuse"), ("lin", "withdraw")])
def test_without_two_it_goes_on_like_any_other(world: World, lin: Visitor, case: str, who: str, answer: str) -> None:
    lin.get(case)
    lin.post(f"{case}/block", BLOCK)
    visitor = world.officer(who)
    visitor.get(case)
    assert visitor.post(f"{case}/block/answer", {"answer": answer}).status_code == 303
    page = Page(lin.get(case).text)
    assert page.form(f"{case}/accept")
    assert page.form(f"{case}/block")


def test_nobody_confirms_what_they_proposed_or_did_not_see(
    lin: Visitor, gao: Visitor, zhou: Visitor, case: str
) -> None:
    lin.get(case)
    lin.post(f"{case}/block", BLOCK)
    lin.get(case)
    assert lin.post(f"{case}/block/answer", {"answer": "confirm"}).status_code == 403
    gao.get(case)
    zhou.get("/mailbox")
    zhou.post("/mailbox/message", {"text": "不是广告，6号出口真的锁着。"})
    assert gao.post(f"{case}/block/answer", {"answer": "confirm"}).status_code == 409
    assert "6号出口真的锁着" in gao.last


@pytest.mark.parametrize(
    ("fields", "field"), [({"block_ground": ""}, "block_ground"), ({"block_words": ""}, "block_words")]
)
def test_what_lacks_is_said_at_its_field_and_what_was_typed_is_kept(
    lin: Visitor, case: str, fields: dict[str, str], field: str
) -> None:
    lin.get(case)
    answer = lin.post(f"{case}/block", {**BLOCK, **fields})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == [field]
    assert page.form(f"{case}/block").fields["block_words"] == {**BLOCK, **fields}["block_words"]
