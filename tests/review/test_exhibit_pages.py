"""`/review/cases/<id>/papers/<paper>/files`: an investigator adds photographs of a visit, and takes one back."""

import re
from uuid import UUID

import pytest

from tests import verification as cast
from tests.exhibits import PHOTO, record
from tests.filing import SOUND
from tests.pages import Page
from tests.staffing import Staff
from tests.verification import propose
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite


@pytest.fixture
def case_id(world: World) -> UUID:
    return cast.checked(world)[1]


@pytest.fixture
def chen(world: World) -> Visitor:
    return world.officer("chen")


def added(world: World, chen: Visitor, case_id: UUID) -> str:
    """A photograph beside the visit; its address."""
    address = f"/review/cases/{case_id}/papers/{record(world, case_id)}/files"
    chen.get(address)
    assert chen.post(address, {"files": (PHOTO, "x.jpg")}).status_code == 303
    return f"/review/cases/{case_id}/files/21"


def test_photographs_of_a_visit_stand_beside_it_and_are_looked_at_one_by_one(
    world: World, chen: Visitor, case_id: UUID
) -> None:
    home = f"/review/assigned/{case_id}"
    chen.get(home)
    assert record(world, case_id) in {UUID(one) for one in re.findall(r"papers/([0-9a-f-]{36})/files", chen.last)}
    address = f"/review/cases/{case_id}/papers/{record(world, case_id)}/files"
    assert "举报人看不到" in Page(chen.get(address).text).text
    answer = chen.post(address, {"files": [(PHOTO, "x.jpg"), (SOUND, "y.mp3")], "caption": "6 号出口"})
    assert (answer.status_code, answer.location) == (303, f"{home}?done=exhibited")
    page = Page(chen.get(home).text)
    assert "2 个文件" in page.text
    assert "6 号出口" in page.text
    assert f"/review/cases/{case_id}/files/21" in chen.last
    assert chen.get(f"/review/cases/{case_id}/files/21").status_code == 200
    assert chen.get(f"/review/cases/{case_id}/files/21/0").mimetype in {"image/jpeg", "image/png"}
    assert world.entries()[-1]["facts"] == {"file": 21, "picture": 0}


def test_what_is_bad_says_why_and_costs_no_other(chen: Visitor, world: World, case_id: UUID) -> None:
    address = f"/review/cases/{case_id}/papers/{record(world, case_id)}/files"
    chen.get(address)
    answer = chen.post(address, {"files": [(b"<html>", "x.jpg"), (PHOTO, "y.jpg")]})
    assert answer.status_code == 200
    assert "网页文件不收" in Page(answer.text).text
    assert chen.post(address, {"files": (b"MZ", "x.jpg")}).status_code == 422
    assert chen.post(address, {"files": (b"", "")}).status_code == 422
    assert "请先选文件" in Page(chen.last).text


def test_one_added_by_mistake_is_taken_back_with_why_and_says_so_in_its_place(
    chen: Visitor, world: World, case_id: UUID
) -> None:
    address, file = (
        f"/review/cases/{case_id}/papers/{record(world, case_id)}/files",
        f"/review/cases/{case_id}/files/21",
    )
    chen.get(address)
    chen.post(address, {"files": (PHOTO, "x.jpg")})
    assert "收回这个文件……" not in Page(world.officer("gao").get(file).text).text
    assert "收回这个文件" in Page(chen.get(file).text).text
    answer = chen.post(f"{file}/back", {})
    assert answer.status_code == 422
    assert "请选为什么收回" in Page(answer.text).text
    answer = chen.post(f"{file}/back", {"reason": "double"})
    assert (answer.status_code, answer.location) == (303, f"/review/assigned/{case_id}?done=file-back")
    assert "已经收回，文件什么也没有留下" in Page(chen.get(f"/review/assigned/{case_id}").text).text
    assert chen.get(f"{file}/0").status_code == 404
    assert chen.get(file).status_code == 200
    assert "收回这个文件……" not in Page(chen.last).text


def test_what_waits_for_a_second_person_says_why_it_stays(world: World, chen: Visitor, case_id: UUID) -> None:
    address, file = (
        f"/review/cases/{case_id}/papers/{record(world, case_id)}/files",
        f"/review/cases/{case_id}/files/21",
    )
    chen.get(address)
    chen.post(address, {"files": (PHOTO, "x.jpg")})
    chen.get(file)
    propose(Staff(world), case_id)
    answer = chen.post(f"{file}/back", {"reason": "double"})
    assert answer.status_code == 422
    assert "正在等第二个人复核" in Page(answer.text).text
