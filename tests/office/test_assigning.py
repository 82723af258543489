"""An investigator works from the summary, or reads the report if the lead says so; taken off, they read nothing new."""

import pytest
from sqlalchemy import select

from portal.domain.errors import (
    IllegalTransitionError,
    LedgerError,
    NotAllowedError,
    SeatedAlreadyError,
    StaleError,
    StrangerError,
    UncertifiedOfficerError,
)
from portal.domain.values import Order
from portal.domain.vocabulary import Action, CaseState, Duty
from portal.office import assigning, gate, history, staffing
from portal.office.sheets import AssignedSheet
from portal.store.cases import Assignment, Case
from portal.store.officers import Seat
from portal.store.reports import ContentKey
from tests import canary
from tests.office.test_seating_attacked import put_back, row
from tests.sending import accept, arrive, decline, say, write
from tests.staffing import Staff
from tests.world import World

BRIEF = "去地下二层看安全出口，查钥匙在谁手里。"


def assign(
    world: World, case_id, *, narrative: bool = False, by: str = "gao", to: str = "chen", seen: int = -1
) -> None:
    actor, ring = world.actor(by), world.ring(by)
    with world.store.reading() as session:
        report_id = gate.admit(session, world.house, world.actor("gao"), Action.OPEN, case_id).report.id
        newest = history.newest(session, report_id, case_id)
        order = Order(world.cast[to].officer_id, BRIEF, narrative, newest if seen < 0 else seen)
        made = assigning.prepare(session, world.house, actor, ring, case_id, order, now=world.clock())
    with world.store.transaction() as session:
        assigning.assign(session, world.house, actor, case_id, order, made, now=world.clock())


def look(world: World, case_id, who: str = "chen") -> AssignedSheet:
    world.sign()
    with world.store.transaction() as session:
        return assigning.show(
            session, world.house, world.actor(who), world.ring(who), case_id, "zh-Hans", now=world.clock()
        )


def end(world: World, case_id) -> None:
    with world.store.reading() as session:
        (row,) = session.scalars(select(Assignment).where(Assignment.ended_at.is_(None)))
    with world.store.transaction() as session:
        assigning.unassign(session, world.house, world.actor("gao"), case_id, row.id, now=world.clock())


def opens(world: World, who: str) -> set[str]:
    """The compartments that an officer's keys open."""
    ring = world.ring(who)
    with world.store.reading() as session:
        keys = {key.id: key.compartment for key in session.scalars(select(ContentKey))}
        return {str(keys[key_id]) for key_id in ring.open(session, world.house, keys)}


@pytest.fixture
def taken(world: World):
    """A report that was taken up: its reporter's key, and the case."""
    key, case_id = arrive(world, may_phone=True)
    accept(world, "lin", case_id)
    return key, case_id


def test_an_investigator_works_from_the_summary_alone(world: World, taken) -> None:
    _, case_id = taken
    assert opens(world, "chen") == set()
    assign(world, case_id)
    sheet = look(world, case_id)
    assert (sheet.brief, sheet.narrative, sheet.letters) == (BRIEF, None, ())
    assert opens(world, "chen") == {"case", "summary"}
    with world.store.reading() as session:
        assert session.get_one(Case, case_id).state is CaseState.VERIFYING
    assert world.events()[-2:] == ["assigned", "assignment_opened"]
    assert canary.found([world.home], [BRIEF]) == []
    world.verify()


def test_where_the_lead_says_so_they_read_the_report_and_what_follows_but_no_number(world: World, taken) -> None:
    key, case_id = taken
    say(world, key, "补一句")
    assign(world, case_id, narrative=True)
    write(world, "lin", case_id, "请留意")
    sheet = look(world, case_id)
    assert sheet.narrative.place == "地下二层东侧6号出口"
    assert [one.text for one in sheet.letters] == ["补一句", "请留意"]
    assert opens(world, "chen") == {"case", "report", "summary"}


def test_whoever_is_taken_off_opens_nothing_and_nothing_that_comes_after(world: World, taken) -> None:
    key, case_id = taken
    assign(world, case_id, narrative=True)
    end(world, case_id)
    assert opens(world, "chen") == set()
    with pytest.raises(StrangerError):
        look(world, case_id)
    kept = world.ring("chen")
    say(world, key, "后来的")
    with world.store.reading() as session:
        assert kept.open(session, world.house, session.scalars(select(ContentKey.id)).all()) == {}
        assert max(session.scalars(select(ContentKey.generation).where(ContentKey.compartment == "report"))) == 2
    assert opens(world, "lin") >= {"report"}
    world.verify()


@pytest.mark.parametrize("how", [staffing.leave, staffing.renew, None])
def test_whoever_leaves_or_has_other_keys_is_off_every_case_and_letters_still_arrive(world: World, taken, how) -> None:
    key, case_id = taken
    assign(world, case_id, narrative=True)
    staff = Staff(world)
    with staff.act("guan") as act:
        if how is None:
            staffing.unseat(act, world.cast["chen"].officer_id, staff.desk(Duty.INVESTIGATE))
        else:
            how(act, world.cast["chen"].officer_id)
    say(world, key, "还在吗")
    assert "unassigned" in world.events()
    with world.store.reading() as session:
        assert session.scalars(select(Assignment).where(Assignment.ended_at.is_(None))).all() == []
    world.verify()


def test_a_suspended_investigator_reads_nothing_that_comes_meanwhile(world: World, taken) -> None:
    key, case_id = taken
    assign(world, case_id, narrative=True)
    with Staff(world).act("guan") as act:
        staffing.suspend(act, world.cast["chen"].officer_id)
    say(world, key, "停用以后")
    with world.store.reading() as session:
        ids = session.scalars(select(ContentKey.id).where(ContentKey.compartment == "report")).all()
        assert len(world.ring("chen").open(session, world.house, ids)) == 1
        assert len(ids) == 2


@pytest.mark.sqlite
@pytest.mark.parametrize("who", ["lin", "gao", "he", "song", "qin", "shen", "guan"])
def test_nobody_else_sees_what_an_investigator_sees(world: World, taken, who: str) -> None:
    _, case_id = taken
    assign(world, case_id)
    with pytest.raises(StrangerError):
        look(world, case_id, who)


def test_only_the_lead_assigns_and_only_to_investigators(world: World, taken) -> None:
    _, case_id = taken
    with pytest.raises(NotAllowedError):
        assign(world, case_id, by="lin")
    with pytest.raises(StrangerError):
        assign(world, case_id, by="qin-lead")
    for who in ("song", "qin", "gao"):
        with pytest.raises(UncertifiedOfficerError):
            assign(world, case_id, to=who)
    assign(world, case_id)
    with pytest.raises(SeatedAlreadyError):
        assign(world, case_id)


def test_a_page_that_is_no_longer_how_things_stand_assigns_nobody(world: World, taken) -> None:
    _, case_id = taken
    with pytest.raises(StaleError):
        assign(world, case_id, seen=1)


def test_what_was_turned_away_is_assigned_to_nobody(world: World) -> None:
    _, case_id = arrive(world)
    with pytest.raises(IllegalTransitionError):
        assign(world, case_id)
    decline(world, "lin", case_id, "INFO_REQUEST", "请按公开渠道提出。")
    with pytest.raises(IllegalTransitionError):
        assign(world, case_id)


@pytest.mark.sqlite
def test_whoever_was_unseated_is_not_assigned_by_putting_the_seat_back(world: World, taken) -> None:
    _, case_id = taken
    chen = world.cast["chen"].officer_id
    with world.store.reading() as session:
        (seat,) = session.scalars(select(Seat).where(Seat.officer_id == chen))
    old = row(world, "seats", seat.id)
    staff = Staff(world)
    with staff.act("guan") as act:
        staffing.unseat(act, chen, staff.desk(Duty.INVESTIGATE))
    with put_back(world, "seats", old), pytest.raises(LedgerError):
        assign(world, case_id)
    assert opens(world, "chen") == set()
