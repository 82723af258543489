"""A file as it was sent: three people lead to it, byte for byte, and nobody else sees more than what it is."""

import os

import pytest

from portal.office import collecting
from portal.web.display import size
from tests.disclosing import Office
from tests.filing import named, stored
from tests.pages import Page
from tests.review.test_file_pages import PHOTO, hand_in
from tests.sending import run

pytestmark = pytest.mark.sqlite


@pytest.fixture
def office(office: Office) -> Office:
    """The report has a photo of the door."""
    hand_in(office.zhou, (PHOTO, "DSC_0001.jpg"), caption="链子在门把手上")
    office.lin.get(f"/review/cases/{office.case}")
    return office


def released(office: Office, **changes: object) -> str:
    """The address of a request for the photo, released to Lin."""
    address = office.ordered(fields=["name", "original_1"], withhold="", **changes)
    assert (office.lift(address), office.release(address, "name", "original_1")) == (303, 303)
    return address


def test_three_people_lead_to_an_original_and_its_reporter_sees_it(office: Office) -> None:
    address = released(office)
    for visitor in (office.gao, office.he):
        assert f"原文件1 · 图片 · {size(len(PHOTO))}" in Page(visitor.get(address).text).text
        assert "链子在门把手上" not in visitor.last
        assert "DSC_0001" not in visitor.last
        assert visitor.post(f"{address}/original/1").status_code == 403
    office.read(address)
    assert "digest" not in office.lin.last
    assert office.world.entries()[-2]["facts"] == {"fields": ["name"]}
    answer = office.lin.post(f"{address}/original/1")
    assert answer.data == PHOTO
    assert answer.headers["Content-Disposition"] == "attachment; filename=original-1.jpg"
    assert office.world.entries()[-1]["event"] == "identity_read"
    assert office.world.entries()[-1]["facts"] == {"fields": ["original_1"]}
    assert office.lin.post(f"{address}/original/2").status_code == 409
    assert "看了：原文件1。" in office.zhou.get("/mailbox").text
    office.world.verify()
    assert office.world.replay() == ()


def test_no_reason_but_an_order_or_consent_reaches_an_original(office: Office) -> None:
    assert office.ask(ground="PROTECT", fields="original_1") == 422
    assert "这条理由看不了这几项" in office.lin.last
    address = office.questioned(fields="original_1")
    assert office.agree(address) == 303
    assert (office.lift(address), office.release(address, "original_1")) == (303, 303)
    assert "查看一次" not in office.lin.get(address).text
    assert office.lin.post(f"{address}/read").status_code == 409
    office.lin.get(address)
    assert office.lin.post(f"{address}/original/1").data == PHOTO


def test_an_erased_original_is_gone_from_every_place_and_the_copy_stays(office: Office) -> None:
    address, world = released(office), office.world
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    office.lin.get(address)
    assert office.lin.post(f"{address}/original/1").status_code == 409
    assert run(world, "SELECT field FROM identity_fields") == [("relation",)]
    assert run(world, "SELECT count(*) FROM identity_shares") == [(2,)]
    assert run(world, "SELECT role FROM blobs ORDER BY role") == [("copy",), ("page",)]
    assert run(world, "SELECT count(*) FROM disclosure_fields WHERE body IS NOT NULL") == [(0,)]
    assert office.lin.get(f"/review/cases/{office.case}/files/1/0").status_code == 200
    for path in world.home.glob("blobs/files/*/*"):
        os.utime(path, (0, 0))  # old enough to be looked at
    collecting.collect(world.store, world.house, collecting.named_by_rows, collecting.Walk(), now=world.clock())
    assert stored(world) == named(world)
    world.verify()
