"""Whoever was handed a case may say that it is not theirs; the lead above both decides, and nobody is sent round."""

from uuid import UUID

import pytest

from portal.domain.errors import (
    DisputeError,
    IllegalTransitionError,
    NotAllowedError,
    StrangerError,
    TargetError,
)
from portal.domain.vocabulary import CaseState, ClockState
from portal.office.disputing import Snag
from tests.disputing import THEREFORE, WHY, decide, dispute
from tests.office.test_referring import case_of, clocks
from tests.office.test_transferring import CHANGCHUN, DISCIPLINE, PROVINCE, SIPING, authority, hand
from tests.sending import accept, arrive, box, open_case
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


@pytest.fixture
def handed(world: World) -> tuple:
    """长春 has handed 周's report to 四平: the reporter's key and the case."""
    key, case_id = arrive(world, may_phone=True)
    hand(world, case_id)
    return key, case_id


def refused(snag: Snag, world: World, case_id: UUID, who: str = "qin") -> None:
    with pytest.raises(DisputeError) as caught:
        dispute(world, who, case_id)
    assert caught.value.snag == snag


def test_the_level_above_reads_it_and_decides_while_it_stays_where_it_is(world: World, handed: tuple) -> None:
    key, case_id = handed
    assert open_case(world, "qin", case_id).triage.objects
    with pytest.raises(StrangerError):
        open_case(world, "sheng-lead", case_id)
    dispute(world, "qin", case_id)
    sheet = open_case(world, "sheng-lead", case_id)
    assert sheet.letters[-1].text == WHY
    assert {code for code, _ in sheet.triage.dispute.choices} == {
        authority(world, code) for code in (CHANGCHUN, SIPING, PROVINCE)
    }
    assert (clocks(world, case_id)["C03"], clocks(world, case_id)["C04"]) == (ClockState.STOPPED, ClockState.RUNNING)
    assert case_of(world, case_id).authority_id == authority(world, SIPING)
    world.verify()
    assert box(world, key).case_state is CaseState.RECEIVED


def test_it_goes_where_the_level_above_decides_and_nobody_objects_any_more(world: World, handed: tuple) -> None:
    key, case_id = handed
    dispute(world, "qin", case_id)
    decide(world, "sheng-lead", case_id, CHANGCHUN)
    assert open_case(world, "lin", case_id).letters[-1].text == THEREFORE
    with pytest.raises(StrangerError):
        open_case(world, "qin", case_id)
    assert clocks(world, case_id)["C04"] is ClockState.STOPPED
    refused(Snag.NONE, world, case_id, "lin")
    with pytest.raises(TargetError):
        hand(world, case_id, SIPING, "lin")
    sheet = box(world, key)
    assert [step.event for step in sheet.steps if step.to or step.event == "disputed"] == [
        "transferred",
        "disputed",
        "transferred",
    ]
    assert not [letter for letter in sheet.letters if letter.text in {WHY, THEREFORE}]
    assert not sheet.phone_given  # the level above reads no number: whoever calls must be allowed anew
    world.sign()
    world.verify()


def test_it_may_stay_with_whoever_objected(world: World, handed: tuple) -> None:
    key, case_id = handed
    dispute(world, "qin", case_id)
    decide(world, "sheng-lead", case_id, SIPING)
    assert open_case(world, "qin", case_id, phone=True).phone == "13800000000"
    refused(Snag.NONE, world, case_id)
    accept(world, "qin", case_id)
    assert box(world, key).case_state is CaseState.ACCEPTED
    world.sign()
    world.verify()


def test_the_level_above_may_take_it_itself(world: World, handed: tuple) -> None:
    _, case_id = handed
    dispute(world, "qin", case_id)
    decide(world, "sheng-lead", case_id, PROVINCE)
    assert open_case(world, "sheng", case_id).letters[-1].text == THEREFORE
    world.verify()


def test_after_five_working_days_it_counts_as_kept(world: World, handed: tuple) -> None:
    _, case_id = handed
    world.clock.forward(days=8)
    world.tick()
    refused(Snag.LATE, world, case_id)
    assert not open_case(world, "qin", case_id).triage.objects
    assert not [entry for entry in world.entries() if entry["event"] == "late"]


def test_nothing_is_objected_to_that_was_not_handed_here_or_was_taken_up(world: World, handed: tuple) -> None:
    _, case_id = handed
    _, own = arrive(world)
    refused(Snag.NONE, world, own, "lin")
    accept(world, "qin", case_id)
    with pytest.raises(IllegalTransitionError):
        dispute(world, "qin", case_id)
    assert clocks(world, case_id)["C03"] is ClockState.STOPPED


def test_the_time_for_it_is_no_time_limit_of_the_reporter(world: World, handed: tuple) -> None:
    key, case_id = handed
    assert [one.rule for one in box(world, key).clocks] == ["C02"]
    assert {one.rule for one in open_case(world, "qin", case_id).clocks} == {"C02", "C03"}


@pytest.mark.parametrize(("who", "refusal"), [("qin-lead", NotAllowedError), ("lin", StrangerError)])
def test_only_intake_there_objects(world: World, handed: tuple, who: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        dispute(world, who, handed[1])


@pytest.mark.parametrize(
    ("who", "refusal"), [("qin", NotAllowedError), ("qin-lead", NotAllowedError), ("gao", StrangerError)]
)
def test_only_the_lead_above_both_decides(world: World, handed: tuple, who: str, refusal: type[Exception]) -> None:
    dispute(world, "qin", handed[1])
    with pytest.raises(refusal):
        decide(world, who, handed[1], CHANGCHUN)


def test_it_is_decided_once_and_for_one_of_those_that_it_is_between(world: World, handed: tuple) -> None:
    _, case_id = handed
    dispute(world, "qin", case_id)
    with pytest.raises(DisputeError) as caught:
        decide(world, "sheng-lead", case_id, DISCIPLINE)
    assert caught.value.snag == Snag.OFFICE
    decide(world, "sheng-lead", case_id, SIPING)
    with pytest.raises(DisputeError) as caught:
        decide(world, "sheng-lead", case_id, CHANGCHUN)
    assert caught.value.snag == Snag.NONE
