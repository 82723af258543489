"""A conclusion rests on plan, visit and findings, takes two people, and grows stale when the file grows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import (
    IllegalTransitionError,
    MotionPendingError,
    MustReferError,
    NotAllowedError,
    OwnMotionError,
    PaperError,
    StaleError,
    StrangerError,
    UnfinishedError,
)
from portal.domain.paper_vocabulary import Outcome, PenaltyStatus
from portal.domain.papers import Note
from portal.domain.vocabulary import Action, CaseState, ClockState, MotionState
from portal.store.cases import Clock
from portal.store.motions import Motion
from tests import verification as cast
from tests.casework import confirm_step
from tests.office.test_assigning import assign
from tests.office.test_blocking import case_of
from tests.referring import must_tell
from tests.sending import accept, arrive, box
from tests.staffing import Staff
from tests.verification import TODAY, checked, file, finding, look, penalty, plan, propose, visit
from tests.world import World

pytestmark = pytest.mark.sqlite


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


def clock(world: World, rule: str) -> Clock:
    with world.store.reading() as session:
        return session.scalars(select(Clock).where(Clock.rule == rule)).one()


def test_two_people_conclude_what_was_checked_and_the_next_clock_starts(staff: Staff, world: World) -> None:
    key, case_id = checked(world)
    motion_id = propose(staff, case_id)
    assert case_of(world, case_id).state is CaseState.VERIFYING
    confirm_step(staff, "gao", motion_id)
    case = case_of(world, case_id)
    assert (case.state, case.due_at) == (CaseState.CONCLUDED, clock(world, "C11").due_at)
    assert clock(world, "C05").state is ClockState.STOPPED
    assert clock(world, "C11").due_at.astimezone().date() >= TODAY + timedelta(days=10)
    entry = next(one for one in world.entries() if one["event"] == "concluded")
    assert (entry["facts"]["outcome"], entry["actor"]["duty"]) == ("partly", "lead")
    assert box(world, key).case_state is CaseState.CONCLUDED
    world.verify()


def test_everybody_who_works_on_it_reads_the_same_file_and_nobody_else(staff: Staff, world: World) -> None:
    _, case_id = checked(world)
    propose(staff, case_id)
    for who in ("lin", "gao", "chen"):
        sheet = look(world, who, case_id)
        assert [one.kind for one in sheet.papers] == [
            PaperKind.PLAN,
            PaperKind.VISIT,
            PaperKind.FINDING,
            PaperKind.FINDING,
            PaperKind.CONCLUSION,
        ]
        assert sheet.papers[0].paper == plan()
        assert sheet.dossier.outcome is Outcome.PARTLY
        assert world.entries()[-1]["facts"] == {"papers": 5}
    for stranger in ("song", "qin", "sheng-lead", "he", "shen", "guan"):
        with pytest.raises(StrangerError):
            look(world, stranger, case_id)
    assert "铁链" not in str(world.entries())


def test_what_each_may_do_next_is_offered_to_them_alone(staff: Staff, world: World) -> None:
    _, case_id = checked(world)
    assert look(world, "lin", case_id).actions == ()
    assert look(world, "gao", case_id).actions == (Action.FILE,)
    assert look(world, "chen", case_id).actions == (Action.FILE, Action.CONCLUDE)
    motion_id = propose(staff, case_id)
    assert look(world, "gao", case_id).waiting == motion_id
    assert look(world, "lin", case_id).waiting is None
    confirm_step(staff, "gao", motion_id)
    assert look(world, "chen", case_id).actions == (Action.FILE, Action.RECTIFY, Action.REWARD)
    assert look(world, "lin", case_id).actions == (Action.FEED_BACK,)


def test_what_is_lacking_is_named_before_anything_is_proposed(staff: Staff, world: World) -> None:
    _, case_id = cast.assigned(world)
    with pytest.raises(UnfinishedError):
        propose(staff, case_id)
    assert "motion_proposed" not in world.events()


def test_without_a_visit_two_must_be_assigned(staff: Staff, world: World) -> None:
    _, case_id = cast.assigned(world)
    cast.seat(staff, "liu", code="office-220300")
    assign(world, case_id, to="liu")
    for paper in (plan(items=("出口上锁",)), finding(1)):
        file(world, "liu", case_id, paper)
    confirm_step(staff, "gao", propose(staff, case_id, unvisited="监控录像说明一切。"))
    assert case_of(world, case_id).state is CaseState.CONCLUDED
    entry = [one for one in world.entries() if one["event"] == "assigned"][-1]
    assert entry["facts"]["across"] is True
    world.verify()


def test_what_was_filed_since_makes_a_conclusion_stale_but_a_note_does_not(staff: Staff, world: World) -> None:
    _, case_id = checked(world)
    motion_id = propose(staff, case_id)
    file(world, "gao", case_id, Note("看过了。"))
    file(world, "chen", case_id, finding(2))
    with pytest.raises(StaleError):
        confirm_step(staff, "gao", motion_id)
    with pytest.raises(MotionPendingError):
        propose(staff, case_id)
    cast.send_back(staff, "gao", motion_id)
    confirm_step(staff, "gao", propose(staff, case_id))
    assert case_of(world, case_id).state is CaseState.CONCLUDED


def test_it_is_sent_back_with_words_that_lie_in_the_file(staff: Staff, world: World) -> None:
    _, case_id = checked(world)
    motion_id = propose(staff, case_id)
    cast.send_back(staff, "gao", motion_id, "通道那一项没有照片。")
    papers = look(world, "chen", case_id).papers
    assert papers[-1].paper == Note("通道那一项没有照片。")
    assert papers[-1].about_id == papers[-2].id
    with world.store.reading() as session:
        assert session.get_one(Motion, motion_id).state is MotionState.REFUSED
    assert case_of(world, case_id).state is CaseState.VERIFYING
    world.verify()


def test_neither_the_proposer_nor_another_office_agrees(staff: Staff, world: World) -> None:
    _, case_id = checked(world)
    motion_id = propose(staff, case_id)
    with pytest.raises((OwnMotionError, NotAllowedError)):
        confirm_step(staff, "chen", motion_id)
    for stranger in ("lin", "qin-lead", "sheng-lead", "guan"):
        with pytest.raises(StrangerError):
            confirm_step(staff, stranger, motion_id)
    for other in ("gao", "lin"):
        with pytest.raises(NotAllowedError):
            propose(staff, case_id, other)


def test_papers_are_written_by_whoever_is_assigned_or_leads(world: World) -> None:
    _, case_id = cast.assigned(world)
    file(world, "gao", case_id, Note("请快办。"))
    with pytest.raises(NotAllowedError):
        file(world, "lin", case_id, Note("x"))
    for stranger in ("song", "qin", "he"):
        with pytest.raises(StrangerError):
            file(world, stranger, case_id, Note("x"))
    _, fresh = arrive(world)
    with pytest.raises(IllegalTransitionError):
        file(world, "gao", fresh, Note("x"))
    accept(world, "lin", fresh)
    file(world, "gao", fresh, Note("先看看。"))


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_filed(world: World) -> None:
    _, case_id = cast.assigned(world)
    with pytest.raises(PaperError) as caught:
        file(world, "chen", case_id, visit(on=date(2026, 3, 3), officers=("陈",), evidence=(1,)))
    assert caught.value.flaws == {"on": "future", "officers": "two_officers", "evidence": "no_such_file"}
    assert look(world, "chen", case_id).papers == ()


def test_a_penalty_stands_as_the_newest_paper_about_it_says(world: World) -> None:
    _, case_id = cast.assigned(world)
    file(world, "chen", case_id, penalty(status=PenaltyStatus.PROPOSED, number="", decided_on=None))
    first = look(world, "chen", case_id).papers[0].id
    file(world, "chen", case_id, penalty(), first)
    second = look(world, "chen", case_id).papers[1].id
    file(world, "chen", case_id, penalty(status=PenaltyStatus.ANNULLED), second)
    file(world, "chen", case_id, penalty(number="长消罚字〔2026〕2号"))
    stands = look(world, "chen", case_id).dossier.penalties
    assert [one.status for one in stands.values()] == [PenaltyStatus.ANNULLED, PenaltyStatus.EFFECTIVE]
    _, other = cast.assigned(world)
    with pytest.raises(StrangerError):
        file(world, "chen", other, penalty(), first)
    with pytest.raises(StrangerError):
        file(world, "chen", case_id, Note("x"), first)


@pytest.mark.parametrize("rule", ["C07", "C10"])
def test_nothing_is_concluded_while_somebody_outside_must_be_told_first(staff: Staff, world: World, rule: str) -> None:
    _, case_id = checked(world)
    must_tell(world, case_id, rule)
    with pytest.raises(MustReferError) as caught:
        propose(staff, case_id)
    assert caught.value.rule == rule
    assert case_of(world, case_id).state is CaseState.VERIFYING
