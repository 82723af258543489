"""More alarms than a tick passes on at once."""

import pytest

from portal.office import alarming
from tests.office.test_alarming import alarms, danger
from tests.world import World


def test_alarms_beyond_a_batch_ring_with_the_next_tick_and_those_at_the_last_desk_take_no_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarming, "BATCH", 1)
    for _ in range(2):
        danger(world)
    for levels in ([0, 1], [1, 1], [1, 1]):
        world.clock.forward(minutes=31)
        world.tick()
        assert sorted(one.level for one in alarms(world)) == levels
    danger(world)
    world.clock.forward(minutes=31)
    world.tick()
    assert sorted(one.level for one in alarms(world)) == [1, 1, 1]
    world.sign()
    world.verify()
