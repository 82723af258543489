"""What was late before it was merged comes back late, and nobody is told of it twice."""

from sqlalchemy import select

from portal.domain.vocabulary import ClockState
from portal.store.outbox import Outbox
from tests import clocking
from tests.merging import merge, split
from tests.office.test_merging import case_of
from tests.office.test_splitting import clocks_of, whole
from tests.sending import accept, arrive
from tests.world import World


def test_what_was_late_before_it_was_merged_is_late_again_and_nobody_is_told_twice(world: World) -> None:
    _, case_id = arrive(world)
    world.clock.forward(days=30)
    clocking.tick(world)
    due = case_of(world, case_id).due_at
    for _ in range(2):  # what was split and merged again, too
        _, main_id = clocking.taken_up(world)
        merge(world, "lin", case_id, main_id)
        split(world, "lin", case_id)
    assert ("C02", ClockState.LATE) in clocks_of(world, case_id)
    assert case_of(world, case_id).due_at == due
    assert world.entries()[-2]["facts"]["late"] == world.entries()[-2]["facts"]["clocks"]
    before = len(world.entries()), told(world)
    world.clock.forward(days=1)
    clocking.tick(world)
    assert not [one for one in world.entries()[before[0] :] if one["event"] in {"late", "escalated"}]
    assert told(world) == before[1]
    accept(world, "lin", case_id)
    whole(world)


def told(world: World) -> int:
    """How many messages say that a time limit is over."""
    with world.store.reading() as session:
        return len(session.scalars(select(Outbox).where(Outbox.kind.in_(("late", "escalated")))).all())
