"""`/review/cases/<id>/dispute` and `/settle`: it is not ours, and the level above says whose it is."""

import pytest

from tests.disputing import dispute
from tests.office.test_transferring import SIPING, authority, hand
from tests.pages import Page
from tests.sending import arrive
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_disputing.py tries on both engines


@pytest.fixture
def case(world: World, zhou: Visitor) -> str:
    """The address of one that was handed to 四平."""
    zhou.report()
    (case_id,) = {one.case_id for one in _queue(world)}
    hand(world, case_id)
    return f"/review/cases/{case_id}"


def _queue(world: World):
    from tests.office.test_queue import show  # noqa: PLC0415

    world.sign()
    return show(world).lines


def test_it_is_asked_and_answered_on_its_own_page(world: World, zhou: Visitor, case: str) -> None:
    qin, lead = world.officer("qin"), world.officer("sheng-lead")
    qin.get(case)
    assert qin.post(f"{case}/dispute", {"objection": "出口在长春界内。"}).status_code == 303
    page = Page(lead.get(case).text)
    assert page.problems() == []
    assert "由谁办理，有争议" in page.text
    assert "出口在长春界内。" in page.text
    home = str(authority(world, "office-220100"))
    assert lead.post(f"{case}/settle", {"handler": home, "therefore": "长春办。"}).status_code == 303
    assert "长春办。" in Page(world.officer("lin").get(case).text).text
    mailbox = Page(zhou.get("/mailbox").text)
    assert mailbox.problems() == []
    assert "由谁办理，请上级决定" in mailbox.text
    assert "出口在长春界内。" not in zhou.last


def test_what_lacks_is_said_and_whoever_does_not_decide_is_offered_nothing(world: World, case: str) -> None:
    qin = world.officer("qin")
    qin.get(case)
    answer = qin.post(f"{case}/dispute", {"objection": ""})
    assert (answer.status_code, [link for link, _ in Page(answer.text).summary]) == (422, ["objection"])
    dispute(world, "qin", type(arrive(world)[1])(case.rpartition("/")[2]))
    page = Page(qin.get(case).text)
    assert not [form for form in page.forms if form.attrs["action"].endswith(("/settle", "/dispute"))]
    lead = world.officer("sheng-lead")
    lead.get(case)
    siping = str(authority(world, SIPING))
    answer = lead.post(f"{case}/settle", {"handler": siping, "therefore": ""})
    assert (answer.status_code, [link for link, _ in Page(answer.text).summary]) == (422, ["therefore"])
    assert Page(answer.text).form(f"{case}/settle").fields["handler"] == siping


def test_five_working_days_later_it_is_offered_no_more_and_said_why(world: World, case: str) -> None:
    qin = world.officer("qin")
    qin.get(case)
    world.clock.forward(days=8)
    qin = world.officer("qin")
    qin.get(case)
    answer = qin.post(f"{case}/dispute", {"objection": "不归我们管。"})
    assert answer.status_code == 422
    assert "信访工作条例 23(3)" in answer.text
