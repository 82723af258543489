"""Reports about one matter are handled together: the report's row stays, who was first is what the ledger says."""

import re
from uuid import UUID

import pytest

from portal.domain.case_vocabulary import View
from portal.domain.errors import IllegalTransitionError, MergeError, NotAllowedError, StaleError, StrangerError
from portal.domain.merging import Snag
from portal.domain.vocabulary import CaseState, ClockState
from portal.office import merging
from portal.store.cases import Case, Clock
from tests.merging import merge
from tests.office.test_assigning import assign
from tests.office.test_queue import show
from tests.sending import accept, arrive, box, decline, newest, open_case, say
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


def case_of(world: World, case_id: UUID) -> Case:
    with world.store.reading() as session:
        return session.get_one(Case, case_id)


@pytest.fixture
def pair(world: World) -> tuple:
    """周's report, and a later one that was taken up: (周's key, 周's case, the later key, the later case)."""
    first, later = arrive(world), arrive(world, description="那个出口还锁着。")
    accept(world, "lin", later[1])
    return (*first, *later)


def test_a_merged_report_ends_its_own_time_limits_and_goes_with_the_other(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    merge(world, "lin", case_id, main_id)
    merged = case_of(world, case_id)
    assert (merged.state, merged.main_id, merged.due_at) == (CaseState.MERGED, main_id, None)
    with world.store.reading() as session:
        report_id = merging.reports_of(session, main_id)[0].report_id
        clocks = session.query(Clock).where(Clock.report_id == report_id).all()
    assert [(one.rule, one.state) for one in clocks] == [("C02", ClockState.STOPPED)]
    assert [entry["event"] for entry in world.entries()[-2:]] == ["merged", "joined"]
    world.sign()
    world.verify()


def test_whoever_came_first_by_the_ledger_is_first_whichever_case_goes_on(world: World, pair: tuple) -> None:
    key, case_id, later, main_id = pair
    merge(world, "lin", case_id, main_id)
    with world.store.reading() as session:
        assert [one.report_id for one in merging.reports_of(session, main_id)] == [key.report_id, later.report_id]
    assert world.entries()[-2]["facts"] == {"main": str(main_id), "first": str(case_id)}
    for opened in (case_id, main_id):
        lines = open_case(world, "lin", opened).triage.together
        assert [(one.case_id, one.first, one.main) for one in lines] == [(case_id, True, False), (main_id, False, True)]


def test_its_reporter_sees_no_number_no_date_no_count_and_no_source(world: World, pair: tuple) -> None:
    key, case_id, later, main_id = pair
    world.clock.forward(days=3)
    before = box(world, key)
    merge(world, "lin", case_id, main_id)
    after = box(world, key)
    assert after.case_state is CaseState.MERGED
    assert (after.number, after.steps) == (None, before.steps)
    assert not [step for step in box(world, later).steps if step.event in {"merged", "joined"}]


def test_what_is_written_about_it_later_is_news_on_the_main_case(world: World, pair: tuple) -> None:
    key, case_id, _, main_id = pair
    merge(world, "lin", case_id, main_id)
    say(world, key, "钥匙在保安队长手里。")
    world.sign()
    assert [line.case_id for line in show(world, view=View.NEWS).lines] == [main_id]
    assert [one.news for one in open_case(world, "lin", main_id).triage.together if not one.own] == [True]
    assert open_case(world, "lin", case_id).letters[-1].text == "钥匙在保安队长手里。"
    world.verify()


def test_what_waited_for_intake_waits_on_the_main_case(world: World, pair: tuple) -> None:
    key, case_id, _, main_id = pair
    say(world, key, "还有一件事。")
    merge(world, "lin", case_id, main_id)
    assert case_of(world, main_id).news_at is not None


def test_what_was_merged_into_it_goes_along(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    _, third = arrive(world, description="第三个人说的。")
    accept(world, "lin", third)
    merge(world, "lin", case_id, main_id)
    merge(world, "lin", main_id, third)
    assert {case_of(world, one).main_id for one in (case_id, main_id)} == {third}
    with world.store.reading() as session:
        assert [one.case_id for one in merging.reports_of(session, third)] == [case_id, main_id, third]
    world.sign()
    world.verify()


def test_whoever_worked_on_it_works_on_it_no_more(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    accept(world, "lin", case_id)
    assign(world, case_id)
    merge(world, "lin", case_id, main_id)
    assert open_case(world, "gao", case_id).assigned == ()
    assert world.entries()[-2]["event"] == "unassigned"
    world.sign()
    world.verify()


def test_nothing_is_merged_into_what_is_none_of_this_desk(world: World, pair: tuple) -> None:
    _, case_id, _, _ = pair
    _, foreign = arrive(world, division="220302")
    accept(world, "qin", foreign)
    for number in (case_of(world, foreign).number, "220100-2026-99999", ""):
        refused(world, case_id, number, Snag.UNKNOWN)


def test_nothing_is_merged_into_itself_or_into_what_is_over_or_merged(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    _, over = arrive(world, description="已经转走的。")
    accept(world, "lin", over)
    merge(world, "lin", over, main_id)
    refused(world, main_id, case_of(world, main_id).number, Snag.SELF)
    refused(world, case_id, case_of(world, over).number, Snag.MERGED)


def refused(world: World, case_id: UUID, number: str | None, snag: Snag) -> None:
    seen, actor = newest(world, case_id), world.actor("lin")
    with world.store.transaction() as session, pytest.raises(MergeError) as caught:
        merging.merge(session, world.house, actor, case_id, number or "", seen, now=world.clock())
    assert caught.value.snag == snag


def test_what_was_turned_away_is_merged_no_more(world: World, pair: tuple) -> None:
    _, case_id, _, main_id = pair
    decline(world, "lin", case_id, "REPEAT_SAME_PERSON")
    with pytest.raises(IllegalTransitionError):
        merge(world, "lin", case_id, main_id)


@pytest.mark.parametrize(("who", "refusal"), [("gao", NotAllowedError), ("qin", StrangerError)])
def test_only_intake_of_the_desk_merges(world: World, pair: tuple, who: str, refusal: type[Exception]) -> None:
    _, case_id, _, main_id = pair
    with pytest.raises(refusal):
        merge(world, who, case_id, main_id)


def test_nothing_is_merged_that_changed_unseen(world: World, pair: tuple) -> None:
    key, case_id, _, main_id = pair
    seen = newest(world, case_id)
    say(world, key, "不是同一个出口。")
    with pytest.raises(StaleError):
        merge(world, "lin", case_id, main_id, seen=seen)
    assert re.match(r"\d{6}-\d{4}-\d{5}", case_of(world, main_id).number or "")
