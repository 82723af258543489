"""What is no report at all: put aside and back by one, turned away by two; the words lie sealed, the code is told."""

from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.case_vocabulary import Lane
from portal.domain.errors import (
    IllegalTransitionError,
    LedgerError,
    MotionPendingError,
    NotAllowedError,
    OwnMotionError,
    ReasonError,
    StaleError,
    StrangerError,
)
from portal.domain.vocabulary import CaseState, ClockState, MotionKind, MotionState, MotionStep
from portal.office import motions, papers
from portal.store.cases import Case, Clock
from portal.store.motions import Motion
from tests.casework import WHY, confirm_step, propose_block, put_aside
from tests.sending import accept, arrive, box
from tests.staffing import Staff
from tests.world import World


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


def case_of(world: World, case_id: UUID) -> Case:
    with world.store.reading() as session:
        return session.get_one(Case, case_id)


def test_what_was_put_aside_comes_back_as_it_was(world: World) -> None:
    _, case_id = arrive(world)
    before = case_of(world, case_id)
    put_aside(world, "lin", case_id)
    assert case_of(world, case_id).lane is Lane.SPAM
    put_aside(world, "lin", case_id, back=True)
    after = case_of(world, case_id)
    assert (after.lane, after.state, after.due_at) == (None, before.state, before.due_at)
    assert [entry["event"] for entry in world.entries()[-2:]] == ["put_aside", "put_back"]


def test_nothing_is_put_aside_twice_nor_by_another_duty_nor_unseen(world: World) -> None:
    _, case_id = arrive(world)
    put_aside(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError):
        put_aside(world, "lin", case_id)
    with pytest.raises(NotAllowedError):
        put_aside(world, "gao", case_id, back=True)
    with pytest.raises(StaleError):
        put_aside(world, "lin", case_id, back=True, seen=0)


def test_two_people_turn_it_away_and_its_reporter_is_told_why(staff: Staff, world: World) -> None:
    key, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    assert case_of(world, case_id).state is CaseState.RECEIVED
    confirm_step(staff, "gao", motion_id)
    sheet = box(world, key)
    assert sheet.case_state is CaseState.DECLINED
    (decision,) = sheet.decisions
    assert (decision.event, decision.reason.code) == ("blocked", "NOT_A_REPORT")
    with world.store.reading() as session:
        clock = session.scalars(select(Clock).where(Clock.rule == "C02")).one()
        assert clock.state is ClockState.STOPPED
        assert session.get_one(Motion, motion_id).state is MotionState.CONFIRMED
    told = [(entry["event"], entry["reason"], entry["actor"]["duty"]) for entry in world.entries()[-2:]]
    assert told == [("blocked", "NOT_A_REPORT", "lead"), ("motion_confirmed", None, "lead")]


def test_the_words_are_sealed_to_those_who_decide(staff: Staff, world: World) -> None:
    _, case_id = arrive(world)
    propose_block(staff, "lin", case_id)
    for who, reads in (("lin", True), ("gao", True), ("chen", False), ("he", False)):
        with world.store.reading() as session:
            (sheet,) = papers.of_case(session, world.house, world.ring(who), case_id)
        assert (sheet.paper is not None and sheet.paper.text == WHY) is reads
    assert WHY not in str(world.entries())


def test_who_proposed_it_confirms_nothing_and_others_do_not_see_it(staff: Staff, world: World) -> None:
    _, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    with pytest.raises((OwnMotionError, NotAllowedError)):
        confirm_step(staff, "lin", motion_id)
    for stranger in ("chen", "guan", "he"):
        with pytest.raises(StrangerError):
            confirm_step(staff, stranger, motion_id)
    with pytest.raises(MotionPendingError):
        propose_block(staff, "lin", case_id)
    with staff.act("gao") as act:
        motions.end(act, MotionStep.REFUSE, motion_id)
    assert case_of(world, case_id).state is CaseState.RECEIVED


@pytest.mark.sqlite
@pytest.mark.parametrize("reason", ["NO_FACTS", "ANONYMOUS", "no such thing"])
def test_a_reason_for_one_officer_is_none_for_two(staff: Staff, world: World, reason: str) -> None:
    _, case_id = arrive(world)
    with pytest.raises(ReasonError):
        propose_block(staff, "lin", case_id, reason)


def test_what_was_taken_up_meanwhile_is_not_turned_away(staff: Staff, world: World) -> None:
    _, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    accept(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError):
        confirm_step(staff, "gao", motion_id)
    assert case_of(world, case_id).state is CaseState.ACCEPTED


def test_a_step_that_is_over_is_kept_by_its_own_entries(staff: Staff, world: World) -> None:
    _, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    confirm_step(staff, "gao", motion_id)
    with staff.act("gao") as act:
        assert motions.admit(act, MotionStep.SHOW, motion_id).motion.kind is MotionKind.BLOCK
    with world.store.reading() as session, pytest.raises(LedgerError):  # the book of what stands forgets it
        world.house.newest.require(session, session.get_one(Motion, motion_id))
