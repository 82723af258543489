"""Supervision: a lead's alone, why on the case file, listed with its time limits, ended once."""

from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.case_vocabulary import View
from portal.domain.errors import IllegalTransitionError, NotAllowedError, StaleError, StrangerError
from portal.domain.papers import Note
from portal.domain.values import Watch
from portal.domain.vocabulary import ClockState
from portal.office import papers, supervising
from portal.office.looking import Filters
from portal.store.cases import Clock
from tests.sending import accept, arrive, newest, open_case
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored

WHY = "同一商场第三次被举报"


def watch(
    world: World, case_id: UUID, who: str = "gao", *, listed: bool = False, ends: bool = False, seen: int | None = None
) -> None:
    value = Watch(WHY, listed, ends, newest(world, case_id) if seen is None else seen)
    with world.store.transaction() as session:
        supervising.supervise(
            session, world.house, world.actor(who), world.ring(who), case_id, value, now=world.clock()
        )


def clocks(world: World) -> dict[str, ClockState]:
    with world.store.reading() as session:
        return {row.rule: row.state for row in session.scalars(select(Clock).where(Clock.rule.like("C20%")))}


@pytest.fixture
def taken(world: World) -> UUID:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    return case_id


def test_why_is_on_the_case_file_and_the_case_in_the_list(world: World, taken: UUID) -> None:
    watch(world, taken)
    with world.store.reading() as session:
        (paper,) = papers.of_case(session, world.house, world.ring("lin"), taken)
    assert paper.paper == Note(WHY)
    sheet = open_case(world, "gao", taken)
    assert (sheet.supervised_at, sheet.listed) == (world.clock(), False)
    assert [entry["event"] for entry in world.entries()[-4:-2]] == ["paper_filed", "supervised"]
    assert WHY not in str(world.entries())
    world.verify()
    assert world.replay() == ()


def test_a_listed_case_has_its_time_limits_until_it_ends(world: World, taken: UUID) -> None:
    watch(world, taken, listed=True)
    assert open_case(world, "gao", taken).listed
    assert clocks(world) == dict.fromkeys(("C20", "C20-PUBLISH", "C20-FIX"), ClockState.RUNNING)
    watch(world, taken, ends=True)
    assert clocks(world) == {
        **dict.fromkeys(("C20", "C20-PUBLISH", "C20-FIX"), ClockState.STOPPED),
        "C20-END": ClockState.RUNNING,
    }
    assert open_case(world, "gao", taken).supervised_at is None
    assert world.replay() == ()


def test_it_is_the_leads_and_nobody_elses(world: World, taken: UUID) -> None:
    with pytest.raises(NotAllowedError):
        watch(world, taken, "lin")
    for stranger in ("qin", "chen", "he"):
        with pytest.raises(StrangerError):
            watch(world, taken, stranger)


def test_it_neither_begins_twice_nor_ends_twice_nor_unseen(world: World, taken: UUID) -> None:
    with pytest.raises(IllegalTransitionError, match="not supervised"):
        watch(world, taken, ends=True)
    watch(world, taken)
    with pytest.raises(IllegalTransitionError, match="already"):
        watch(world, taken)
    with pytest.raises(StaleError):
        watch(world, taken, ends=True, seen=0)


def test_what_was_not_taken_up_is_not_supervised(world: World) -> None:
    _, case_id = arrive(world)
    with pytest.raises(IllegalTransitionError, match="cannot supervise a case that is received"):
        watch(world, case_id)


def test_the_digest_of_a_filter_tells_each_view_apart() -> None:
    assert len({Filters(view).digest() for view in View}) == len(View)
