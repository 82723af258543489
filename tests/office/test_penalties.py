"""The time to decide on a penalty (C18): it runs while one is meant and not decided, from when that one was meant."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.clocks import SHANGHAI
from portal.domain.paper_vocabulary import PenaltyStatus
from portal.domain.vocabulary import ClockState
from portal.store.cases import Clock
from tests import verification as cast
from tests.clocking import case_due, suspend
from tests.merging import merge
from tests.office.test_blocking import case_of
from tests.sending import accept, arrive, box
from tests.verification import file, look, penalty
from tests.world import World

pytestmark = pytest.mark.sqlite
MEANT = penalty(status=PenaltyStatus.PROPOSED, number="", decided_on=None)


def clocks(world: World) -> list[tuple[date, date, ClockState]]:
    """From when, until when, and how it stands."""
    with world.store.reading() as session:
        rows = session.scalars(select(Clock).where(Clock.rule == "C18").order_by(Clock.started_at)).all()
    return [
        (one.started_at.astimezone(SHANGHAI).date(), one.due_at.astimezone(SHANGHAI).date(), one.state) for one in rows
    ]


def papers(world: World, case_id: UUID) -> list[UUID]:
    return [one.id for one in look(world, "chen", case_id).papers]


def test_it_runs_from_what_is_meant_to_what_was_decided(world: World) -> None:
    key, case_id = cast.assigned(world)
    file(world, "chen", case_id, MEANT)
    assert clocks(world) == [(date(2026, 3, 2), date(2026, 6, 1), ClockState.RUNNING)], "day 90 is Sunday, 31 May"
    assert case_of(world, case_id).due_at.astimezone(SHANGHAI).date() == date(2026, 5, 6), "C05 comes first"
    assert "C18" not in {one.rule for one in box(world, key).clocks}, "nothing that a reporter waits for"
    world.clock.forward(days=10)
    file(world, "chen", case_id, penalty(), papers(world, case_id)[0])
    assert [state for *_, state in clocks(world)] == [ClockState.STOPPED]
    world.verify()


def test_of_two_the_one_that_has_waited_longest_counts(world: World) -> None:
    _, case_id = cast.assigned(world)
    file(world, "chen", case_id, MEANT)
    world.clock.forward(days=3)
    file(world, "chen", case_id, MEANT)
    assert len(clocks(world)) == 1
    file(world, "chen", case_id, penalty(), papers(world, case_id)[0])
    assert clocks(world) == [
        (date(2026, 3, 2), date(2026, 6, 1), ClockState.STOPPED),
        (date(2026, 3, 5), date(2026, 6, 3), ClockState.RUNNING),
    ]
    world.verify()


def test_one_that_is_decided_when_it_is_filed_starts_nothing(world: World) -> None:
    _, case_id = cast.assigned(world)
    file(world, "chen", case_id, penalty())
    assert clocks(world) == []
    assert [one["facts"] for one in world.entries() if one["event"] == "paper_filed"] == [
        {"paper": 1, "kind": "penalty"}
    ]


def test_late_it_wakes_the_level_above_and_ends_with_the_decision_all_the_same(world: World) -> None:
    _, case_id = cast.assigned(world)
    file(world, "chen", case_id, MEANT)
    world.clock.now += timedelta(days=95)
    world.tick()
    assert {one["facts"]["rule"] for one in world.entries() if one["event"] == "late"} == {"C05", "C18"}
    file(world, "chen", case_id, penalty(), papers(world, case_id)[0])
    assert [state for *_, state in clocks(world)] == [ClockState.STOPPED]
    world.verify()


def test_it_ends_where_the_case_does_without_its_decision(world: World) -> None:
    _, case_id = cast.assigned(world)
    file(world, "chen", case_id, MEANT)
    _, main = arrive(world)
    accept(world, "lin", main)
    merge(world, "lin", case_id, main)
    assert [state for *_, state in clocks(world)] == [ClockState.STOPPED]
    world.verify()


def test_what_stands_still_is_looked_at_when_it_runs_on_whichever_step_asks(world: World) -> None:
    """C05 stands still until 29 August at most; a penalty filed meanwhile has until 1 June and comes first."""
    _, case_id = cast.assigned(world)
    suspend(world, "gao", case_id)
    stands = case_due(world, case_id)
    file(world, "chen", case_id, MEANT)
    assert case_due(world, case_id) == datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC)
    file(world, "chen", case_id, penalty(), papers(world, case_id)[0])
    assert case_due(world, case_id) == stands == datetime(2026, 8, 29, 15, 59, 59, tzinfo=UTC)
