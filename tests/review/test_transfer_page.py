"""`/review/cases/<id>/transfer`: handing a report to another office, and what becomes of a request for a name."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.vocabulary import DisclosureState, Duty
from portal.store.authorities import Authority
from portal.store.disclosures import Disclosure
from portal.store.officers import Desk
from tests.disclosing import CASE, NAME, Office

pytestmark = pytest.mark.sqlite  # what these pages store, office/test_transferring.py tries on both engines

SIPING = "四平市人民防空办公室"
NOTE = "出口在四平界内。"


def target(office: Office, name: str = SIPING) -> str:
    """The value of an office in the list of the page."""
    office.lin.get(f"/review/cases/{office.case}")
    found = re.search(rf'<option value="([0-9a-f-]+)"[^>]*>{name}</option>', office.lin.last)
    assert found, office.lin.last
    return found[1]


def hand(office: Office, changes: Mapping[str, str] = MappingProxyType({})) -> int:
    there = changes["office"] if "office" in changes else target(office)
    data = {"note": NOTE, **changes, "office": there}
    return office.lin.post(f"/review/cases/{office.case}/transfer", data).status_code


def test_whoever_hands_on_is_led_to_the_queue_where_it_is_no_more(office: Office) -> None:
    answer = office.lin.post(
        f"/review/cases/{office.case}/transfer", {"office": target(office), "note": NOTE}, follow_redirects=True
    )
    assert "已转办" in answer.text
    assert office.case not in answer.text
    assert office.lin.get(f"/review/cases/{office.case}").status_code == 404
    qin = office.world.officer("qin")
    assert office.case in qin.get("/review/").text
    page = qin.get(f"/review/cases/{office.case}").text
    assert NOTE in page
    assert f"转办 → {SIPING}" in page


def test_the_reporter_is_told_and_never_reads_the_note(office: Office) -> None:
    hand(office)
    page = office.zhou.get("/mailbox").text
    assert f"由长春市人民防空办公室转给{SIPING}办理" in page
    assert NOTE not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"office": ""}, "请选转给哪个单位。"),
        ({"office": "x"}, "请选转给哪个单位。"),
        ({"office": "00000000-0000-4000-8000-000000000000"}, "这件不能转给这个单位"),
        ({"note": " "}, "请写为什么转"),
        ({"note": "字" * 20_001}, "给那边的话"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(office: Office, typed: dict[str, str], said: str) -> None:
    assert hand(office, typed) == 422
    assert said in office.lin.last
    assert typed.get("note", NOTE).strip()[:100] in office.lin.last
    assert "transferred" not in office.world.events()


def test_a_page_that_is_no_longer_how_things_stand_hands_nothing_on(office: Office) -> None:
    there = target(office)
    office.zhou.post("/mailbox/message", {"text": "等等"})
    answer = office.lin.post(f"/review/cases/{office.case}/transfer", {"office": there, "note": NOTE})
    assert answer.status_code == 409
    assert NOTE in answer.text


def test_the_name_stays_with_the_two_desks_that_received_it(office: Office) -> None:
    hand(office)
    office.lin = qin = office.world.officer("qin")
    qin.get(f"/review/cases/{office.case}")
    address = office.asked()
    with office.world.store.reading() as session:
        row = session.get_one(Disclosure, UUID(address.rpartition("/")[2]))
        desks = [session.get_one(Desk, one) for one in (row.requester_desk_id, row.lead_desk_id, row.custody_desk_id)]
        codes = {one.id: one.code for one in session.scalars(select(Authority))}
    assert [(codes[one.authority_id], one.duty) for one in desks] == [
        ("office-220300", Duty.INTAKE),
        ("office-220100", Duty.LEAD),
        ("office-220100", Duty.CUSTODY),
    ]
    assert office.lift(address) == 303
    assert office.release(address, "name") == 303
    assert office.read(address) == 200
    assert NAME in qin.last
    office.world.verify()


def test_who_keeps_a_half_learns_that_something_was_stated_and_not_what(office: Office) -> None:
    hand(office)
    office.lin = qin = office.world.officer("qin")
    qin.get(f"/review/cases/{office.case}")
    address = office.asked()
    office.state(address, "请别告诉单位。")
    assert "请别告诉单位" in qin.get(address).text
    page = office.gao.get(address).text
    assert "请别告诉单位" not in page
    assert "请先问办理这件举报的单位" in page
    assert office.lift(address) == 303


def test_what_was_asked_about_the_name_ends_with_the_transfer(office: Office) -> None:
    address = office.asked()
    office.lift(address)
    office.release(address, "name")
    hand(office)
    with office.world.store.reading() as session:
        state = session.get_one(Disclosure, UUID(address.rpartition("/")[2])).state
    assert state is DisclosureState.CLOSED
    assert [one for one in office.world.events() if one != "listed"][-2:] == ["transferred", "identity_closed"]
    assert NAME not in office.lin.post(f"{address}/read").text
    office.world.verify()


def test_who_had_begun_a_note_when_the_session_ended_finds_it_again(office: Office) -> None:
    there = target(office)
    office.world.clock.forward(minutes=30)
    late = office.lin.post(f"/review/cases/{office.case}/transfer", {"office": there, "note": NOTE})
    assert late.status_code == 422
    assert NOTE in late.text
    assert CASE.search(late.text)
