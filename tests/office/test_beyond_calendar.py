"""A year whose holidays nobody has entered yet: what cannot be counted waits, and time goes on for all else."""

from datetime import UTC, datetime

from portal.domain.vocabulary import ClockState
from tests.alarming import alarms, by_hand
from tests.clocking import clock_of, suspend, taken_up
from tests.sending import arrive
from tests.world import World

LAST = datetime(2028, 12, 29, 4, tzinfo=UTC)  # from here on three working days reach into a year without a table


def test_what_is_late_is_late_and_what_nobody_signs_off_rings_above(world: World) -> None:
    _, case_id = taken_up(world)
    _, other = arrive(world)
    world.clock.now = LAST
    by_hand(world, "lin", other)
    world.clock.forward(minutes=31)
    world.tick()
    assert clock_of(world, case_id).state is ClockState.LATE
    assert [one.level for one in alarms(world)] == [1]
    assert {"late", "escalated", "alarm_escalated"} <= set(world.events())
    world.sign()
    world.verify()


def test_what_cannot_run_on_stands_still_and_holds_up_nobody(world: World) -> None:
    world.clock.now = datetime(2028, 6, 1, 4, tzinfo=UTC)
    _, still = taken_up(world)
    world.clock.forward(days=20)
    suspend(world, "gao", still)
    _, other = taken_up(world)
    world.clock.now = LAST
    world.tick()
    assert clock_of(world, still).state is ClockState.SUSPENDED
    assert clock_of(world, other).state is ClockState.LATE
    world.sign()
    world.verify()
