"""Whoever is threatened for reporting is protected first; whether it was retaliation is checked afterwards (C27)."""

import pytest
from sqlalchemy import select

from portal.domain.alarms import AlarmKind, Checked, Protection
from portal.domain.errors import (
    IllegalTransitionError,
    LedgerError,
    NotAllowedError,
    ReasonError,
    StaleError,
    StrangerError,
)
from portal.domain.vocabulary import ClockState, Ongoing
from portal.office import papers
from portal.store.cases import Clock
from tests import canary
from tests.alarming import alarms, by_hand
from tests.clocking import tick
from tests.office.test_merging import case_of
from tests.protecting import CATEGORY, DONE, FOUND, check, protect, sign
from tests.sending import accept, arrive, box, decline, newest, open_case, run, say
from tests.world import World


def threatened(world: World) -> tuple:
    return arrive(world, category=CATEGORY, ongoing=Ongoing.PAST)


def states(world: World, rule: str = "C27") -> list[ClockState]:
    with world.store.reading() as session:
        return list(session.scalars(select(Clock.state).where(Clock.rule == rule).order_by(Clock.started_at)))


def whole(world: World) -> None:
    world.sign()
    world.verify()
    assert world.replay() == ()


def test_protection_ends_the_time_limit_and_the_check_comes_after_it(world: World) -> None:
    key, case_id = threatened(world)
    with pytest.raises(IllegalTransitionError, match="protect first"):
        check(world, "gao", case_id)
    protect(world, "gao", case_id)
    assert states(world) == [ClockState.STOPPED]
    assert [one["event"] for one in world.entries()[-2:]] == ["alarm_signed_off", "protected"]
    assert world.entries()[-1]["reason"] == "warned"
    check(world, "gao", case_id, Checked.CONFIRMED)
    for again in (protect, check):
        with pytest.raises(IllegalTransitionError):
            again(world, "gao", case_id)
    (told,) = box(world, key).protections
    assert (told.measure, told.outcome) == (Protection.WARNED, Checked.CONFIRMED)
    assert [step.event for step in box(world, key).steps][-2:] == ["protected", "retaliation_checked"]
    whole(world)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "altered",
    [
        "UPDATE protections SET outcome = 'unconfirmed' WHERE outcome IS NOT NULL",
        "UPDATE protections SET measure = 'police'",
        "DELETE FROM protections WHERE outcome IS NULL",
    ],
)
def test_what_was_done_for_a_reporter_is_shown_as_it_was_recorded_or_not_at_all(world: World, altered: str) -> None:
    key, case_id = threatened(world)
    protect(world, "gao", case_id)
    check(world, "gao", case_id, Checked.CONFIRMED)
    world.clock.forward(days=3)
    by_hand(world, "gao", case_id, AlarmKind.RETALIATION)
    protect(world, "gao", case_id)
    world.sign()
    assert len(box(world, key).protections) == 2
    run(world, altered)
    with pytest.raises(LedgerError):
        box(world, key)
    with pytest.raises(LedgerError):
        open_case(world, "gao", case_id)


@pytest.mark.sqlite
def test_the_words_are_papers_of_the_file_and_the_reporter_reads_none_of_them(world: World) -> None:
    key, case_id = threatened(world)
    protect(world, "gao", case_id)
    check(world, "gao", case_id)
    with world.store.reading() as session:
        found = papers.of_case(session, world.house, world.ring("lin"), case_id)
    assert [one.paper.text for one in found] == [DONE, FOUND]
    assert canary.found([world.home], [DONE, FOUND]) == []
    assert DONE not in str(box(world, key))


@pytest.mark.sqlite
def test_whoever_signed_the_alarm_off_may_say_so_and_nobody_else_of_the_desk(world: World) -> None:
    _, case_id = threatened(world)
    with pytest.raises(NotAllowedError):
        protect(world, "lin", case_id)
    sign(world, "lin")
    protect(world, "lin", case_id, Protection.NOT_WANTED)
    check(world, "lin", case_id)
    for who, refusal in (("chen", StrangerError), ("qin", StrangerError)):
        with pytest.raises(refusal):
            protect(world, who, case_id)
    whole(world)


@pytest.mark.sqlite
def test_late_it_goes_to_the_level_above_whose_lead_may_say_so(world: World) -> None:
    _, case_id = threatened(world)
    sign(world, "lin")
    world.clock.forward(days=1)
    tick(world)
    assert states(world) == [ClockState.LATE]
    assert case_of(world, case_id).raised_desk_id is not None
    assert case_of(world, case_id).due_at < world.clock(), "it is looked at by what was missed"
    protect(world, "sheng-lead", case_id)
    assert case_of(world, case_id).due_at > world.clock()
    whole(world)


@pytest.mark.sqlite
def test_it_is_no_condition_of_any_other_step_and_none_of_them_ends_it(world: World) -> None:
    _, case_id = threatened(world)
    accept(world, "lin", case_id)
    assert states(world) == [ClockState.RUNNING]
    assert open_case(world, "gao", case_id).state == "accepted"
    _, turned_away = arrive(world)
    by_hand(world, "gao", turned_away, AlarmKind.RETALIATION)
    decline(world, "lin", turned_away, "SUGGESTION")
    protect(world, "gao", turned_away)
    whole(world)


@pytest.mark.sqlite
def test_what_happens_again_is_protected_again(world: World) -> None:
    _, case_id = threatened(world)
    protect(world, "gao", case_id)
    world.clock.forward(days=3)
    by_hand(world, "gao", case_id, AlarmKind.RETALIATION)
    protect(world, "gao", case_id, Protection.LABOUR)
    assert states(world) == [ClockState.STOPPED] * 2
    check(world, "gao", case_id)
    assert len(alarms(world)) == 2
    whole(world)


@pytest.mark.sqlite
def test_nothing_is_said_of_no_list_or_on_a_page_that_is_older(world: World) -> None:
    key, case_id = threatened(world)
    with pytest.raises(ReasonError):
        protect(world, "gao", case_id, "hoped")
    seen = newest(world, case_id)
    say(world, key, "今天让我别去上班了。")
    with pytest.raises(StaleError):
        protect(world, "gao", case_id, seen=seen)
