"""Numbers packed by slots: what goes in comes out, in order, whatever the order it went in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.office import postings
from portal.office.postings import DENSE, SLOT, bits, descending, packed
from portal.store.index import IndexPart
from tests.sending import run
from tests.world import World

PLACES = st.sets(st.integers(0, SLOT - 1), max_size=400)


@given(PLACES)
def test_a_slot_is_packed_and_read_back(places: set[int]) -> None:
    held = sum(1 << place for place in places)
    if held:
        assert bits(packed(held)) == held
        assert len(packed(held)) == min(2 * len(places), DENSE)
    assert list(descending(held)) == sorted(places, reverse=True)


@pytest.fixture
def part(world: World) -> int:
    with world.store.transaction() as session:
        row = IndexPart(desk_epoch_id=None, taken=3 * SLOT)
        session.add(row)
        session.flush()
        return row.part


def test_marks_are_found_together_newest_first_and_below_a_number(world: World, part: int) -> None:
    with world.store.transaction() as session:
        for number in (*range(300), SLOT + 1, 2 * SLOT):
            postings.put(session, part, 0, {7, number % 3 - 1}, number)
        everywhere = list(postings.holding(session, part, 0, {7}, 3 * SLOT))
        assert everywhere == [2 * SLOT, SLOT + 1, *range(299, -1, -1)]
        assert list(postings.holding(session, part, 0, {7, 0}, SLOT)) == list(range(298, 0, -3))
        assert list(postings.holding(session, part, 0, {7, 0}, 4)) == [1]
        assert list(postings.holding(session, part, 0, {7, 99}, 3 * SLOT)) == []
        assert list(postings.holding(session, part, 1, {7}, 3 * SLOT)) == []
        assert list(postings.holding(session, part, 0, {7}, 0)) == []


def test_putting_twice_is_putting_once_and_taking_leaves_the_others(world: World, part: int) -> None:
    with world.store.transaction() as session:
        for number in (5, 3, 4, 3):
            postings.put(session, part, 0, {1, number}, number)
        postings.take(session, part, (0, 1), 3)
        assert list(postings.holding(session, part, 0, {1}, SLOT)) == [5, 4]
        assert list(postings.holding(session, part, 0, {3}, SLOT)) == []
    assert run(world, "SELECT count(*) FROM index_marks WHERE mark = 3") == [(0,)]


def test_the_most_alike_come_first_and_of_these_the_newest(world: World, part: int) -> None:
    with world.store.transaction() as session:
        for number, marks in enumerate([{1, 2, 3, 4}, {1}, {1, 2, 9}, {1, 2, 3}, {8}]):
            postings.put(session, part, 0, marks, number)
        postings.put(session, part, 0, {1, 2, 3}, SLOT + 7)
        ours, below = {1, 2, 3, 4, 5}, 3 * SLOT
        found = postings.most_alike(session, part, 0, ours, below, least=2, most=10)
        assert list(found.items()) == [(0, 4), (SLOT + 7, 3), (3, 3), (2, 2)]
        assert list(postings.most_alike(session, part, 0, ours, below, least=1, most=2)) == [0, SLOT + 7]
        assert postings.of_numbers(session, part, 0, ours, {0, 2, 4, SLOT + 7}) == {0: 4, 2: 2, 4: 0, SLOT + 7: 3}


def test_a_mark_of_very_many_cases_turns_into_bits(world: World, part: int) -> None:
    with world.store.transaction() as session:
        for number in range(0, 600, 2):
            postings.put(session, part, 0, {1}, number)
        postings.take(session, part, (0,), 100)
        assert len(list(postings.holding(session, part, 0, {1}, SLOT))) == 299
        for number in range(0, 400, 2):
            postings.take(session, part, (0,), number)
    assert run(world, "SELECT length(numbers) FROM index_marks") == [(200,)]
