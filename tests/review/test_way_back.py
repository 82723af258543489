"""From a case back to the queue as it was left: its view and its filters, and nothing that was not in its address."""

import re

import pytest

from portal.web.requests import QUEUE_COOKIE
from tests.visitor import BASE, Visitor

pytestmark = pytest.mark.sqlite  # a cookie; nothing of it is stored
FILTERED = "/review/?view=open&amp;state=received&amp;category=EXIT-01"


@pytest.fixture
def case(zhou: Visitor, lin: Visitor) -> str:
    """The address of the one case there is."""
    zhou.report()
    return re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]


def back(visitor: Visitor) -> str:
    return re.search(r'<a href="([^"]*)">回到待办', visitor.last)[1]


def test_a_case_leads_back_to_the_view_and_the_filters_it_was_opened_from(lin: Visitor, case: str) -> None:
    lin.get("/review/?state=received&category=EXIT-01")
    lin.get(case)
    assert back(lin) == FILTERED
    lin.post(f"{case}/accept", {"subject": ""})
    assert back(lin) == FILTERED, "after a mistake"
    lin.get("/review/")
    lin.get(case)
    assert back(lin) == "/review/"


def test_what_leaves_the_desk_leads_back_there_too(lin: Visitor, case: str) -> None:
    lin.get("/review/?state=received")
    page = lin.get(case).text
    siping = re.search(r'value="([0-9a-f-]{36})"[^>]*>四平市人民防空办公室', page)[1]
    answer = lin.post(f"{case}/transfer", {"office": siping, "note": "在四平界内。"})
    assert answer.headers["Location"] == "/review/?view=open&state=received&done=transferred"


def test_a_cookie_of_somebody_elses_making_leads_nowhere_else(lin: Visitor, case: str) -> None:
    lin.client.set_cookie(QUEUE_COOKIE, "next=https://example.com&view=<b>&done=sent", domain="localhost", secure=True)
    lin.get(case)
    assert back(lin) == "/review/?view=%3Cb%3E"


def test_whoever_signs_out_leaves_none_behind(lin: Visitor) -> None:
    lin.get("/review/?view=late")
    assert lin.client.get_cookie(QUEUE_COOKIE, domain="localhost") is not None
    lin.get("/review/")
    lin.get("/review/?view=late")
    lin.post("/review/logout")
    assert lin.client.get_cookie(QUEUE_COOKIE, domain="localhost") is None
    assert lin.client.get("/review/", base_url=BASE).status_code == 303
