"""Reports that were merged: each reporter is told, may object, and is answered, and learns nothing of the others."""

from dataclasses import astuple
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.errors import IllegalTransitionError, StaleError, UnfinishedError
from portal.domain.paper_vocabulary import ObjectionState, Verdict
from portal.domain.vocabulary import Action, CaseState, ClockState, LetterKind
from portal.office import assigning, feeding_back, mailbox, reviewing
from portal.office.keyring import ReporterKey
from portal.store.cases import Clock
from tests import verification as cast
from tests.casework import confirm_step
from tests.merging import look_at, merge
from tests.office.test_blocking import case_of
from tests.sending import arrive, box, newest
from tests.staffing import Staff
from tests.verification import WORDS, close, feed_back, judge, look, object_to, review, serve
from tests.world import World

pytestmark = pytest.mark.sqlite
OTHER = "钥匙在保安那里，不在商户手里。"


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


@pytest.fixture
def pair(staff: Staff) -> tuple[ReporterKey, UUID, ReporterKey, UUID]:
    """Two reports about one exit, concluded together: 周's, the main case, the other's, the case that was merged."""
    world = staff.world
    key, case_id = cast.checked(world)
    other, merged = arrive(world, description="那个出口还锁着。")
    merge(world, "lin", merged, case_id)
    look_at(world, merged)
    confirm_step(staff, "gao", cast.propose(staff, case_id))
    return key, case_id, other, merged


def told(world: World, key: ReporterKey) -> list[str]:
    return [one.feedback.facts for one in box(world, key).letters if one.kind is LetterKind.FEEDBACK]


def take_back(world: World, key: ReporterKey) -> None:
    with world.store.transaction() as session:
        mailbox.withdraw(session, world.house, key, now=world.clock())


def waiting(world: World) -> list[ClockState]:
    with world.store.reading() as session:
        return list(session.scalars(select(Clock.state).where(Clock.rule == "C11")))


def test_everybody_gets_a_letter_of_their_own_and_one_entry_each(world: World, pair: tuple) -> None:
    key, case_id, other, merged = pair
    assert waiting(world) == [ClockState.RUNNING] * 2
    feed_back(world, case_id)
    assert waiting(world) == [ClockState.STOPPED] * 2
    assert told(world, key) == told(world, other) == [WORDS[0]]
    entries = [one for one in world.entries() if one["event"] == "fed_back"]
    assert [UUID(one["object"][1]) for one in entries] == [case_id, merged]
    assert [one.event for one in box(world, other).steps].count("fed_back") == 1
    with pytest.raises(IllegalTransitionError):
        feed_back(world, case_id)
    world.verify()


def test_none_of_them_reads_of_the_others(world: World, pair: tuple) -> None:
    key, case_id, other, merged = pair
    feed_back(world, case_id)
    for mine, foreign in ((other, (key, case_id)), (key, (other, merged))):
        serve(world, mine)
        said = str(astuple(box(world, mine)))
        assert str(foreign[1]) not in said
        assert str(foreign[0].report_id) not in said
    assert box(world, other).number is None
    assert not {"joined", "merged"} & {one.event for one in box(world, key).steps}


def test_whoever_has_withdrawn_is_left_in_peace_and_the_other_is_told(world: World, pair: tuple) -> None:
    key, case_id, other, _ = pair
    take_back(world, key)
    assert Action.FEED_BACK in look(world, "lin", case_id).actions
    feed_back(world, case_id)
    assert (told(world, key), told(world, other)) == ([], [WORDS[0]])
    assert waiting(world) == [ClockState.STOPPED] * 2
    world.verify()


def test_nobody_is_told_once_everybody_has_withdrawn(world: World, pair: tuple) -> None:
    key, case_id, other, _ = pair
    for one in (key, other):
        take_back(world, one)
    assert Action.FEED_BACK not in look(world, "lin", case_id).actions
    with pytest.raises(IllegalTransitionError):
        feed_back(world, case_id)


def test_a_letter_that_was_sealed_for_who_has_withdrawn_since_is_not_sent(world: World, pair: tuple) -> None:
    _, case_id, other, _ = pair
    actor, ring, seen = world.actor("lin"), world.ring("lin"), newest(world, case_id)
    with world.store.reading() as session:
        made = feeding_back.prepare(session, world.house, actor, ring, case_id, WORDS, seen, now=world.clock())
    take_back(world, other)
    with world.store.transaction() as session, pytest.raises(StaleError):
        feeding_back.send(session, world.house, actor, case_id, seen, made, now=world.clock())


def test_no_case_is_closed_over_a_merged_reporter_who_waits(world: World, pair: tuple) -> None:
    _, case_id, _, _ = pair
    with pytest.raises(UnfinishedError):
        close(world, case_id)
    close(world, case_id, why="都联系不上。")
    assert waiting(world) == [ClockState.STOPPED] * 2
    world.verify()


def test_whoever_agrees_to_a_conclusion_has_opened_every_report_that_it_answers(staff: Staff, world: World) -> None:
    key, case_id = cast.checked(world)
    other, merged = arrive(world, description="那个出口还锁着。")
    look_at(world, merged)
    merge(world, "lin", merged, case_id)
    motion_id = cast.propose(staff, case_id)
    look_at(world, merged, "lin")
    with pytest.raises(UnfinishedError) as caught:
        confirm_step(staff, "gao", motion_id)
    assert caught.value.flaw == "together"
    look_at(world, merged)
    confirm_step(staff, "gao", motion_id)
    feed_back(world, case_id)
    assert [len(told(world, one)) for one in (key, other)] == [1, 1]
    world.sign()
    world.verify()


def test_whoever_is_merged_into_what_was_concluded_is_told_of_it_alone(world: World, pair: tuple) -> None:
    key, case_id, other, _ = pair
    feed_back(world, case_id)
    late, third = arrive(world, description="第三个人说的。")
    merge(world, "lin", third, case_id)
    assert case_of(world, case_id).due_at is not None
    with pytest.raises(UnfinishedError) as caught:
        feed_back(world, case_id)
    assert caught.value.flaw == "together"
    look_at(world, third)
    assert Action.FEED_BACK in look(world, "lin", case_id).actions
    feed_back(world, case_id)
    assert [len(told(world, one)) for one in (key, other, late)] == [1, 1, 1]
    world.verify()


def objected(staff: Staff, pair: tuple) -> tuple[ReporterKey, UUID, ReporterKey, UUID]:
    """The other reporter objects."""
    key, case_id, other, merged = pair
    feed_back(staff.world, case_id)
    for one in (key, other):
        serve(staff.world, one)
    object_to(staff.world, other, OTHER)
    cast.seat(staff, "sheng-chen")
    return key, case_id, other, merged


def test_an_objection_of_one_is_reviewed_with_the_case_and_answered_to_them_alone(
    staff: Staff, world: World, pair: tuple
) -> None:
    key, case_id, other, _ = objected(staff, pair)
    before = box(world, key)
    with world.store.reading() as session:
        lines = reviewing.listed(session, world.house, world.actor("sheng-lead"), "zh", now=world.clock())
    assert [one.case_id for one in lines] == [case_id]
    review(world, case_id, "sheng-chen")
    world.sign()
    with world.store.transaction() as session:
        actor, ring = world.actor("sheng-chen"), world.ring("sheng-chen")
        sheet = assigning.show(session, world.house, actor, ring, case_id, "zh", now=world.clock())
    assert sheet.objections == (OTHER,)
    confirm_step(staff, "sheng-lead", judge(staff, case_id, Verdict.REJECTED))
    answered = box(world, other)
    assert answered.objection.state is ObjectionState.REJECTED
    assert [one.event for one in answered.decisions] == ["reviewed"]
    assert answered.letters[-1].text == "我们又去看了，情况和您说的一样。"
    after = box(world, key)
    assert (after.letters, after.steps, after.decisions) == (before.letters, before.steps, before.decisions)
    world.verify()


def test_one_review_answers_everybody_who_objects_and_a_new_conclusion_is_told_to_all(
    staff: Staff, world: World, pair: tuple
) -> None:
    key, case_id, other, merged = objected(staff, pair)
    review(world, case_id, "sheng-chen")
    world.clock.forward(minutes=1)
    object_to(world, key)
    confirm_step(staff, "sheng-lead", judge(staff, case_id, Verdict.UPHELD))
    assert [box(world, one).objection.state for one in (key, other)] == [ObjectionState.UPHELD] * 2
    assert (case_of(world, case_id).state, case_of(world, merged).state) == (CaseState.VERIFYING, CaseState.MERGED)
    world.clock.forward(minutes=1)
    cast.file(world, "chen", case_id, cast.finding(2))
    confirm_step(staff, "gao", cast.propose(staff, case_id))
    feed_back(world, case_id)
    assert [len(told(world, one)) for one in (key, other)] == [2, 2]
    world.verify()
