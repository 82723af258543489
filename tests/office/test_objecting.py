"""What a reporter is told in the end, until when they may object, and what the level above makes of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.domain.errors import (
    IllegalTransitionError,
    NotAllowedError,
    ObjectionError,
    OwnMotionError,
    StrangerError,
    UncertifiedOfficerError,
    UnfinishedError,
)
from portal.domain.feedback import Feedback
from portal.domain.paper_vocabulary import ObjectionState, Outcome, Verdict
from portal.domain.vocabulary import Action, CaseState, ClockState, GrantState, LetterKind
from portal.office import reviewing
from portal.office.keyring import ReporterKey
from portal.settings import Settings
from portal.store.cases import Assignment, Clock
from portal.store.reports import KeyGrant
from tests import verification as cast
from tests.casework import confirm_step
from tests.office.test_blocking import case_of
from tests.sending import UNNAMED, accept, arrive, box, decline, open_case, reporter, say, send, submission
from tests.sending import case_of as case_id_of
from tests.staffing import Staff
from tests.verification import WHY, answered, close, concluded, feed_back, judge, look, object_to, order, review, serve
from tests.world import Template, World

pytestmark = pytest.mark.sqlite
Told = tuple[ReporterKey, UUID]
LAST = datetime(2026, 3, 12, 15, 59, 59, tzinfo=UTC)  # ten days after the second of March, midnight in Changchun


@pytest.fixture(scope="module")
def told(template: Template, tmp_path_factory: pytest.TempPathFactory) -> tuple[Template, ReporterKey, UUID]:
    """A case that was concluded, whose reporter has read so: made once, copied per test."""
    world = World.copy(template, tmp_path_factory.mktemp("told") / "home")
    key, case_id = answered(Staff(world))
    return world.keep(template), key, case_id


@pytest.fixture
def world(told: tuple[Template, ReporterKey, UUID], tmp_path: Path) -> Iterator[World]:
    made = World.copy(told[0], tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


@pytest.fixture
def case(told: tuple[Template, ReporterKey, UUID]) -> tuple[ReporterKey, UUID]:
    """Its reporter, and which it is."""
    return told[1:]


def clocks(world: World) -> dict[str, ClockState]:
    with world.store.reading() as session:
        return {one.rule: one.state for one in session.scalars(select(Clock).order_by(Clock.started_at))}


def standby(world: World) -> int:
    with world.store.reading() as session:
        return len(session.scalars(select(KeyGrant).where(KeyGrant.state == GrantState.STANDBY)).all())


def test_feedback_has_its_four_parts_and_its_reading_starts_the_time_to_object(staff: Staff, world: World) -> None:
    key, case_id = concluded(staff)
    feed_back(world, case_id)
    assert clocks(world)["C11"] is ClockState.STOPPED
    assert box(world, key).objection is None, "a notice in an unread mailbox is not served"
    serve(world, key)
    sheet = box(world, key)
    (letter,) = [one for one in sheet.letters if one.kind is LetterKind.FEEDBACK]
    assert letter.feedback == Feedback(Outcome.PARTLY, *cast.WORDS)
    assert {one.rule: one.due_on for one in sheet.clocks}["C12"] == LAST.date()
    assert (sheet.objection.until, sheet.objection.over, sheet.objection.state) == (LAST.date(), False, None)
    assert "106号" in sheet.objection.basis
    serve(world, key)
    assert world.events()[-1] == "served"
    assert world.events()[-2] != "served"
    world.verify()


def test_the_reporter_is_told_once_and_only_of_what_was_concluded(staff: Staff, world: World) -> None:
    _, case_id = cast.checked(world)
    with pytest.raises(IllegalTransitionError):
        feed_back(world, case_id)
    confirm_step(staff, "gao", cast.propose(staff, case_id))
    for stranger in ("chen", "song"):
        with pytest.raises((NotAllowedError, StrangerError)):
            feed_back(world, case_id, stranger)
    feed_back(world, case_id, "gao")
    with pytest.raises(IllegalTransitionError):
        feed_back(world, case_id)


def test_a_case_with_an_order_is_closed_when_its_reporter_was_told(staff: Staff, world: World) -> None:
    key, case_id = concluded(staff)
    order(world, case_id)
    assert case_of(world, case_id).state is CaseState.RECTIFYING
    with pytest.raises(UnfinishedError):
        close(world, case_id)
    feed_back(world, case_id)
    assert case_of(world, case_id).due_at == datetime(2026, 3, 20, 15, 59, 59, tzinfo=UTC)
    close(world, case_id)
    case = case_of(world, case_id)
    assert (case.state, case.closed_at, case.due_at) == (CaseState.CLOSED, world.clock(), None)
    assert clocks(world)["C19"] is ClockState.STOPPED
    assert {"C26", "C26-90", "C26-180"} <= clocks(world).keys()
    assert not {one.rule for one in box(world, key).clocks} & {"C26", "C26-90", "C26-180"}
    world.verify()


def test_without_feedback_a_case_is_closed_for_a_reason_alone(staff: Staff, world: World) -> None:
    _, case_id = concluded(staff)
    close(world, case_id, why="举报人是来信，没有留地址。")
    assert case_of(world, case_id).state is CaseState.CLOSED
    assert clocks(world)["C11"] is ClockState.STOPPED
    assert "没有留地址" not in str(world.entries())
    world.verify()


def test_whoever_left_a_name_is_asked_how_things_went_and_whoever_left_none_is_not(world: World, case: Told) -> None:
    key, case_id = case
    close(world, case_id)
    world.clock.forward(days=29)
    assert not box(world, key).asked_after
    world.clock.forward(days=2, hours=12)
    world.tick()
    assert "late" in world.events()
    assert "late" not in {step.event for step in box(world, key).steps}, "that is between the offices"
    assert box(world, key).asked_after
    say(world, key, "没有人找我。")
    assert not box(world, key).asked_after
    assert (clocks(world)["C26"], clocks(world)["C26-90"]) == (ClockState.STOPPED, ClockState.RUNNING)
    world.verify()


def test_whoever_left_no_name_is_not_asked(staff: Staff, world: World) -> None:
    nameless = submission(world, identity=UNNAMED)
    send(world, nameless)
    case_id = case_id_of(world, reporter(world, nameless))
    cast.lead(staff, case_id, "told")
    close(world, case_id)
    assert not {"C26", "C26-90", "C26-180"} & clocks(world).keys()


def test_a_case_that_waits_for_nobody_is_not_lost_from_the_worklists(world: World, case: Told) -> None:
    _, case_id = case
    assert case_of(world, case_id).due_at == LAST


def test_an_objection_wakes_the_desk_above_and_stops_the_time_for_it(world: World, case: Told) -> None:
    key, case_id = case
    assert standby(world) > 0
    with pytest.raises(StrangerError):
        look(world, "sheng-lead", case_id)
    object_to(world, key)
    assert standby(world) == 0
    assert {one: state for one, state in clocks(world).items() if one in {"C12", "C13"}} == {
        "C12": ClockState.STOPPED,
        "C13": ClockState.RUNNING,
    }
    assert Action.REVIEW in look(world, "sheng-lead", case_id).actions
    assert WHY in [one.text for one in open_case(world, "sheng-lead", case_id).letters]
    assert box(world, key).objection.state is ObjectionState.OPEN
    with pytest.raises(ObjectionError) as caught:
        object_to(world, key)
    assert caught.value.flaw == "again"
    world.verify()


def test_after_the_last_day_it_is_too_late_and_the_day_is_said(world: World, case: Told) -> None:
    key, _ = case
    world.clock.now = LAST
    assert box(world, key).objection.over is False
    world.clock.now = LAST + timedelta(seconds=1)
    assert box(world, key).objection.over
    with pytest.raises(ObjectionError) as caught:
        object_to(world, key)
    assert (caught.value.flaw, caught.value.until) == ("late", LAST.date())


def test_before_anything_was_told_there_is_nothing_to_object_to(staff: Staff, world: World) -> None:
    key, _ = concluded(staff)
    with pytest.raises(ObjectionError) as caught:
        object_to(world, key)
    assert caught.value.flaw == "nothing"


def objected(staff: Staff, case: Told) -> Told:
    key, case_id = case
    object_to(staff.world, key)
    cast.seat(staff, "sheng-chen")
    return key, case_id


def test_the_level_above_works_on_it_anew_when_the_objection_was_right(staff: Staff, world: World, case: Told) -> None:
    key, case_id = objected(staff, case)
    review(world, case_id, "sheng-chen")
    world.clock.forward(days=3)
    assert look(world, "sheng-chen", case_id).actions == (Action.FILE, Action.REVIEW)
    confirm_step(staff, "sheng-lead", judge(staff, case_id, Verdict.UPHELD))
    case = case_of(world, case_id)
    assert (case.state, case.closed_at) == (CaseState.VERIFYING, None)
    assert case.due_at is not None
    with pytest.raises(StrangerError):
        look(world, "sheng-chen", case_id)
    sheet = box(world, key)
    assert sheet.objection.state is ObjectionState.UPHELD
    assert "我们又去看了，情况和您说的一样。" in [one.text for one in sheet.letters]
    assert "reopened" in world.events()
    world.verify()
    world.clock.forward(minutes=1)
    cast.file(world, "chen", case_id, cast.finding(2))
    confirm_step(staff, "gao", cast.propose(staff, case_id))
    feed_back(world, case_id)
    world.clock.forward(hours=1)
    serve(world, key)
    assert box(world, key).objection.state is None, "a new conclusion can be objected to anew"
    world.verify()


def test_a_conclusion_that_stands_moves_nothing_and_ends_the_objection(staff: Staff, world: World, case: Told) -> None:
    key, case_id = case
    close(world, case_id)
    object_to(world, key)
    cast.seat(staff, "sheng-chen")
    review(world, case_id, "sheng-chen")
    confirm_step(staff, "sheng-lead", judge(staff, case_id, Verdict.REJECTED))
    assert case_of(world, case_id).state is CaseState.CLOSED
    assert box(world, key).objection.state is ObjectionState.REJECTED
    assert clocks(world)["C13"] is ClockState.STOPPED
    with pytest.raises(ObjectionError):
        object_to(world, key)
    world.verify()


def test_whoever_took_part_does_not_review_and_only_the_level_above_says_who(
    staff: Staff, world: World, case: Told
) -> None:
    _, case_id = objected(staff, case)
    for nobody in ("chen", "sheng-lead", "lin", "qin"):
        with pytest.raises(UncertifiedOfficerError):
            review(world, case_id, nobody)
    with pytest.raises(NotAllowedError):
        review(world, case_id, "sheng-chen", "gao")
    with pytest.raises(StrangerError):
        review(world, case_id, "sheng-chen", "qin-lead")
    review(world, case_id, "sheng-chen")
    with pytest.raises(IllegalTransitionError):
        review(world, case_id, "sheng-chen")
    with pytest.raises(NotAllowedError):
        judge(staff, case_id, Verdict.UPHELD, "chen")
    motion_id = judge(staff, case_id, Verdict.UPHELD)
    with pytest.raises(StrangerError):
        confirm_step(staff, "gao", motion_id)
    with pytest.raises((OwnMotionError, NotAllowedError)):
        confirm_step(staff, "sheng-chen", motion_id)


def test_the_office_that_is_reviewed_does_not_read_what_the_reviewer_is_told(
    staff: Staff, world: World, case: Told
) -> None:
    _, case_id = objected(staff, case)
    review(world, case_id, "sheng-chen")
    with world.store.reading() as session:
        row = session.scalars(select(Assignment).where(Assignment.reviewing.is_(True))).one()
        for who, reads in (("sheng-chen", True), ("sheng-lead", True), ("gao", False), ("lin", False), ("chen", False)):
            opened = world.ring(who).open(session, world.house, {row.content_key_id})
            assert bool(opened) is reads, who


def test_the_province_has_its_own_others_look_again(staff: Staff, world: World) -> None:
    cast.seat(staff, "sheng-chen", "sheng-liu")
    key, case_id = arrive(world, superior=True)
    accept(world, "sheng", case_id)
    cast.give(world, case_id, "sheng-chen", "sheng-lead")
    for paper in (cast.plan(items=("出口上锁",)), cast.visit(), cast.finding(1)):
        cast.file(world, "sheng-chen", case_id, paper)
    confirm_step(staff, "sheng-lead", cast.propose(staff, case_id, "sheng-chen"))
    feed_back(world, case_id, "sheng")
    serve(world, key)
    object_to(world, key)
    with world.store.reading() as session:
        able = reviewing.candidates(session, world.house, world.actor("sheng-lead"), case_id, now=world.clock())
    assert [name for _, name in able] == ["sheng-liu"], "whoever checked it does not review it"
    review(world, case_id, "sheng-liu")
    motion_id = judge(staff, case_id, Verdict.UPHELD, "sheng-liu")
    with pytest.raises(OwnMotionError):
        confirm_step(staff, "sheng-lead", motion_id)
    assert case_of(world, case_id).state is CaseState.CONCLUDED


def test_whoever_was_turned_away_may_object_where_the_reason_may_be_reviewed(staff: Staff, world: World) -> None:
    key, case_id = arrive(world)
    decline(world, "lin", case_id, "REPEAT_SAME_PERSON")
    serve(world, key)
    object_to(world, key)
    cast.seat(staff, "sheng-chen")
    review(world, case_id, "sheng-chen")
    world.clock.forward(minutes=1)
    confirm_step(staff, "sheng-lead", judge(staff, case_id, Verdict.UPHELD))
    case = case_of(world, case_id)
    assert (case.state, case.closed_at, case.number) == (CaseState.RECEIVED, None, None)
    assert [one.event for one in box(world, key).decisions] == ["reopened"]
    accept(world, "lin", case_id)
    assert case_of(world, case_id).state is CaseState.ACCEPTED
    world.verify()
    other, turned = arrive(world)
    decline(world, "lin", turned, "INFO_REQUEST")
    serve(world, other)
    assert box(world, other).objection is None


def test_a_public_host_of_its_own_takes_an_objection(world: World, case: Told, tmp_path: Path) -> None:
    key, case_id = case
    own = tmp_path / "public-entry.key"
    own.write_text("ab" * 32 + "\n")
    own.chmod(0o600)
    alone = {"PORTAL_HOME": str(world.home), "PORTAL_AREAS": "intake", "PORTAL_ENTRY_KEYS": str(own)}
    inside, world.app = world.app, create_app(Settings.from_environ(alone), clock=world.clock)
    object_to(world, key)
    world.store.close()
    world.app = inside
    assert case_of(world, case_id).raised_desk_id is not None
    assert standby(world) == 0
