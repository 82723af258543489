"""Several who reported one matter, on the pages: in the order of the ledger, each proposed by itself."""

from uuid import UUID

import pytest

from tests.pages import Page
from tests.rewards import FORM, award_of, matter
from tests.staffing import MOTION, Staff
from tests.world import World

pytestmark = pytest.mark.sqlite


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


def test_each_is_proposed_by_itself_and_the_ledger_is_not_unticked(staff: Staff) -> None:
    case_id, _, later = matter(staff)
    address, chen = f"/review/cases/{case_id}/reward", staff.at("chen")
    page = Page(chen.get(address).text)
    assert page.problems() == []
    assert page.text.count("还没有提请奖励") == 2
    for other in ("nothing", str(UUID(int=7))):
        assert chen.get(f"{address}?of={other}").status_code == 404, "a report that is none of the case"
    (link,) = [one["href"] for one in page.all("a") if "?of=" in one["href"]]
    page = Page(chen.get(link).text)
    assert page.problems() == []
    assert "这样不奖励" in page.text
    assert "台账上有更早的实名举报" in page.text
    of = page.form(address).fields["of"]
    assert chen.post(address, {**FORM, "of": of, "merit": "other"}).status_code == 422, "others were first"
    assert chen.post(address, {**FORM, "of": of, "merit": "own", "try": "y"}).status_code == 200
    assert "给谁由人决定" in chen.last
    assert chen.post(address, {**FORM, "of": of}).status_code == 303
    gao = staff.at("gao")
    motion = MOTION.search(gao.get("/review/motions").text)[0]
    gao.get(motion)
    assert gao.post(f"{motion}/confirm", {"sure": "y"}).status_code == 303
    award = award_of(staff.world, later.report_id)
    text = staff.at("song").get(f"/review/rewards/{award.id}").text
    assert "按规定不奖励" in text
    assert text.count("台账第") == 2
