"""A time limit is extended by two people, one of them a level up: once, in time, within the ceiling, and told."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.clock_changes import Flaw
from portal.domain.errors import (
    IllegalTransitionError,
    MotionPendingError,
    NotAllowedError,
    OwnMotionError,
    ReasonError,
    StaleError,
    StrangerError,
    TimeLimitError,
    WordsMissingError,
)
from portal.domain.vocabulary import ClockState, MotionStep
from portal.office import extending, motions, papers
from portal.store.cases import Clock
from portal.store.motions import Motion
from tests.casework import confirm_step, hand_of
from tests.clocking import WORDS, ask_longer, case_due, clock_of, due_day, plea, suspend, taken_up, tick
from tests.office.test_assigning import assign
from tests.sending import arrive, newest, run
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite


def refused(staff: Staff, who: str, case_id: UUID, by: int = 20, reason: str = "EXPERT_TEST") -> TimeLimitError:
    with pytest.raises(TimeLimitError) as caught:
        ask_longer(staff, who, case_id, by, reason)
    return caught.value


def test_the_lead_asks_and_the_level_above_agrees(staff: Staff, world: World) -> None:
    """60 days from 2 March end on 1 May, so 6 May; 80 end on 21 May."""
    _, case_id = taken_up(world)
    assert due_day(world, case_id) == "2026-05-06"
    first = clock_of(world, case_id)
    motion_id = ask_longer(staff, "gao", case_id)
    assert due_day(world, case_id) == "2026-05-06"
    confirm_step(staff, "sheng-lead", motion_id)
    assert due_day(world, case_id) == "2026-05-21"
    made = clock_of(world, case_id)
    assert (made.started_at, made.extended, made.edition) == (first.started_at, 20, first.edition)
    assert case_due(world, case_id) == made.due_at
    with world.store.reading() as session:
        was = session.get_one(Clock, first.id)
        assert (was.state, was.superseded_by, was.due_at) == (ClockState.SUPERSEDED, made.id, first.due_at)
        motion = session.get_one(Motion, motion_id)
        assert (motion.desk_id, motion.from_desk_id) == (staff.desk("lead", "office-220000"), staff.desk("lead"))
    told = [entry for entry in world.entries() if entry["event"] == "extended"]
    facts = {"rule": "C05", "by": 20, "due": "2026-05-21T15:59:59Z", "edition": "jilin-1"}
    assert [(one["facts"], one["reason"], one["actor"]["duty"]) for one in told] == [(facts, "EXPERT_TEST", "lead")]
    assert WORDS not in str(world.entries())
    world.sign()
    world.verify()


def test_whoever_is_assigned_asks_too_and_nobody_else(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    for stranger in ("chen", "qin", "he"):
        with pytest.raises(StrangerError):
            ask_longer(staff, stranger, case_id)
    with pytest.raises(NotAllowedError):
        ask_longer(staff, "lin", case_id)
    assign(world, case_id)
    motion_id = ask_longer(staff, "chen", case_id)
    for who in ("chen", "gao", "lin", "qin-lead"):
        with pytest.raises((OwnMotionError, NotAllowedError, StrangerError)):
            confirm_step(staff, who, motion_id)
    confirm_step(staff, "sheng-lead", motion_id)
    assert due_day(world, case_id) == "2026-05-21"
    world.verify()


def test_the_level_above_reads_why_and_nothing_else_of_the_case(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    ask_longer(staff, "gao", case_id)
    for who, reads in (("gao", True), ("sheng-lead", True), ("chen", False), ("he", False), ("sheng", False)):
        with world.store.reading() as session:
            (sheet,) = papers.of_case(session, world.house, world.ring(who), case_id)
        assert (sheet.paper is not None and sheet.paper.text == WORDS) is reads


def test_it_is_extended_once(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    confirm_step(staff, "sheng-lead", ask_longer(staff, "gao", case_id, 10))
    assert refused(staff, "gao", case_id, 10).flaw == Flaw.TWICE


@pytest.mark.parametrize(("by", "flaw"), [(31, Flaw.TOO_LONG), (0, Flaw.TOO_LONG), (-3, Flaw.TOO_LONG)])
def test_beyond_the_ceiling_it_is_refused_with_the_article(staff: Staff, world: World, by: int, flaw: Flaw) -> None:
    _, case_id = taken_up(world)
    error = refused(staff, "gao", case_id, by)
    assert (error.flaw, error.basis, error.most) == (flaw, "安监总财〔2018〕19号 10(6)", 30)
    assert "motion_proposed" not in world.events()


@pytest.mark.sqlite
def test_an_extension_that_would_move_nothing_is_refused_and_uses_nothing_up(staff: Staff, world: World) -> None:
    """Taken up on 5 March: 60 days end on Monday 4 May, a day of rest, and so on Wednesday the 6th; so would 61."""
    world.clock.forward(days=3)
    _, case_id = taken_up(world)
    assert refused(staff, "gao", case_id, 1).flaw == Flaw.NOTHING
    assert "motion_proposed" not in world.events()
    confirm_step(staff, "sheng-lead", ask_longer(staff, "gao", case_id, 3))
    assert world.replay() == ()


def test_after_its_last_moment_nothing_is_extended(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    world.clock.now = datetime(2026, 5, 6, 15, 59, 59, tzinfo=UTC)
    motion_id = ask_longer(staff, "gao", case_id)  # in time
    world.clock.forward(seconds=1)
    with pytest.raises(TimeLimitError) as caught:
        confirm_step(staff, "sheng-lead", motion_id)
    assert caught.value.flaw == Flaw.LATE
    staff.end("gao", MotionStep.WITHDRAW, motion_id)
    tick(world)
    assert refused(staff, "gao", case_id).flaw == Flaw.LATE


def test_what_stands_still_is_not_extended(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    suspend(world, "gao", case_id)
    assert refused(staff, "gao", case_id).flaw == Flaw.STANDS


def test_what_is_no_reason_is_refused_with_why(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    forbidden = world.house.policies.reasons.extension_forbidden
    for code, one in forbidden.items():
        error = refused(staff, "gao", case_id, reason=code)
        assert (error.flaw, error.basis) == (Flaw.FORBIDDEN, one.why_zh)
    assert forbidden
    for code in ("WAIT_REPORTER", "nothing"):  # one that suspends, one that is none
        with pytest.raises(ReasonError):
            ask_longer(staff, "gao", case_id, reason=code)


def test_a_report_not_taken_up_is_not_extended(staff: Staff, world: World) -> None:
    _, case_id = arrive(world)
    with world.store.reading() as session:
        clock_id = session.scalars(select(Clock.id)).one()
    asked = extending.Plea(clock_id, 5, "EXPERT_TEST", WORDS, newest(world, case_id))
    with pytest.raises(IllegalTransitionError), staff.act("gao") as act:
        motions.propose(act, hand_of(staff, "gao"), extending.wanted(act, case_id, asked))


def test_words_are_wanted_and_what_was_seen_counts(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    with pytest.raises(WordsMissingError), staff.act("gao") as act:
        motions.propose(act, hand_of(staff, "gao"), extending.wanted(act, case_id, plea(world, case_id, words="  ")))
    stale = extending.Plea(clock_of(world, case_id).id, 5, "EXPERT_TEST", WORDS, 0)
    with pytest.raises(StaleError), staff.act("gao") as act:
        motions.propose(act, hand_of(staff, "gao"), extending.wanted(act, case_id, stale))


def test_the_same_is_not_asked_twice_and_what_was_refused_changes_nothing(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    motion_id = ask_longer(staff, "gao", case_id)
    with pytest.raises(MotionPendingError):
        ask_longer(staff, "gao", case_id)
    staff.end("sheng-lead", MotionStep.REFUSE, motion_id)
    assert due_day(world, case_id) == "2026-05-06"
    world.verify()


def test_a_clock_that_was_put_off_in_the_database_is_not_extended(staff: Staff, world: World) -> None:
    _, case_id = taken_up(world)
    motion_id = ask_longer(staff, "gao", case_id)
    later = clock_of(world, case_id).due_at + timedelta(days=300)
    run(world, f"UPDATE clocks SET due_at = '{later:%Y-%m-%d %H:%M:%S}' WHERE rule = 'C05'")
    with pytest.raises(Exception, match="not as its entry says"):
        confirm_step(staff, "sheng-lead", motion_id)
