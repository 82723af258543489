"""Steps of a case by those who should not take them, or not alone, or not again: found by trying, and closed."""

from dataclasses import replace
from uuid import UUID

import pytest

from portal.domain.case_vocabulary import ReferralStep
from portal.domain.clock_changes import Flaw
from portal.domain.errors import (
    IllegalTransitionError,
    LedgerError,
    OwnMotionError,
    StaleError,
    StrangerError,
    TimeLimitError,
    UncertifiedOfficerError,
    UnfinishedError,
)
from portal.domain.paper_vocabulary import Verdict
from portal.domain.vocabulary import CaseState, ClockState, Duty, MotionKind
from portal.office import assigning, disclosures, extending, motion_sheets, suspending
from portal.office.acting import Act
from portal.office.suspending import Pause
from tests import verification as cast
from tests.alarming import by_hand
from tests.casework import confirm_step, propose_block, put_aside
from tests.clocking import clock_of, plea, resume, suspend, taken_up, tick
from tests.disclosing import Office
from tests.office.test_alarming import danger, dispose, sign_off, states
from tests.office.test_assigning import assign
from tests.office.test_transferring import hand
from tests.recusing import recuse
from tests.referring import go_on, refer, slip
from tests.sending import accept, arrive, decline, newest, open_case, run
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


def clean(world: World) -> None:
    """The ledger verifies, and replays without a step that was not legal."""
    world.sign()
    world.verify()


def test_one_officer_alone_buries_no_danger(world: World) -> None:
    """Signed off and turned away by the same person: two hours later the level above reads it."""
    _, case_id = danger(world)
    (alarm_id,) = (row[0] for row in run(world, "SELECT id FROM alarms"))
    sign_off(world, "lin", UUID(bytes=alarm_id))
    decline(world, "lin", case_id, "REPEAT_SAME_PERSON")
    assert states(world)["C06"] is ClockState.RUNNING
    world.clock.forward(hours=2, seconds=1)
    world.tick()
    assert open_case(world, "sheng-lead", case_id).state is CaseState.DECLINED
    dispose(world, "lin", case_id)
    assert states(world)["C06"] is ClockState.STOPPED
    clean(world)


def test_what_rings_or_may_be_a_danger_is_not_put_aside(world: World) -> None:
    """A machine's guess never puts it there; neither does one officer."""
    _, case_id = danger(world)
    assert not open_case(world, "lin", case_id).triage.may_aside
    with pytest.raises(IllegalTransitionError):
        put_aside(world, "lin", case_id)
    _, other = arrive(world)
    by_hand(world, "gao", other)
    with pytest.raises(IllegalTransitionError):
        put_aside(world, "lin", other)
    _, calm = arrive(world)
    assert open_case(world, "lin", calm).triage.may_aside
    put_aside(world, "lin", calm)
    by_hand(world, "gao", calm)
    clean(world)


def test_a_second_officer_who_is_taken_off_at_once_is_no_second_officer(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    assign(world, case_id)
    for paper in (cast.plan(items=("出口上锁",)), cast.finding(1)):
        cast.file(world, "chen", case_id, paper)
    cast.seat(staff, "sheng-chen")
    cast.give(world, case_id, "sheng-chen", "gao")
    take_off(world, "sheng-chen", case_id)
    with pytest.raises(UnfinishedError) as caught:
        cast.propose(staff, case_id, unvisited="只看了书面材料。")
    assert caught.value.flaw == "two_officers"


def test_two_officers_are_two_when_it_is_agreed_to_as_well(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    assign(world, case_id)
    for paper in (cast.plan(items=("出口上锁",)), cast.finding(1)):
        cast.file(world, "chen", case_id, paper)
    cast.seat(staff, "sheng-chen")
    cast.give(world, case_id, "sheng-chen", "gao")
    motion_id = cast.propose(staff, case_id, unvisited="只看了书面材料。")
    recuse(world, "sheng-chen", case_id)
    with pytest.raises(StaleError):
        confirm_step(staff, "gao", motion_id)
    clean(world)


def take_off(world: World, who: str, case_id: UUID) -> None:
    (row,) = (one for one in open_case(world, "gao", case_id).assigned if one.officer == who)
    with world.store.transaction() as session:
        assigning.unassign(session, world.house, world.actor("gao"), case_id, row.id, now=world.clock())


# Reexamining: by nobody who decided what is reexamined


def test_whoever_turned_it_away_neither_reviews_it_nor_agrees_to_the_review(staff: Staff, world: World) -> None:
    """Where nobody stands above, an officer may sit at two desks of the same office."""
    cast.seat(staff, "sheng-liu")
    for duty, holder in ((Duty.INVESTIGATE, "sheng-liu"), (Duty.LEAD, "sheng-lead")):
        staff.agree(MotionKind.SEAT, ("sheng-guan", holder), "sheng", duty=duty, code="office-220000")
    key, case_id = arrive(world, superior=True)
    decline(world, "sheng", case_id, "REPEAT_SAME_PERSON")
    cast.serve(world, key)
    cast.object_to(world, key)
    with pytest.raises(UncertifiedOfficerError):
        cast.review(world, case_id, "sheng")
    cast.review(world, case_id, "sheng-liu")
    motion_id = cast.judge(staff, case_id, Verdict.REJECTED, "sheng-liu")
    with pytest.raises(OwnMotionError):
        confirm_step(staff, "sheng", motion_id)
    confirm_step(staff, "sheng-lead", motion_id)
    clean(world)


# Time


def test_what_stood_still_for_the_longest_time_stands_still_no_more(world: World) -> None:
    _, case_id = taken_up(world)
    suspend(world, "gao", case_id)
    world.clock.forward(days=170)
    resume(world, "gao", case_id)
    suspend(world, "gao", case_id)
    world.clock.forward(days=11)
    assert tick(world) == 1
    assert (clock_of(world, case_id).stood, clock_of(world, case_id).state) == (180, ClockState.RUNNING)
    with pytest.raises(TimeLimitError) as caught:
        suspend(world, "gao", case_id)
    assert caught.value.flaw == Flaw.OFTEN
    clean(world)


def test_one_row_that_was_planted_does_not_stop_the_time_of_all_others(world: World) -> None:
    _, case_id = taken_up(world)
    _, other = danger(world)
    row = clock_of(world, case_id).id.bytes
    run(world, "UPDATE clocks SET state = 'suspended', suspended_at = started_at WHERE id = ?", row)
    world.clock.forward(hours=2, seconds=1)
    world.tick()
    assert states(world)["C06"] is ClockState.LATE
    assert open_case(world, "sheng-lead", other).case_id == other


# What became of it elsewhere


def test_a_step_that_waited_here_tells_nothing_of_what_becomes_of_it_there(staff: Staff, world: World) -> None:
    _, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    hand(world, case_id)
    accept(world, "qin", case_id)
    for who in ("lin", "gao"):
        with staff.act(who) as act:
            assert motion_sheets.listed(act, "zh-Hans") == ((), (), ())
            with pytest.raises(StrangerError):
                motion_sheets.show(act, motion_id, "zh-Hans")
    world.clock.forward(hours=73)
    world.tick()
    assert "motion_lapsed" in world.events()
    clean(world)


def test_a_request_that_was_made_here_tells_no_number_that_is_given_there(office: Office) -> None:
    world, _ = office.world, office.asked()
    hand(world, UUID(office.case))
    accept(world, "qin", UUID(office.case))
    with world.store.reading() as session:
        for who in ("lin", "gao", "he"):
            open_, over = disclosures.listed(session, world.house, world.actor(who), "zh-Hans", now=world.clock())
            assert [line.number for line in (*open_, *over)] == [None]


def test_no_step_is_taken_on_the_things_of_another_case(world: World) -> None:
    """A form whose address is of one case and whose fields are of another."""
    _, case_id = taken_up(world)
    _, other = taken_up(world)
    assign(world, other)
    referral = refer(world, "lin", other, whole=False)
    pause = Pause(clock_of(world, other).id, "WAIT_JUDICIAL", newest(world, case_id))
    asked = replace(plea(world, other), seen=newest(world, case_id))
    row = open_case(world, "gao", other).assigned[0].id
    house, gao, now = world.house, world.actor("gao"), world.clock()
    before = world.events()
    for step in (
        lambda session: suspending.suspend(session, house, gao, case_id, pause, now=now),
        lambda session: suspending.resume(session, house, gao, case_id, pause.clock_id, pause.seen, now=now),
        lambda session: extending.wanted(Act(session, house, now, gao), case_id, asked),
        lambda session: assigning.unassign(session, house, gao, case_id, row, now=now),
    ):
        with pytest.raises(StrangerError), world.store.transaction() as session:
            step(session)
    for look in (go_on, slip):
        with pytest.raises(StrangerError):
            look(world, "lin", case_id, referral, *((ReferralStep.RECEIVE,) if look is go_on else ()))
    assert world.events() == before


# With the database in one's hands


@pytest.mark.parametrize("column", ["desk_id", "lead_desk_id", "raised_desk_id"])
def test_a_case_moved_to_a_desk_in_the_database_is_worked_on_by_nobody_there(world: World, column: str) -> None:
    """What they did would vouch for the row as it was planted."""
    intake = column == "desk_id"
    _, case_id = arrive(world) if intake else taken_up(world)
    there = Staff(world).desk(Duty.INTAKE if intake else Duty.LEAD, "office-220300")
    run(world, f"UPDATE cases SET {column} = ? WHERE id = ?", there.bytes, case_id.bytes)
    with pytest.raises(LedgerError):
        put_aside(world, "qin", case_id) if intake else suspend(world, "qin-lead", case_id)
    world.sign()
    with pytest.raises(LedgerError):
        world.verify()
