"""A time limit stands still by the lead's decision, is not late meanwhile, and runs on by hand or by itself."""

from datetime import UTC, datetime

import pytest

from portal.domain.clock_changes import Flaw
from portal.domain.errors import NotAllowedError, ReasonError, StaleError, StrangerError, TimeLimitError
from portal.domain.vocabulary import ClockState
from tests.clocking import case_due, clock_of, due_day, resume, suspend, taken_up, tick
from tests.sending import say, write
from tests.world import World

pytestmark = pytest.mark.sqlite


def test_what_stood_still_is_added_and_the_case_is_looked_at_meanwhile(world: World) -> None:
    """Suspended on 2 March for at most 180 days: 29 August. Run on on 12 March: 60 + 10 days end on 11 May."""
    _, case_id = taken_up(world)
    suspend(world, "gao", case_id)
    row = clock_of(world, case_id)
    assert (row.state, row.suspended_at) == (ClockState.SUSPENDED, world.clock())
    assert case_due(world, case_id) == datetime(2026, 8, 29, 15, 59, 59, tzinfo=UTC)
    world.clock.forward(days=10)
    resume(world, "gao", case_id)
    row = clock_of(world, case_id)
    assert (due_day(world, case_id), row.stood, row.state) == ("2026-05-11", 10, ClockState.RUNNING)
    assert case_due(world, case_id) == row.due_at
    told = [(one["event"], one["reason"], one["facts"]) for one in world.entries()[-2:]]
    assert told == [
        ("suspended", "WAIT_JUDICIAL", {"rule": "C05", "until": "2026-08-29T15:59:59Z", "edition": "jilin-1"}),
        ("continued", None, {"rule": "C05", "stood": 10, "due": "2026-05-11T15:59:59Z"}),
    ]
    world.sign()
    world.verify()


def test_it_stands_still_again_and_both_times_are_added(world: World) -> None:
    _, case_id = taken_up(world)
    for _ in range(2):
        suspend(world, "gao", case_id)
        world.clock.forward(days=4)
        resume(world, "gao", case_id)
    assert (due_day(world, case_id), clock_of(world, case_id).stood) == ("2026-05-09", 8)  # a Saturday that is worked
    world.verify()


def test_what_stands_still_is_not_late(world: World) -> None:
    _, case_id = taken_up(world)
    suspend(world, "gao", case_id)
    world.clock.forward(days=100)
    assert tick(world) == 0
    resume(world, "gao", case_id)
    assert due_day(world, case_id) == "2026-08-10"  # day 160 is Sunday 9 August
    assert "late" not in world.events()


def test_by_itself_it_runs_on_when_the_days_of_its_reason_are_over(world: World) -> None:
    """15 days from 2 March end with the 17th; found a month later, it still runs on from there: 60 + 15 days."""
    _, case_id = taken_up(world)
    write(world, "lin", case_id, "是地下几层？")
    suspend(world, "gao", case_id, "WAIT_REPORTER")
    world.clock.now = datetime(2026, 3, 17, 15, 59, 59, tzinfo=UTC)
    assert tick(world) == 0
    world.clock.forward(days=30)
    assert tick(world) == 1
    assert (due_day(world, case_id), clock_of(world, case_id).stood) == ("2026-05-18", 15)
    entry = world.entries()[-1]
    assert (entry["event"], entry["actor"]["kind"]) == ("continued", "system")
    assert tick(world) == 0
    world.verify()


def test_it_runs_on_with_the_answer_that_it_waited_for(world: World) -> None:
    key, case_id = taken_up(world)
    say(world, key, "先写的，不算答复")
    write(world, "lin", case_id, "是地下几层？")
    suspend(world, "gao", case_id, "WAIT_REPORTER")
    assert tick(world) == 0
    world.clock.forward(days=3)
    say(world, key, "是地下二层")
    world.clock.forward(days=2)  # the tick was away
    assert tick(world) == 1
    assert clock_of(world, case_id).stood == 3
    world.verify()


def test_nobody_waits_for_a_reporter_who_was_asked_nothing_or_has_answered(world: World) -> None:
    key, case_id = taken_up(world)
    for asked in ("", "是地下几层？"):
        if asked:
            write(world, "lin", case_id, asked)
            say(world, key, "是地下二层")
        with pytest.raises(TimeLimitError) as refused:
            suspend(world, "gao", case_id, "WAIT_REPORTER")
        assert (refused.value.flaw, refused.value.basis) == ("unasked", "本系统的规定")
    assert clock_of(world, case_id).state is ClockState.RUNNING
    write(world, "lin", case_id, "哪个口？")
    suspend(world, "gao", case_id, "WAIT_REPORTER")
    assert clock_of(world, case_id).state is ClockState.SUSPENDED


def test_an_answer_ends_no_other_waiting(world: World) -> None:
    key, case_id = taken_up(world)
    suspend(world, "gao", case_id, "WAIT_JUDICIAL")
    world.clock.forward(days=1)
    say(world, key, "又想起一点")
    assert tick(world) == 0
    assert clock_of(world, case_id).state is ClockState.SUSPENDED


def test_only_the_lead_of_the_case_decides_it_in_time_with_a_reason_for_it(world: World) -> None:
    _, case_id = taken_up(world)
    with pytest.raises(NotAllowedError):
        suspend(world, "lin", case_id)
    for stranger in ("chen", "qin-lead", "sheng-lead"):
        with pytest.raises(StrangerError):
            suspend(world, stranger, case_id)
    with pytest.raises(StaleError):
        suspend(world, "gao", case_id, seen=0)
    with pytest.raises(ReasonError):
        suspend(world, "gao", case_id, "EXPERT_TEST")  # extends, and does not suspend
    assert flaw(world, case_id, "PETITION_HEARING") == Flaw.REASON
    with pytest.raises(TimeLimitError) as caught:
        resume(world, "gao", case_id)
    assert caught.value.flaw == Flaw.RUNS
    world.clock.forward(days=66)
    assert flaw(world, case_id) == Flaw.LATE
    assert not {"suspended", "continued"} & set(world.events())


def flaw(world: World, case_id, reason: str = "WAIT_JUDICIAL") -> str:
    with pytest.raises(TimeLimitError) as caught:
        suspend(world, "gao", case_id, reason)
    return caught.value.flaw
