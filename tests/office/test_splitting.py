"""A merge that was wrong is undone: the case goes on from where it was, and nobody learns of anybody else."""

from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.errors import (
    IllegalTransitionError,
    MergeError,
    ObjectionError,
    RecusedError,
    RecusedOfficerError,
    StaleError,
    StrangerError,
)
from portal.domain.merging import SplitSnag
from portal.domain.paper_vocabulary import Verdict
from portal.domain.vocabulary import CaseState, ClockState, LetterKind
from portal.office import merging, papers, preceding
from portal.store.cases import Case, Clock
from tests import canary, clocking, rewards, verification
from tests.casework import confirm_step
from tests.merging import WRONG, look_at, merge, split
from tests.office.test_assigning import assign
from tests.office.test_awarding_together import proposed
from tests.office.test_merging import case_of
from tests.recusing import lift, plead, recuse
from tests.rewards import FACTS, NOT_FIRST
from tests.sending import accept, arrive, ask, box, newest, open_case, say
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


@pytest.fixture
def pair(world: World) -> tuple:
    """周's report, merged into a later one that was taken up: (周's key, 周's case, the later key, the later case)."""
    first, later = arrive(world), arrive(world, description="那个出口还锁着。")
    accept(world, "lin", later[1])
    merge(world, "lin", first[1], later[1])
    return (*first, *later)


@pytest.fixture
def concluded(staff: Staff) -> tuple:
    """Two reports that were concluded together: 周's key, the main case, the other's key, the case that was merged."""
    world = staff.world
    key, case_id = verification.checked(world)
    other, merged = arrive(world, description="那个出口还锁着。")
    merge(world, "lin", merged, case_id)
    look_at(world, merged)
    confirm_step(staff, "gao", verification.propose(staff, case_id))
    return key, case_id, other, merged


def clocks_of(world: World, case_id: UUID) -> list[tuple[str, ClockState]]:
    with world.store.reading() as session:
        report = session.execute(select(Case.id).where(Case.id == case_id)).scalar_one()
        wanted = select(Clock).where((Clock.case_id == report) | (Clock.report_id == _report(session, case_id)))
        return [(one.rule, one.state) for one in session.scalars(wanted.order_by(Clock.rule, Clock.superseded_by))]


def _report(session: object, case_id: UUID) -> UUID:
    return merging.reports_of(session, case_id)[0].report_id


def whole(world: World) -> None:
    """The ledger says what the rows do, and each step was legal."""
    world.sign()
    world.verify()
    assert world.replay() == ()


def test_a_report_that_was_not_taken_up_goes_on_from_its_first_day(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    with world.store.reading() as session:
        before = session.scalars(select(Clock).where(Clock.rule == "C02", Clock.stopped_at.is_not(None))).all()
    due = max(one.due_at for one in before)
    world.clock.forward(days=4)
    split(world, "lin", case_id)
    case = case_of(world, case_id)
    assert (case.state, case.main_id, case.closed_at, case.due_at) == (CaseState.RECEIVED, None, None, due)
    assert clocks_of(world, case_id) == [("C02", ClockState.RUNNING), ("C02", ClockState.SUPERSEDED)]
    with world.store.reading() as session:
        assert [one.case_id for one in merging.reports_of(session, main_id)] == [main_id]
    said = world.entries()[-2:]
    assert [one["event"] for one in said] == ["split", "parted"]
    assert said[0]["reason"] == "other_matter"
    assert said[0]["facts"].keys() == {"main", "back", "clocks", "paper", "kind"}
    accept(world, "lin", case_id)
    whole(world)


def test_what_was_late_meanwhile_is_late_and_wakes_the_level_above(world: World, pair: tuple) -> None:
    _, case_id, _, _ = pair
    world.clock.forward(days=30)
    split(world, "lin", case_id)
    clocking.tick(world)
    assert clocks_of(world, case_id) == [("C02", ClockState.LATE), ("C02", ClockState.SUPERSEDED)]
    assert case_of(world, case_id).raised_desk_id is not None
    whole(world)


def test_what_was_worked_on_is_taken_up_and_assigned_anew_by_hand(world: World) -> None:
    _, case_id = verification.assigned(world)
    _, main_id = clocking.taken_up(world)
    due = case_of(world, case_id).due_at
    merge(world, "lin", case_id, main_id)
    world.clock.forward(days=5)
    split(world, "gao", case_id)
    assert (case_of(world, case_id).state, case_of(world, case_id).due_at) == (CaseState.ACCEPTED, due)
    assert open_case(world, "gao", case_id).assigned == ()
    assign(world, case_id)
    assert case_of(world, case_id).state is CaseState.VERIFYING
    whole(world)


@pytest.mark.parametrize(("answers", "back"), [((), CaseState.AWAITING), (("在地下二层。",), CaseState.RECEIVED)])
def test_what_was_asked_waits_for_its_answer_unless_that_has_come(
    world: World, answers: tuple[str, ...], back: CaseState
) -> None:
    key, case_id = arrive(world)
    ask(world, "lin", case_id)
    _, main_id = clocking.taken_up(world)
    merge(world, "lin", case_id, main_id)
    for answer in answers:
        say(world, key, answer)
    split(world, "lin", case_id)
    assert case_of(world, case_id).state is back
    whole(world)


def test_what_stood_still_when_it_was_merged_runs_on_with_what_it_stood(world: World) -> None:
    _, case_id = clocking.taken_up(world)
    _, main_id = clocking.taken_up(world)
    clocking.suspend(world, "gao", case_id)
    world.clock.forward(days=6)
    merge(world, "lin", case_id, main_id)
    world.clock.forward(days=9)
    split(world, "lin", case_id)
    clock = clocking.clock_of(world, case_id)
    assert (clock.state, clock.stood) == (ClockState.RUNNING, 6)
    assert clocking.due_day(world, case_id) == "2026-05-07", "sixty days and six, from its first"
    whole(world)


def test_it_is_split_on_the_page_of_the_main_case_too(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    sheet = open_case(world, "lin", main_id).triage.split
    assert [one.case_id for one in sheet.cases] == [case_id]
    split(world, "lin", case_id, page=main_id)
    assert open_case(world, "lin", main_id).triage.together == ()
    assert open_case(world, "lin", main_id).triage.split is None
    whole(world)


def test_what_came_with_it_goes_with_it_wherever_both_went(world: World, pair: tuple) -> None:
    _, first, _, second = pair
    _, third = clocking.taken_up(world)
    _, fourth = clocking.taken_up(world)
    merge(world, "lin", second, third)
    merge(world, "lin", third, fourth)
    split(world, "lin", second)
    assert case_of(world, first).main_id == second
    assert case_of(world, third).main_id == fourth
    whole(world)
    split(world, "lin", first)
    assert case_of(world, first).main_id is None
    merge(world, "lin", second, fourth)
    split(world, "lin", third)
    assert [case_of(world, one).main_id for one in (first, second, third)] == [None, fourth, None]
    whole(world)


def test_why_is_a_sealed_paper_of_the_case_that_left(world: World, pair: tuple) -> None:
    _, case_id, _, _ = pair
    split(world, "lin", case_id)
    with world.store.reading() as session:
        (paper,) = papers.of_case(session, world.house, world.ring("gao"), case_id)
    assert (paper.author, paper.paper.text) == ("lin", WRONG)
    assert canary.found([world.home], [WRONG]) == []


def test_its_reporter_sees_what_is_now_and_no_word_of_others(world: World, pair: tuple) -> None:
    key, case_id, later, _ = pair
    say(world, key, "钥匙在保安队长手里。")
    before, others = box(world, key), box(world, later)
    split(world, "lin", case_id)
    after = box(world, key)
    assert (before.case_state, after.case_state) == (CaseState.MERGED, CaseState.RECEIVED)
    assert (after.steps, after.letters) == (before.steps, before.letters), "what was said stays said, nothing is added"
    assert [(one.rule, one.state) for one in after.clocks] == [("C02", ClockState.RUNNING)]
    assert [change.event for one in after.clocks for change in one.changes] == ["split"]
    assert box(world, later) == others
    assert open_case(world, "lin", case_id).letters[-1].text == "钥匙在保安队长手里。"


def test_once_both_were_concluded_the_lead_splits_and_intake_does_not(staff: Staff, concluded: tuple) -> None:
    world = staff.world
    _, case_id, other, merged = concluded
    assert open_case(world, "lin", merged).triage.split.snag == SplitSnag.LEAD
    with pytest.raises(MergeError, match=SplitSnag.LEAD):
        split(world, "lin", merged)
    split(world, "gao", merged)
    assert (case_of(world, merged).state, case_of(world, case_id).state) == (CaseState.RECEIVED, CaseState.CONCLUDED)
    assert ("C11", ClockState.STOPPED) in clocks_of(world, merged)
    verification.feed_back(world, case_id)
    assert not [one for one in box(world, other).letters if one.kind is LetterKind.FEEDBACK]
    whole(world)


def test_what_was_told_stays_told_and_is_not_objected_to_any_more(staff: Staff, concluded: tuple) -> None:
    world = staff.world
    _, case_id, other, merged = concluded
    verification.feed_back(world, case_id)
    verification.serve(world, other)
    split(world, "gao", merged, page=case_id)
    sheet = box(world, other)
    assert [one.kind for one in sheet.letters] == [LetterKind.FEEDBACK]
    assert ("C12", ClockState.STOPPED) in clocks_of(world, merged)
    assert sheet.objection is None
    with pytest.raises(ObjectionError, match="nothing"):
        verification.object_to(world, other)
    world.clock.forward(days=1)
    verification.work(world, merged)
    confirm_step(staff, "gao", verification.propose(staff, merged))
    verification.feed_back(world, merged)
    verification.serve(world, other)
    verification.object_to(world, other)
    whole(world)


def told_by(world: World, case_id: UUID) -> list:
    """By when its reporter is to be told of the conclusion, while that runs."""
    with world.store.reading() as session:
        mine = Clock.report_id == _report(session, case_id), Clock.rule == "C11", Clock.state == ClockState.RUNNING
        return list(session.scalars(select(Clock.due_at).where(*mine)))


def test_who_was_split_off_and_merged_again_waits_no_longer_to_be_told(staff: Staff, concluded: tuple) -> None:
    world, (_, main_id, _, merged) = staff.world, concluded
    due = told_by(world, merged)
    assert len(due) == 1
    world.clock.forward(days=3)
    split(world, "gao", merged)
    world.clock.forward(days=1)
    merge(world, "lin", merged, main_id)
    assert told_by(world, merged) == due
    whole(world)


def test_not_while_an_objection_of_it_is_looked_into(staff: Staff, concluded: tuple) -> None:
    world = staff.world
    _, case_id, other, merged = concluded
    verification.seat(staff, "sheng-chen")
    verification.feed_back(world, case_id)
    verification.serve(world, other)
    verification.object_to(world, other)
    with pytest.raises(MergeError, match=SplitSnag.OBJECTED):
        split(world, "gao", merged)
    verification.review(world, case_id, "sheng-chen")
    confirm_step(staff, "sheng-lead", verification.judge(staff, case_id, Verdict.REJECTED))
    split(world, "gao", merged)
    whole(world)


def test_not_while_a_reward_of_the_matter_waits_or_stands(staff: Staff) -> None:
    world = rewards.staffed(staff, "sun").world
    case_id, first, later = rewards.matter(staff)
    with world.store.reading() as session:
        ids = {one.report_id: one.case_id for one in merging.reports_of(session, case_id)}
    merged = next(one for one in ids.values() if one != case_id)
    award = proposed(staff, case_id, later, NOT_FIRST)
    with pytest.raises(MergeError, match=SplitSnag.AWARDED):
        split(world, "gao", merged)
    rewards.refuse(staff, award)
    split(world, "gao", merged)
    alone = ids[later.report_id] if ids[later.report_id] == case_id else ids[first.report_id]
    with world.store.reading() as session:
        where = preceding.among(session, world.house, session.get_one(Case, alone), alone)
    assert (where.preceded, len(where.places)) == (False, 1), "who was first is drawn anew"
    whole(world)


def test_a_reward_that_was_granted_keeps_the_matter_together(staff: Staff) -> None:
    world = rewards.staffed(staff, "sun").world
    case_id, first, _ = rewards.matter(staff)
    rewards.grant(staff, proposed(staff, case_id, first, FACTS))
    with world.store.reading() as session:
        merged = next(one.case_id for one in merging.reports_of(session, case_id) if one.case_id != case_id)
    with pytest.raises(MergeError, match=SplitSnag.AWARDED):
        split(world, "gao", merged)


def test_whoever_kept_out_of_one_keeps_out_of_both_until_the_lead_agrees(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    recuse(world, "gao", main_id, "chen")
    recuse(world, "gao", case_id, "he")
    split(world, "lin", case_id)
    accept(world, "lin", case_id)
    for one in (case_id, main_id):
        assert open_case(world, "gao", one).triage.recused == ("chen", "he")
        with pytest.raises(RecusedOfficerError):
            assign(world, one)
    lift(world, "gao", case_id, plead(world, "chen", case_id))
    assign(world, case_id)
    with pytest.raises(RecusedOfficerError):
        assign(world, main_id)
    whole(world)


def test_whoever_keeps_out_splits_nothing(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    recuse(world, "lin", main_id)
    with pytest.raises(RecusedError):
        split(world, "lin", case_id)


@pytest.mark.parametrize(("who", "refusal"), [("chen", StrangerError), ("qin", StrangerError), ("song", StrangerError)])
def test_only_intake_and_lead_of_the_desk_split(world: World, pair: tuple, who: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        split(world, who, pair[1])


def test_what_was_never_merged_is_not_split_and_nothing_twice(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    with pytest.raises(IllegalTransitionError):
        split(world, "lin", main_id)
    split(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError):
        split(world, "lin", case_id)
    with pytest.raises(StaleError):
        split(world, "lin", case_id, page=main_id)


def test_nothing_is_split_for_no_reason_of_the_list_or_by_a_page_that_is_older(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    with pytest.raises(MergeError, match=SplitSnag.REASON):
        split(world, "lin", case_id, reason="whim")
    seen = newest(world, main_id)
    recuse(world, "gao", main_id, "chen")
    with pytest.raises(StaleError):
        split(world, "lin", case_id, page=main_id, seen=seen)
