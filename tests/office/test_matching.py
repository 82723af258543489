"""Possible duplicates across offices: whose they are decides what is shown; what was kept from an office is in none."""

import logging
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from portal.domain.errors import LedgerError, StrangerError
from portal.domain.likeness import Field, Why
from portal.domain.vocabulary import Duty
from portal.office import founding, interests, match_keys, matching
from portal.office.match_sheets import Candidate
from tests.comparing import forget
from tests.merging import merge, split
from tests.office.test_searching import find
from tests.office.test_transferring import hand
from tests.sending import accept, arrive, open_case, run
from tests.staffing import Staff
from tests.world import PASSWORD, Member, World

CHANGCHUN, SIPING = "220102", "220302"
OTHER = {"respondent": "银河影城", "place": "红旗街三楼", "description": "消防通道堆了货。"}


def told(world: World, username: str = "lin", **changes: Any) -> UUID:
    """A report that an officer has opened."""
    _, case_id = arrive(world, **changes)
    open_case(world, username, case_id)
    return case_id


def alike(world: World, username: str, case_id: UUID) -> tuple[Candidate, ...]:
    return open_case(world, username, case_id).alike


def test_the_same_unit_and_place_written_otherwise_is_a_candidate_with_score_and_why(world: World) -> None:
    one = told(world)
    told(world, **OTHER)
    world.clock.forward(days=3)
    two = told(world, respondent="长春市蓝鲸地下购物广场有限公司", place="负二层东侧 六号出口")
    (found,) = alike(world, "lin", two)
    assert (found.case_id, found.number, found.arrived_on) == (one, None, date(2026, 3, 2))
    assert found.why == (Why.SAME_UNIT, Why.SAME_PLACE, Why.NEAR_TIME)
    assert found.score == 99
    assert alike(world, "gao", one)[0].case_id == two


def test_what_goes_along_already_is_no_candidate(world: World) -> None:
    one, two, three = told(world), told(world), told(world)
    accept(world, "lin", one)
    merge(world, "lin", two, one)
    merge(world, "lin", three, one)
    assert alike(world, "lin", one) == ()
    split(world, "lin", two)
    assert [found.case_id for found in alike(world, "lin", one)] == [two]
    assert {found.case_id for found in alike(world, "lin", two)} == {one, three}


def test_of_another_office_only_number_day_and_name_are_told(world: World) -> None:
    one = told(world)
    there = told(world, "qin", division=SIPING)
    (found,) = alike(world, "qin", there)
    assert found == Candidate(None, date(2026, 3, 2), found.authority)
    assert "长春" in found.authority
    accept(world, "lin", one)
    (found,) = alike(world, "qin", there)
    assert found == Candidate("220100-2026-00001", date(2026, 3, 2), found.authority)


def test_the_entry_says_how_many_were_shown_and_a_digest(world: World) -> None:
    told(world)
    two = told(world)
    alike(world, "lin", two)
    said = world.entries()[-1]
    assert (said["event"], said["facts"]["alike"], len(said["facts"]["digest"])) == ("opened", 1, 64)
    three = told(world, **OTHER)
    assert alike(world, "lin", three) == ()
    assert world.entries()[-1]["facts"] == {"letters": 1}
    world.sign()
    world.verify()


@pytest.mark.parametrize("kept", [{"category": "OFFICIAL-01"}, {"concerns_office": True}, {"superior": True}])
def test_what_was_kept_from_an_office_is_compared_with_nothing(world: World, kept: dict[str, Any]) -> None:
    if "category" in kept:
        misconduct = (one.code for one in world.house.policies.categories.kinds.values() if one.misconduct)
        kept = {"category": next(misconduct)}
    _, hidden = arrive(world, **kept)
    who = next(name for name in ("lin", "sheng", "ji") if handles(world, name, hidden))
    assert alike(world, who, hidden) == ()
    assert alike(world, "lin", told(world)) == ()
    assert alike(world, who, hidden) == ()
    assert find(world, "铁链子", who).lines[0].case_id == hidden


def handles(world: World, username: str, case_id: UUID) -> bool:
    try:
        open_case(world, username, case_id)
    except StrangerError:
        return False
    return True


def test_what_goes_to_discipline_leaves_the_comparison_and_what_goes_to_an_office_stays(world: World) -> None:
    stays, goes, here = told(world), told(world), told(world)
    assert len(alike(world, "lin", here)) == 2
    hand(world, stays)
    hand(world, goes, "discipline-220000")
    (found,) = alike(world, "lin", here)
    assert "四平" in found.authority
    open_case(world, "ji", goes)
    assert len(alike(world, "lin", here)) == 1
    assert alike(world, "ji", goes) == ()


def test_a_declared_interest_is_compared_without_opening_the_report(world: World) -> None:
    one, two = told(world), told(world, **OTHER)
    with world.store.reading() as session:
        mine = [
            interests.marks_of(session, world.house, world.ring("gao"), "蓝鲸地下购物广场管理有限公司", Field.UNIT),
            interests.marks_of(session, world.house, world.ring("gao"), "", Field.PLACE),
        ]
        assert [interests.alike(session, case, filter(None, mine)) for case in (one, two)] == [True, False]
        assert interests.marks_of(session, world.house, world.ring("he"), "蓝鲸", Field.UNIT) is None
        with pytest.raises(StrangerError):
            matching.candidates(
                session, world.house, world.actor("qin"), world.ring("qin"), one, "zh-Hans", now=world.clock()
            )


def test_a_case_that_is_closed_asks_no_more(world: World) -> None:
    one, two = told(world), told(world)
    run(world, "UPDATE cases SET state = 'declined', due_at = NULL, closed_at = arrived_at WHERE id = ?", two.bytes)
    assert alike(world, "lin", two) == ()
    assert [found.case_id for found in alike(world, "lin", one)] == [two], "but is found"


# The key


def opened_anew(world: World) -> Member:
    """An office gets intake and lead desks, and one officer."""
    staff = Staff(world)
    authority = staff.authority("office-220200")
    with world.store.transaction() as session:
        founder = replace(world.founder(session), pepper=world.house.pepper)
        officer_id, keys = founding.enrol(founder, authority, "jilin", PASSWORD)
        founding.open_desk(founder, authority, Duty.INTAKE, {officer_id: keys.secret.public})
    world.cast = {**world.cast, "jilin": Member(officer_id, keys)}
    return world.cast["jilin"]


def keys(world: World) -> int:
    return run(world, "SELECT count(*) FROM match_keys")[0][0]


def test_a_desk_that_is_new_gets_the_key_from_the_next_session_that_holds_it(world: World) -> None:
    assert keys(world) == 6, "intake and lead of three offices, never discipline's"
    opened_anew(world)
    with world.store.reading() as session:
        assert match_keys.of(session, world.house, world.ring("jilin")) is None
    told(world)
    assert keys(world) == 7
    assert [(one["event"], one["facts"]) for one in world.entries()[-2:]] == [
        ("match_key_given", {"keys": 1}),
        ("opened", {"letters": 1}),
    ]
    with world.store.reading() as session:
        ours, theirs = (match_keys.of(session, world.house, world.ring(who)) for who in ("lin", "jilin"))
        assert ours == theirs is not None
    told(world)
    assert keys(world) == 7
    world.sign()
    world.verify()


def test_an_older_installation_draws_it_when_it_is_needed_first(world: World) -> None:
    forget(world)
    one = told(world)
    assert keys(world) == 6
    assert world.events()[-2:] == ["match_key_drawn", "opened"]
    assert [found.case_id for found in alike(world, "lin", told(world))] == [one]
    world.sign()
    world.verify()


@pytest.mark.parametrize("statement", ["UPDATE match_keys SET wrapped = zeroblob(1169)", "DELETE FROM match_keys"])
def test_a_key_that_was_put_in_its_place_or_taken_away_is_noticed(
    world: World, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Under a key of their own, whoever writes to the database could try names against the marks."""
    caplog.set_level(logging.CRITICAL)
    run(world, statement)
    with pytest.raises(LedgerError):
        told(world)
    assert keys(world) in {0, 6}
