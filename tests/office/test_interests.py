"""Whoever declared what a report is about is not given it, and neither asks for a name in it nor opens one."""

from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.errors import InterestError
from portal.domain.values import Declared
from portal.office import declaring
from portal.store.recusals import Declaration
from tests import canary, verification
from tests.disclosing import Office
from tests.office.test_assigning import assign
from tests.sending import accept, arrive, open_case
from tests.staffing import Staff
from tests.visitor import REPORT
from tests.world import World

pytestmark = pytest.mark.sqlite
UNIT = "蓝鲸地下购物广场管理有限公司"


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


def declare(staff: Staff, who: str, *units: str) -> None:
    with staff.act(who) as act:
        declaring.declare(act, Declared("", "\n".join(units), "别的没有。"))
    staff.world.clock.forward(seconds=1)


def about(world: World, respondent: str = UNIT) -> UUID:
    """A report that was taken up, and opened by the lead."""
    _, case_id = arrive(world, respondent=respondent)
    accept(world, "lin", case_id)
    look(world, case_id)
    return case_id


def look(world: World, case_id: UUID, who: str = "gao") -> None:
    world.sign()
    open_case(world, who, case_id)


def test_nobody_is_given_a_case_about_a_unit_that_they_declared(world: World, staff: Staff) -> None:
    declare(staff, "chen", "松花江商贸城", "蓝鲸地下购物广场管理公司（家人投资）", UNIT)
    case_id, other = about(world), about(world, "松花江百货")
    with pytest.raises(InterestError):
        assign(world, case_id)
    assign(world, other)
    assert world.events().count("declaration_marked") == 1
    assert canary.found([world.home], [UNIT]) == []
    world.sign()
    world.verify()


def test_the_newest_declaration_counts(world: World, staff: Staff) -> None:
    declare(staff, "chen", UNIT)
    declare(staff, "chen", "没有")
    case_id = about(world)
    assign(world, case_id)
    world.verify()


def test_what_no_lead_has_opened_is_held_against_nothing_yet(world: World, staff: Staff) -> None:
    case_id = about(world)
    declare(staff, "chen", UNIT)
    with world.store.reading() as session:
        assert session.scalars(select(Declaration.marks)).one() is None
    look(world, case_id)
    with pytest.raises(InterestError):
        assign(world, case_id)


def test_whoever_sits_in_another_office_is_not_given_it_either(world: World, staff: Staff) -> None:
    verification.seat(staff, "liu", code="office-220300")
    declare(staff, "liu", UNIT)
    case_id = about(world)
    _, there = arrive(world, division="220302")
    look(world, there, "qin-lead")
    with pytest.raises(InterestError):
        assign(world, case_id, to="liu")


@pytest.mark.parametrize("who", ["lin", "gao", "he"])
def test_whoever_declared_it_has_no_part_in_learning_a_name(office: Office, who: str) -> None:
    world = office.world
    request = office.asked() if who != "lin" else ""
    if who == "he":
        assert office.lift(request) == 303
    declare(Staff(world), who, REPORT["respondent"])
    look(world, office.case_id)
    if who == "gao":  # what a lead declares is the next lead's to open
        _, above = arrive(world, superior=True)
        look(world, above, "sheng-lead")
    step = {"gao": lambda: office.lift(request), "he": lambda: office.release(request, "name"), "lin": office.ask}
    assert step[who]() == 403
    assert world.entries()[-1]["facts"]["why"] == "InterestError"
