"""Many rows changed, or stored where they are missing, by one statement: on both engines, all of them or none."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain.errors import StaleError
from portal.domain.vocabulary import ClockState
from portal.store.base import table_of
from portal.store.cases import Case, Clock
from portal.store.changing import change_rows
from portal.store.index import IndexWait
from portal.store.insertion import ensure_rows
from tests.sending import arrive
from tests.world import World


def rows(world: World, model: type) -> list[dict[str, object]]:
    with world.store.reading() as session:
        return [dict(row) for row in session.execute(select(table_of(model))).mappings()]


def test_each_row_gets_its_own_values_and_nothing_else_changes(world: World) -> None:
    for _ in range(3):
        arrive(world)
    before = rows(world, Clock)
    with world.store.transaction() as session:
        changed = [{**row, "state": ClockState.LATE} for row in before[:2]]
        change_rows(session, Clock, changed, "state")
    assert sorted(rows(world, Clock), key=str) == sorted([*changed, before[2]], key=str)


def test_a_version_goes_up_and_an_older_one_is_refused_with_all_beside_it(world: World) -> None:
    for _ in range(2):
        arrive(world)
    first, second = before = rows(world, Case)
    with world.store.transaction() as session:
        change_rows(session, Case, before, "news_at")
    assert {row["version"] for row in rows(world, Case)} == {first["version"] + 1}
    fresh = next(row for row in rows(world, Case) if row["id"] == second["id"])
    with pytest.raises(StaleError), world.store.transaction() as session:
        change_rows(session, Case, [first, fresh], "news_at")
    assert {row["version"] for row in rows(world, Case)} == {first["version"] + 1}


def test_nothing_to_change_asks_nothing(world: World) -> None:
    with world.store.transaction() as session:
        change_rows(session, Case, [], "news_at")


def test_rows_that_are_there_stay_and_the_missing_come(world: World) -> None:
    arrive(world)
    (case,) = rows(world, Case)
    there = rows(world, IndexWait)
    other = {"desk_id": case["raised_desk_id"] or case["lead_desk_id"], "compare": True, "case_id": case["id"]}
    with world.store.transaction() as session:
        ensure_rows(session, IndexWait, [*there, other, other])
    assert sorted(rows(world, IndexWait), key=str) == sorted([*there, other], key=str)


def test_a_row_that_is_gone_is_missed(world: World) -> None:
    arrive(world)
    (clock,) = rows(world, Clock)
    with pytest.raises(StaleError), world.store.transaction() as session:
        change_rows(session, Clock, [clock, {**clock, "id": uuid4()}], "state")
