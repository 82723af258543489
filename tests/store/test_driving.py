"""Queries given to the driver itself: what they find is what the session would have found, and is the session's own."""

from uuid import uuid4

import pytest
from sqlalchemy import Integer, String, bindparam, cast, literal, select
from sqlalchemy.exc import OperationalError

from portal.domain.errors import NotStoredError, StaleError
from portal.domain.vocabulary import CaseState
from portal.store.cases import Case, Decision
from portal.store.driving import ahead, asked, by_id, each, first, forget
from portal.store.reports import Report
from tests.faults import gone_after
from tests.sending import arrive, run
from tests.world import World

ONE = select(Case).where(Case.id == bindparam("id"))
SOME = select(Case.id).where(Case.id.in_(bindparam("ids", expanding=True))).order_by(Case.id)
NEWS = select(Case.news_at).where(Case.id == bindparam("id"))
WAITING = select(Case.id).where(Case.state.in_([CaseState.RECEIVED, CaseState.AWAITING]))
BOTH = (
    select(Case, Report.arrived_at, Decision)
    .join(Report, Report.case_id == Case.id)
    .outerjoin(Decision, Decision.case_id == Case.id)
)


def test_a_list_of_any_length_is_asked_for_and_an_empty_one_finds_nothing(world: World) -> None:
    ids = sorted(arrive(world)[1] for _ in range(3))
    with world.store.reading() as session:
        for count in range(4):
            assert each(session, SOME, ids=ids[:count]) == ids[:count]
        assert each(session, SOME, ids={*ids, uuid4()}) == ids
        assert sorted(each(session, WAITING)) == ids


def test_whole_rows_are_objects_of_the_session_beside_values_and_what_is_not_there(world: World) -> None:
    case_id = arrive(world)[1]
    with world.store.reading() as session:
        ((case, arrived_at, decision),) = asked(session, BOTH)
        assert (case.id, arrived_at, decision) == (case_id, case.arrived_at, None)
        assert session.get(Case, case_id) is case
        assert first(session, ONE, id=case_id) is case
        assert not session.dirty
        session.expunge_all()
        other = session.get_one(Case, case_id)
        names = Case.__table__.columns.keys()
        assert [getattr(case, name) for name in names] == [getattr(other, name) for name in names]
        assert first(session, ONE, id=uuid4()) is None


def test_a_column_is_not_asked_for_twice(world: World) -> None:
    with world.store.reading() as session, pytest.raises(TypeError, match="in its row"):
        asked(session, BOTH.add_columns(Case.number))


def test_what_the_session_has_changed_is_written_before_it_is_asked_for(world: World) -> None:
    case_id = arrive(world)[1]
    news = select(Case.news_at).where(Case.id == bindparam("id"))
    with world.store.transaction() as session:
        (case,) = each(session, ONE, id=case_id)
        case.news_at = world.clock()
        assert each(session, news, id=case_id) == [world.clock()]
    assert run(world, "SELECT version, news_at IS NULL FROM cases") == [(2, False)]


def test_an_object_that_was_asked_for_is_not_written_over_what_came_meanwhile(world: World) -> None:
    case_id = arrive(world)[1]
    with world.store.reading() as session:
        (case,) = each(session, ONE, id=case_id)
        session.expunge(case)
    run(world, "UPDATE cases SET version = version + 1")

    def change() -> None:
        with world.store.transaction() as session:
            session.add(case)
            case.news_at = world.clock()

    with pytest.raises(StaleError):
        change()


def test_rows_by_their_ids_are_asked_for_once_and_those_that_are_there_not_at_all(world: World) -> None:
    ids = [arrive(world)[1] for _ in range(3)]
    with world.store.reading() as session:
        known = session.get_one(Case, ids[0])
        with gone_after(session, 0):
            assert by_id(session, Case, ids[:1]) == {ids[0]: known}
            assert by_id(session, Case, ()) == {}
        with gone_after(session, 1):
            found = by_id(session, Case, [*ids, uuid4()])
        assert {one.id for one in found.values()} == set(ids) == set(found)
        assert found[ids[0]] is known


def test_what_is_asked_ahead_is_answered_once_and_found_anew_after_that(world: World) -> None:
    ids = sorted(arrive(world)[1] for _ in range(3))
    many = [(SOME, {"ids": ids[:count]}) for count in range(4)]
    with world.store.transaction() as session, ahead(session, *many, (ONE, {"id": ids[0]}), (NEWS, {"id": ids[0]})):
        with gone_after(session, 0 if world.server else 1):
            assert [each(session, query, **given) for query, given in many] == [ids[:count] for count in range(4)]
            case = first(session, ONE, id=ids[0])
            assert case is not None
            assert each(session, NEWS, id=ids[0]) == [None]
        assert session.get(Case, ids[0]) is case
        case.news_at = world.clock()
        assert each(session, NEWS, id=ids[0]) == [world.clock()]
        assert first(session, ONE, id=ids[1]) is not None


def test_what_was_asked_ahead_is_forgotten_where_something_is_written_of_it(world: World) -> None:
    case_id = arrive(world)[1]
    with world.store.transaction() as session, ahead(session, (NEWS, {"id": case_id})):
        session.get_one(Case, case_id).news_at = world.clock()
        session.flush()
        forget(session)
        assert each(session, NEWS, id=case_id) == [world.clock()]


def test_what_nobody_asked_for_is_dropped_at_the_end(world: World) -> None:
    case_id = arrive(world)[1]
    with world.store.reading() as session:
        with ahead(session, (NEWS, {"id": case_id})):
            pass
        session.info.pop("cursor", None)  # the next one asks for one of its own
        with gone_after(session, 0), pytest.raises(OperationalError):
            each(session, NEWS, id=case_id)


@pytest.mark.postgresql
def test_one_question_that_fails_fails_all_and_the_connection_is_good_for_the_next(world: World) -> None:
    wrong = select(cast(literal("x") + bindparam("more", type_=String), Integer))
    questions = (NEWS, {"id": uuid4()}), (wrong, {"more": "y"}), (NEWS, {"id": uuid4()})
    for _ in range(2):
        with pytest.raises(NotStoredError), world.store.reading() as session, ahead(session, *questions):
            pytest.fail("it was let in")
    case_id = arrive(world)[1]
    with world.store.reading() as session, ahead(session, (NEWS, {"id": case_id})):
        assert each(session, NEWS, id=case_id) == [None]
