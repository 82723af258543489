"""`/report`: who receives, and that the form says so before anybody sends."""

import re

import pytest

from tests.faults import count
from tests.pages import Page
from tests.sending import run
from tests.visitor import Visitor
from tests.world import World

RECEIVED = re.compile(r"接收单位：(.+?) ·")
OFFICES = {
    "changchun": "长春市",
    "siping": "四平市",
    "province": "吉林省",
}


def receiver(visitor: Visitor) -> str:
    """The office that the receipt names."""
    return RECEIVED.search(visitor.last)[1]


def sees(world: World, username: str) -> bool:
    """Whether an officer's queue has the one report in it."""
    return "/review/cases/" in world.officer(username).get("/review/").text


def offices_of_form(visitor: Visitor) -> dict[str, str]:
    """Division → the receiving office, as the form says it: beside the place, or in the name of the group."""
    visitor.get("/report")
    select = re.search(r'<select id="division".*?</select>', visitor.last, re.DOTALL)[0]
    said = {}
    for label, options in re.findall(r'<optgroup label="([^"]*)">(.*?)</optgroup>', select, re.DOTALL):
        group = re.search(r"（(.*)）$", label)[1]
        for code, text in re.findall(r'<option value="([^"]+)">([^<]*)</option>', options):
            own = re.search(r"（(.*)）$", text)
            said[code] = group if own is None else own[1]
    return said


def test_the_office_named_on_the_form_is_the_one_that_receives(zhou: Visitor) -> None:
    said = offices_of_form(zhou)
    assert len(said) > 60
    for code, office in list(said.items())[::3]:
        assert zhou.report(division=code).status_code == 200
        assert receiver(zhou) == office, code


@pytest.mark.parametrize(("division", "sees_it"), [("220102", "lin"), ("220302", "qin"), ("220203", "sheng")])
def test_a_report_goes_to_the_office_of_its_place_and_to_no_other(
    world: World, zhou: Visitor, division: str, sees_it: str
) -> None:
    assert zhou.report(division=division).status_code == 200
    assert [name for name in ("lin", "qin", "sheng", "ji") if sees(world, name)] == [sees_it]


def test_what_concerns_the_office_goes_one_level_up(world: World, zhou: Visitor) -> None:
    zhou.report(concerns_office="yes")
    assert receiver(zhou).startswith(OFFICES["province"])
    assert [name for name in ("lin", "gao", "sheng") if sees(world, name)] == ["sheng"]


def test_whoever_does_not_want_the_local_office_gets_the_one_above(world: World, zhou: Visitor) -> None:
    zhou.report(superior="y")
    assert receiver(zhou).startswith(OFFICES["province"])
    assert [name for name in ("lin", "gao", "sheng") if sees(world, name)] == ["sheng"]


def test_what_concerns_the_province_goes_to_discipline(world: World, zhou: Visitor) -> None:
    zhou.report(division="220203", concerns_office="yes")
    assert "纪" in receiver(zhou)
    assert [name for name in ("sheng", "sheng-lead", "ji") if sees(world, name)] == ["ji"]


@pytest.mark.parametrize("kind", ["OFFICIAL-01", "OFFICIAL-02", "OFFICIAL-03"])
def test_misconduct_of_officials_goes_to_discipline_alone(world: World, zhou: Visitor, kind: str) -> None:
    assert zhou.report(category=kind).status_code == 200
    assert [name for name in ("lin", "gao", "sheng", "sheng-lead", "ji", "ji-lead") if sees(world, name)] == [
        "ji",
        "ji-lead",
    ]


@pytest.mark.parametrize("changes", [{"category": "OFFICIAL-01"}, {"division": "220203", "concerns_office": "yes"}])
def test_without_discipline_misconduct_is_never_sent_to_an_office(
    world: World, zhou: Visitor, changes: dict[str, str]
) -> None:
    run(
        world,
        """UPDATE seats SET left_at = '2026-03-02 00:00:00.000000' WHERE desk_epoch_id IN
        (SELECT e.id FROM desk_epochs e JOIN desks d ON d.id = e.desk_id JOIN authorities a ON a.id = d.authority_id
         WHERE a.kind = 'discipline' AND d.duty = 'custody')""",
    )
    run(world, "UPDATE installation SET generation = generation + 1")
    assert "OFFICIAL-01" not in zhou.get("/report").text
    assert "12388" in zhou.last
    answer = zhou.report(**changes)
    assert answer.status_code == 422
    page = Page(zhou.last)
    assert page.problems() == []
    assert page.summary
    assert count(world, "reports") == 0


def test_a_place_that_changed_prefecture_is_offered_once_under_its_own(zhou: Visitor) -> None:
    """公主岭 belongs to 长春 since 2020; its former code 220381 is known to the table, not to the form."""
    said = offices_of_form(zhou)
    assert "220381" not in said
    zhou.report(division="220184")
    assert receiver(zhou) == said["220184"]
    assert receiver(zhou).startswith(OFFICES["changchun"])
