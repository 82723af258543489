"""What time does to clocks: in the order of their moments, however late; reminders; holidays that are announced."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.vocabulary import ClockState, MotionKind
from portal.office import deadlines
from portal.store.cases import Case, Clock
from portal.store.outbox import Outbox
from portal.store.reports import Report
from tests.clocking import case_due, clock_of, due_day, resume, start_clock, suspend, taken_up, tick
from tests.editions import holidays
from tests.sending import arrive, run, write
from tests.staffing import Staff
from tests.world import Template, World


def daily(world: World, days: int) -> None:
    for _ in range(days):
        world.clock.forward(days=1)
        tick(world)


def said(world: World, since: int) -> list[tuple[object, ...]]:
    """What entries say but for their time, and which report they are about by its turn."""
    with world.store.reading() as session:
        reports = session.execute(select(Report.id, Report.case_id).order_by(Report.arrived_at, Report.id)).all()
    turn = {str(one): number for number, ids in enumerate(reports) for one in ids}
    entries = world.entries()[since:]
    return [(one["event"], turn.get(one["object"][1]), one["facts"]) for one in entries]


@pytest.fixture
def two(template: Template, tmp_path) -> tuple[World, World]:
    """The same story in two worlds: four cases, one of which stands still, one of which waits for its reporter."""
    return World.copy(template, tmp_path / "one"), World.copy(template, tmp_path / "two")


def story(world: World) -> int:
    """Reports hours apart, so that their turn is known; gives how many entries there are then."""
    for number in range(4):
        _, case_id = taken_up(world) if number % 2 else arrive(world)
        if number == 3:
            write(world, "lin", case_id, "是地下几层？")
            suspend(world, "gao", case_id, "WAIT_REPORTER")
        world.clock.forward(hours=20)
    return len(world.entries())


@pytest.mark.sqlite
def test_weeks_that_were_missed_give_the_same_entries_as_days(two: tuple[World, World]) -> None:
    daily_world, late_world = two
    since = [story(world) for world in two]
    daily(daily_world, 90)
    late_world.clock.forward(days=90)
    tick(late_world)
    assert since[0] == since[1]
    one, other = said(daily_world, since[0]), said(late_world, since[1])
    assert one == other
    assert [event for event, *_ in one].count("late") == 4
    assert "continued" in [event for event, *_ in one]
    for world in two:
        world.sign()
        world.verify()
        world.close()


@pytest.mark.sqlite
def test_seven_days_without_a_tick_lose_nothing(two: tuple[World, World]) -> None:
    since = [story(world) for world in two]
    for world, steps in zip(two, ([1] * 21, [7, 7, 7]), strict=True):
        for days in steps:
            world.clock.forward(days=days)
            tick(world)
    assert said(two[0], since[0]) == said(two[1], since[1])
    for world in two:
        world.close()


def messages(world: World) -> list[tuple[str, UUID | None]]:
    with world.store.reading() as session:
        return [tuple(row) for row in session.execute(select(Outbox.kind, Outbox.desk_id).order_by(Outbox.created_at))]


def test_desks_are_reminded_at_the_inner_target_and_three_working_days_before(world: World) -> None:
    """Received on Monday 2 March: the target is the 9th, the last day the 17th, three working days before: the 12th."""
    arrive(world)
    intake = Staff(world).desk("intake")
    told = []
    for _ in range(15):
        world.clock.forward(days=1)
        before = len(messages(world))
        tick(world)
        told += [(world.clock().day, *one) for one in messages(world)[before:]]
    assert told == [(10, "due_soon", intake), (12, "due_soon", intake)]
    assert world.events()[-1] != "late"


def test_a_reminder_says_nothing_and_is_no_entry(world: World) -> None:
    arrive(world)
    before = world.events()
    world.clock.forward(days=8)
    tick(world)
    assert messages(world) == [("due_soon", Staff(world).desk("intake"))]
    assert world.events() == before


@pytest.mark.sqlite
def test_the_lead_is_reminded_of_the_verification_and_nobody_of_somebody_elses_right(world: World) -> None:
    _, case_id = taken_up(world)
    start_clock(world, case_id, "C12")
    world.clock.forward(days=9)
    tick(world)
    assert messages(world) == []
    world.clock.now = datetime(2026, 4, 28, 4, tzinfo=UTC)  # 29, 30 April and 6 May: three working days
    tick(world)
    assert ("due_soon", Staff(world).desk("lead")) in messages(world)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("rule", "event"),
    [
        ("C03", "clock_ended"),
        ("C12", "clock_ended"),
        ("C14", "clock_ended"),
        ("C20", "late"),
        ("C04", "escalated"),
        ("C06", "escalated"),
        ("C07", "escalated"),
        ("C10", "escalated"),
        ("C11", "escalated"),
        ("C13", "escalated"),
    ],
)
def test_what_comes_of_a_time_limit_is_what_its_rule_says(world: World, rule: str, event: str) -> None:
    _, case_id = taken_up(world)
    start_clock(world, case_id, rule)
    due = clock_of(world, case_id, rule).due_at
    world.clock.now = due
    tick(world)
    assert clock_of(world, case_id, rule).state is ClockState.RUNNING
    world.clock.forward(seconds=1)
    tick(world)
    row = clock_of(world, case_id, rule)
    told = [entry for entry in world.entries() if entry["facts"].get("rule") == rule]
    assert told[-1]["event"] == event
    ended = event == "clock_ended"
    assert (row.state, row.stopped_at) == ((ClockState.STOPPED, due) if ended else (ClockState.LATE, None))
    with world.store.reading() as session:
        raised = session.get_one(Case, case_id).raised_desk_id
    assert (raised == Staff(world).desk("lead", "office-220000")) is (event == "escalated")


def test_announced_holidays_move_what_was_a_guess_and_nothing_else(staff: Staff) -> None:
    """C05 from 1 December: day 60 is Saturday 30 January 2027. From 8 December: 6 February, in Spring Festival."""
    world = staff.world
    world.clock.now = datetime(2026, 12, 1, 4, tzinfo=UTC)
    _, first = taken_up(world)
    world.clock.forward(days=7)
    _, second = taken_up(world)
    suspended = clock_of(world, first)
    assert (due_day(world, first), due_day(world, second)) == ("2027-02-01", "2027-02-09")
    assert tick(world) == 0  # nothing is announced
    staff.new(MotionKind.ADOPT, "office-220000", holidays())
    assert tick(world) == 2  # C05 of both; the clocks of triage were stopped
    assert (due_day(world, first), due_day(world, second)) == ("2027-02-01", "2027-02-14")
    was = {"rule": "C05", "was": "2027-02-09T15:59:59Z", "due": "2027-02-14T15:59:59Z"}
    assert was in [entry["facts"] for entry in world.entries() if entry["event"] == "recounted"]
    assert case_due(world, second) == clock_of(world, second).due_at
    assert not clock_of(world, second).provisional
    assert clock_of(world, first).id != suspended.id
    assert tick(world) == 0
    world.sign()
    world.verify()


@pytest.mark.sqlite
def test_an_extension_and_what_stood_still_survive_a_new_count(staff: Staff) -> None:
    world = staff.world
    world.clock.now = datetime(2026, 12, 1, 4, tzinfo=UTC)
    _, case_id = taken_up(world)
    suspend(world, "gao", case_id)
    world.clock.forward(days=8)
    resume(world, "gao", case_id)
    assert (due_day(world, case_id), clock_of(world, case_id).stood) == ("2027-02-09", 8)
    staff.new(MotionKind.ADOPT, "office-220000", holidays())
    tick(world)
    assert (due_day(world, case_id), clock_of(world, case_id).stood) == ("2027-02-14", 8)
    world.verify()


@pytest.mark.sqlite
def test_a_clock_never_comes_before_the_next_working_day(staff: Staff) -> None:
    """Guessed: Monday 15 February 2027; announced on the Sunday that is worked: it stays the 15th, and is told."""
    world = staff.world
    world.clock.now = datetime(2027, 1, 29, 4, tzinfo=UTC)
    key, case_id = arrive(world)
    world.clock.now = datetime(2027, 2, 14, 4, tzinfo=UTC)
    staff.new(MotionKind.ADOPT, "office-220000", holidays())
    tick(world)
    with world.store.reading() as session:
        standing = select(Clock).where(Clock.report_id == key.report_id, Clock.superseded_by.is_(None))
        row = session.scalars(standing).one()
    assert row.due_at == datetime(2027, 2, 15, 15, 59, 59, tzinfo=UTC)
    assert (row.provisional, case_due(world, case_id)) == (False, row.due_at)
    world.verify()


@pytest.mark.sqlite
def test_of_one_start_only_one_clock_stands(world: World) -> None:
    _, case_id = taken_up(world)
    row = clock_of(world, case_id)
    with pytest.raises(Exception, match="UNIQUE"):
        run(
            world,
            "INSERT INTO clocks (id, case_id, rule, edition, started_at, due_at, provisional, state, entry_id) "
            "SELECT randomblob(16), case_id, rule, edition, started_at, due_at, provisional, state, entry_id "
            "FROM clocks WHERE rule = 'C05'",
        )
    assert clock_of(world, case_id).id == row.id


@pytest.mark.sqlite
def test_a_tick_at_the_last_second_is_in_time(world: World) -> None:
    arrive(world)
    world.clock.now = datetime(2026, 3, 17, 15, 59, 59, 900_000, tzinfo=UTC)
    assert tick(world) == 0
    world.clock.forward(seconds=1)
    assert tick(world) == 1
    world.verify()


@pytest.mark.sqlite
def test_batches_of_any_size_say_the_same(two: tuple[World, World], monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that runs on between two that are over, cases that are raised and raised again, right ones that end."""
    since = []
    for world in two:
        story(world)
        _, case_id = taken_up(world)
        start_clock(world, case_id, "C12")
        since.append(len(world.entries()))
        world.clock.forward(days=150)
    tick(two[0])
    monkeypatch.setattr(deadlines, "BATCH", 1)
    tick(two[1])
    one, other = (said(world, since) for world, since in zip(two, since, strict=True))
    assert sorted(map(str, one)) == sorted(map(str, other))  # what ends at one moment comes in the order of its ids
    assert {"late", "escalated", "continued", "clock_ended"} <= {event for event, *_ in one}
    for each in (one, other):
        dues = [facts["due"] for event, _, facts in each if event in {"late", "clock_ended"}]
        assert dues == sorted(dues)
    for world in two:
        world.sign()
        world.verify(replayed=False)  # nobody served what C12 counts from
        world.close()


@pytest.mark.sqlite
def test_what_is_beyond_the_reminders_of_a_tick_is_told_with_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "REMINDED", 2)
    for _ in range(3):
        arrive(world)
    world.clock.forward(days=8)
    for told in (1, 2, 2):
        tick(world)
        assert len(messages(world)) == told
