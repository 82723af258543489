"""`/review/declarations` and keeping out of a case: what is offered to whom, and what is said afterwards."""

import re
from uuid import UUID

import pytest

from tests.office.test_assigning import assign
from tests.pages import Page
from tests.sending import accept, run
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_recusing.py tries on both engines


@pytest.fixture
def case(world: World, zhou: Visitor) -> str:
    """The address of the one case there is."""
    zhou.report()
    return f"/review/cases/{UUID(bytes=run(world, 'SELECT id FROM cases')[0][0])}"


def test_whoever_keeps_out_is_told_so_on_every_page_of_it(world: World, lin: Visitor, case: str) -> None:
    lin.get(case)
    own = str(world.cast["lin"].officer_id)
    answer = lin.post(f"{case}/recuse", {"whom": own, "apart": "商场经理是我表兄。"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review/?done=recused")
    refused = lin.get(case)
    assert refused.status_code == 403
    assert "这一件您要回避" in Page(refused.text).text
    assert "表兄" not in refused.text
    assert case not in lin.get("/review/").text


def test_the_lead_chooses_who_keeps_out(world: World, lin: Visitor, case: str) -> None:
    accept(world, "lin", UUID(case.rpartition("/")[2]))
    gao = world.officer("gao")
    gao.get(case)
    answer = gao.post(f"{case}/recuse", {"whom": "", "apart": "有申报。"})
    assert (answer.status_code, [link for link, _ in Page(answer.text).summary]) == (422, ["whom"])
    chen = str(world.cast["chen"].officer_id)
    gao.get(case)
    assert gao.post(f"{case}/recuse", {"whom": chen, "apart": "有申报。"}).status_code == 303
    assert "已回避：chen。" in Page(gao.get(case).text).text
    answer = gao.post(f"{case}/assign", {"officer": chen, "brief": "去看看。"})
    assert answer.status_code == 422
    assert "这个人在这一件里要回避" in Page(answer.text).summary[0][1]
    assert lin.get(case).status_code == 200


def test_an_investigator_keeps_out_on_their_own_page(world: World, case: str) -> None:
    case_id = UUID(case.rpartition("/")[2])
    accept(world, "lin", case_id)
    assign(world, case_id)
    chen, page = world.officer("chen"), f"/review/assigned/{case_id}"
    chen.get(page)
    answer = chen.post(f"{page}/recuse", {"apart": ""})
    assert (answer.status_code, [link for link, _ in Page(answer.text).summary]) == (422, ["apart"])
    assert Page(answer.text).problems() == []
    assert chen.post(f"{page}/recuse", {"apart": "我家在那里租铺面。"}).status_code == 303
    assert chen.get(page).status_code == 404


def test_what_is_declared_is_sealed_for_the_lead(world: World, lin: Visitor) -> None:
    lin.get("/review/declarations")
    answer = lin.post("/review/declarations", {})
    assert (answer.status_code, len(Page(answer.text).summary)) == (422, 1)
    assert lin.post("/review/declarations", {"units": "蓝鲸商业管理公司"}).status_code == 303
    page = Page(lin.get("/review/declarations").text)
    assert page.problems() == []
    assert "本单位人员的申报" not in page.text
    gao = world.officer("gao")
    address = re.search(r"/review/declarations/[0-9a-f-]{36}", gao.get("/review/declarations").text)[0]
    page = Page(gao.get(address).text)
    assert page.problems() == []
    assert "蓝鲸商业管理公司" in page.text
    assert lin.get(address).status_code == 404
