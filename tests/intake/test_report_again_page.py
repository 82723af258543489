"""`/report`, sent twice: one report, the same receipt, and what has changed since is kept."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import count
from tests.pages import Page
from tests.visitor import BASE, REPORT, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


def filled(visitor: Visitor, **changes: str) -> dict[str, str]:
    """The form as one would send it."""
    visitor.get("/report")
    return {**Page(visitor.last).form("/report").fields, **REPORT, **changes}


def test_a_double_click_is_one_report_and_one_receipt(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    first = zhou.post("/report", fields)
    receipt = zhou.receipt
    second = zhou.post("/report", fields)
    assert (first.status_code, second.status_code) == (200, 200)
    assert zhou.receipt == receipt
    assert "没有重复登记" in zhou.last
    assert Page(zhou.last).problems() == []
    assert (count(world, "reports"), count(world, "cases"), count(world, "letters")) == (1, 1, 1)


def test_sent_again_as_it_was_it_changes_nothing_and_leaves_no_entry(world: World, zhou: Visitor) -> None:
    fields = filled(zhou, may_phone="y")
    zhou.post("/report", fields)
    before = world.entries()
    for _ in range(2):
        zhou.post("/report", fields)
        assert "没有重复登记" in zhou.last
        assert "已换成这一次写的" not in zhou.last
    assert world.entries() == before


def test_after_taking_it_back_the_form_sent_again_brings_nothing_back(world: World, zhou: Visitor) -> None:
    fields = filled(zhou, may_phone="y")
    zhou.post("/report", fields)
    zhou.get("/mailbox")
    zhou.post("/mailbox/withdraw")
    before = world.entries()
    for changes in ({}, {"description": "又看见一次。", "name": "周大明"}):
        assert zhou.post("/report", {**fields, **changes}).status_code == 409
        assert Page(zhou.last).problems() == []
    assert world.entries() == before
    assert count(world, "reports", "phone IS NOT NULL") == 0
    assert count(world, "letters") == 1


def test_two_clicks_at_the_same_moment_are_one_report(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    cookie = zhou.client.get_cookie("__Host-form", domain="localhost")

    def send(_: int) -> tuple[int, str]:
        browser = Visitor(world, world.app.test_client())
        browser.client.set_cookie("__Host-form", cookie.value, domain="localhost", secure=True)
        answer = browser.post("/report", fields)
        return answer.status_code, browser.receipt

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(send, range(4)))
    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert (count(world, "reports"), count(world, "receipts"), count(world, "letters")) == (1, 1, 1)
    world.sign()
    assert world.verify().unsigned == 0


def test_going_back_and_writing_more_is_an_addition_that_intake_reads(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    zhou.post("/report", fields)
    answer = zhou.post("/report", {**fields, "description": "后来又看见一次。", "place": "地下三层西侧"})
    assert answer.status_code == 200
    assert "已作为补充收下" in zhou.last
    assert count(world, "letters", "kind = 'addition'") == 1
    lin = world.officer("lin")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]
    page = lin.get(case).text
    assert "后来又看见一次。" in page
    assert "地下三层西侧" in page
    mailbox = zhou.get("/mailbox").text
    assert "地下三层西侧" in mailbox


def test_changing_the_place_alone_is_an_addition_too(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    zhou.post("/report", fields)
    zhou.post("/report", {**fields, "place": "地下三层西侧"})
    lin = world.officer("lin")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]
    assert "地下三层西侧" in lin.get(case).text


def test_sending_an_addition_twice_is_one_addition(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    for description in ("一", "二", "二"):
        zhou.post("/report", {**fields, "description": description})
    assert count(world, "letters") == 2


def test_a_name_given_anew_replaces_the_old_one(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    zhou.post("/report", fields)
    zhou.post("/report", {**fields, "name": "周大明"})
    assert "您的身份信息已换成这一次写的" in zhou.last
    assert count(world, "identity_fields", "field = 'name'") == 1
    assert world.events() == ["submitted", "identity_given", "identity_replaced"]


def test_choosing_to_stay_anonymous_after_all_erases_who_one_is(world: World, zhou: Visitor) -> None:
    fields = filled(zhou, may_phone="y")
    zhou.post("/report", fields)
    assert count(world, "reports", "phone IS NOT NULL") == 1
    answer = zhou.post("/report", {**fields, "mode": "anonymous"})
    assert answer.status_code == 200
    assert count(world, "identity_fields", "field <> 'relation'") == 0
    assert count(world, "reports", "phone IS NOT NULL") == 0


def test_within_the_hour_the_receipt_is_shown_again(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    zhou.post("/report", fields)
    receipt = zhou.receipt
    world.clock.forward(minutes=59)
    zhou.client.delete_cookie("__Host-mailbox", domain="localhost", path="/")
    assert zhou.post("/report", fields).status_code == 200
    assert zhou.receipt == receipt


def test_later_it_is_said_that_the_code_is_the_way_in(world: World, zhou: Visitor) -> None:
    fields = filled(zhou)
    zhou.post("/report", fields)
    receipt = zhou.receipt
    world.clock.forward(hours=2)
    answer = zhou.post("/report", fields)
    assert answer.status_code == 409
    page = Page(zhou.last)
    assert page.problems() == []
    assert "已经收到" in page.text
    assert receipt not in zhou.last
    assert count(world, "reports") == 1


def test_another_form_is_another_report(world: World, zhou: Visitor) -> None:
    zhou.report()
    first = zhou.receipt
    assert zhou.report().status_code == 200
    assert zhou.receipt != first
    assert count(world, "reports") == 2


def test_a_stranger_with_the_token_alone_gets_no_receipt(world: World, zhou: Visitor) -> None:
    """The token stands in the page, but the form also needs the session that the page belongs to."""
    fields = filled(zhou)
    zhou.post("/report", fields)
    thief = world.visitor()
    thief.get("/report")
    answer = thief.client.post("/report", data=fields, base_url=BASE)
    assert answer.status_code == 409
    assert zhou.receipt not in answer.text
    assert "铁链子" not in answer.text


def test_after_leaving_nobody_gets_the_report_or_the_code_by_going_back(zhou: Visitor) -> None:
    fields = filled(zhou)
    zhou.post("/report", fields)
    receipt = zhou.receipt
    zhou.post("/mailbox/leave", {"exit": "y"})
    answer = zhou.client.post("/report", data=fields, base_url=BASE)
    assert answer.status_code == 409
    assert receipt not in answer.text
    assert "铁链子" not in answer.text
    assert zhou.report().status_code == 200  # another report can be sent at once


@pytest.mark.parametrize("change", [{"concerns_office": "yes"}, {"superior": "y"}, {"division": "220302"}])
def test_what_another_desk_should_receive_never_lies_on_the_first_one(
    world: World, zhou: Visitor, change: dict[str, str]
) -> None:
    fields = filled(zhou)
    zhou.post("/report", fields)
    first = zhou.receipt
    secret = "这次说的是收件的人自己。"
    answer = zhou.post("/report", {**fields, **change, "description": secret})
    assert answer.status_code == 409
    assert secret in zhou.last
    assert count(world, "letters", "kind = 'addition'") == 0
    token = Page(zhou.last).form("/report").fields["submission"]
    assert token != fields["submission"]
    zhou.post("/report", {**fields, **change, "description": secret, "submission": token})
    assert zhou.receipt != first
    assert count(world, "reports") == 2
    assert count(world, "reports", "intake_desk_id = (SELECT intake_desk_id FROM reports LIMIT 1)") == 1
