"""A matter handed to a body outside: wholly or in part, by whom, what goes along, and what must go out first."""

from uuid import UUID, uuid4

import pytest

from portal.domain.case_vocabulary import ReferralState, ReferralStep
from portal.domain.errors import (
    IllegalTransitionError,
    MustReferError,
    OwnMotionError,
    ReferralError,
    StaleError,
    StrangerError,
)
from portal.domain.referring import Snag
from portal.domain.vocabulary import CaseState, ClockState
from portal.store.cases import Case, Clock
from portal.store.referrals import Referral
from tests.merging import merge
from tests.office.test_assigning import assign
from tests.office.test_transferring import hand
from tests.referring import WORDS, go_on, hand_over, must_tell, refer, slip
from tests.sending import accept, arrive, box, decline, newest, open_case, say
from tests.world import World

STEP = ReferralStep


def case_of(world: World, case_id: UUID) -> Case:
    with world.store.reading() as session:
        return session.get_one(Case, case_id)


def clocks(world: World, case_id: UUID) -> dict[str, ClockState]:
    with world.store.reading() as session:
        return {one.rule: one.state for one in session.query(Clock).where(Clock.case_id == case_id)}


def row(world: World, referral_id: UUID) -> Referral:
    with world.store.reading() as session:
        return session.get_one(Referral, referral_id)


def test_a_whole_matter_ends_the_case_and_its_reporter_is_told_whom_it_went_to(world: World) -> None:
    key, case_id = arrive(world)
    referral_id = hand_over(world, case_id)
    case = case_of(world, case_id)
    assert (case.state, case.due_at, row(world, referral_id).state) == (CaseState.REFERRED, None, ReferralState.MADE)
    sheet = box(world, key)
    assert sheet.case_state is CaseState.REFERRED
    assert [(one.event, one.reason.code) for one in sheet.decisions if one.reason] == [("referred", "FIRE")]
    assert [one.state for one in sheet.clocks] == [ClockState.STOPPED]
    world.sign()
    world.verify()


def test_the_lead_decides_before_a_whole_matter_goes_and_what_they_refuse_stays(world: World) -> None:
    key, case_id = arrive(world)
    referral_id = refer(world, "lin", case_id)
    assert (case_of(world, case_id).state, row(world, referral_id).state) == ("received", ReferralState.ASKED)
    assert [one.rule for one in box(world, key).clocks if one.state is ClockState.RUNNING] == ["C02"], "it runs on"
    for step in (STEP.AGREE, STEP.HAND_OVER):
        with pytest.raises((OwnMotionError, IllegalTransitionError)):
            go_on(world, "lin", case_id, referral_id, step)
    go_on(world, "gao", case_id, referral_id, STEP.REFUSE, "这一件归我们管。")
    own = refer(world, "gao", case_id)
    with pytest.raises(OwnMotionError):
        go_on(world, "gao", case_id, own, STEP.AGREE)
    assert "referred" not in {one.event for one in box(world, key).steps}
    accept(world, "lin", case_id)
    world.sign()
    world.verify()


def test_of_a_part_the_reporter_is_told_nothing_and_the_case_goes_on(world: World) -> None:
    key, case_id = arrive(world)
    accept(world, "lin", case_id)
    assign(world, case_id)
    before = box(world, key)
    refer(world, "gao", case_id, whole=False)
    after = box(world, key)
    assert case_of(world, case_id).state is CaseState.VERIFYING
    assert (after.steps, after.decisions) == (before.steps, before.decisions)
    world.sign()
    world.verify()


def test_what_goes_along_is_what_the_officer_wrote_and_nothing_that_leads_to_anybody(world: World) -> None:
    key, case_id = arrive(world)
    accept(world, "lin", case_id)
    referral_id = refer(world, "lin", case_id, whole=False)
    sheet = slip(world, "lin", case_id, referral_id)
    assert sheet.words == WORDS
    shown = repr(sheet)
    for kept in (case_of(world, case_id).number, str(key.report_id), "铁链子", "蓝鲸", "周小明", "13800000000"):
        assert kept not in shown
    assert world.entries()[-1]["event"] == "referral_shown"


def test_what_becomes_of_it_is_recorded_step_by_step(world: World) -> None:
    _, case_id = arrive(world)
    referral_id = hand_over(world, case_id)
    go_on(world, "lin", case_id, referral_id, STEP.RECEIVE)
    with pytest.raises(ReferralError):
        go_on(world, "lin", case_id, referral_id, STEP.ANSWER, " ")
    go_on(world, "gao", case_id, referral_id, STEP.ANSWER, "已罚款三万元。")
    sheet = slip(world, "gao", case_id, referral_id)
    assert (sheet.line.state, sheet.answer, sheet.line.steps) == (ReferralState.ANSWERED, "已罚款三万元。", ())
    with pytest.raises(IllegalTransitionError):
        go_on(world, "lin", case_id, referral_id, STEP.RECEIVE)
    world.verify()


@pytest.mark.parametrize(("accepted", "state", "rule"), [(False, "received", "C02"), (True, "accepted", "C05")])
def test_what_was_sent_back_is_ours_again_with_a_time_limit(
    world: World, *, accepted: bool, state: str, rule: str
) -> None:
    key, case_id = arrive(world)
    if accepted:
        accept(world, "lin", case_id)
    referral_id = hand_over(world, case_id)
    world.clock.forward(days=2)
    go_on(world, "lin", case_id, referral_id, STEP.RETURN, "不归我们管。")
    case = case_of(world, case_id)
    assert (case.state, case.closed_at) == (state, None)
    assert [one.rule for one in box(world, key).clocks if one.state is ClockState.RUNNING] == [rule]
    assert case.due_at is not None
    world.sign()
    world.verify()


def test_a_crime_is_decided_by_the_lead_then_handed_over_then_answered(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    crime = refer(world, "lin", case_id, "POLICE_CRIME", whole=False)
    assert (row(world, crime).state, clocks(world, case_id)["C15"]) == (ReferralState.ASKED, ClockState.RUNNING)
    with pytest.raises(OwnMotionError):
        go_on(world, "lin", case_id, crime, STEP.AGREE)
    go_on(world, "gao", case_id, crime, STEP.AGREE)
    assert (clocks(world, case_id)["C15"], clocks(world, case_id)["C16"]) == (ClockState.STOPPED, ClockState.RUNNING)
    go_on(world, "lin", case_id, crime, STEP.HAND_OVER)
    go_on(world, "lin", case_id, crime, STEP.ANSWER, "决定立案。")
    found = clocks(world, case_id)
    assert {found[rule] for rule in ("C15", "C16", "C17")} == {ClockState.STOPPED}
    assert case_of(world, case_id).state is CaseState.ACCEPTED
    world.sign()
    world.verify()


def test_a_lead_decides_not_on_what_they_asked_for_and_refuses_with_reasons(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    own = refer(world, "gao", case_id, "POLICE_CRIME", whole=False)
    with pytest.raises(OwnMotionError):
        go_on(world, "gao", case_id, own, STEP.AGREE)
    _, other = arrive(world)
    crime = refer(world, "lin", other, "POLICE_CRIME", whole=False)
    with pytest.raises(ReferralError):
        go_on(world, "gao", other, crime, STEP.REFUSE)
    go_on(world, "gao", other, crime, STEP.REFUSE, "只是一般隐患，不构成犯罪。")
    assert row(world, crime).state is ReferralState.REFUSED
    world.sign()
    world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(("rule", "body"), [("C07", "GOVERNMENT"), ("C10", "COMMITTEE")])
def test_nobody_ends_what_must_be_handed_on_first(world: World, rule: str, body: str) -> None:
    _, case_id = arrive(world)
    _, main_id = arrive(world)
    accept(world, "lin", main_id)
    must_tell(world, case_id, rule)
    for refused in (
        lambda: decline(world, "lin", case_id, "INFO_REQUEST"),
        lambda: merge(world, "lin", case_id, main_id),
    ):
        with pytest.raises(MustReferError) as caught:
            refused()
        assert caught.value.rule == rule
    assert [one.code for one in open_case(world, "lin", case_id).triage.held] == [rule]
    refer(world, "lin", case_id, body, whole=False)
    assert clocks(world, case_id)[rule] is ClockState.STOPPED
    merge(world, "lin", case_id, main_id)
    world.sign()
    world.verify(replayed=False)


def test_the_case_is_due_by_what_comes_next(world: World) -> None:
    _, case_id = arrive(world)
    before = case_of(world, case_id).due_at
    refer(world, "lin", case_id, "POLICE_CRIME", whole=False)
    assert before is not None
    assert case_of(world, case_id).due_at < before


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("body", "whole", "snag"),
    [
        ("NOBODY", True, Snag.BODY),
        ("DISCIPLINE", False, Snag.BODY),
        ("SUPERIOR", True, Snag.BODY),
        ("COMMITTEE", True, Snag.WHOLE),
        ("POLICE_CRIME", True, Snag.WHOLE),
    ],
)
def test_a_body_that_takes_it_not_so_is_refused(world: World, *, body: str, whole: bool, snag: Snag) -> None:
    _, case_id = arrive(world)
    with pytest.raises(ReferralError) as caught:
        refer(world, "lin", case_id, body, whole=whole)
    assert caught.value.snag == snag


def test_no_body_gets_the_same_twice_and_nothing_goes_out_of_what_is_over(world: World) -> None:
    _, case_id = arrive(world)
    refer(world, "lin", case_id, whole=False)
    with pytest.raises(ReferralError) as caught:
        refer(world, "lin", case_id)
    assert caught.value.snag == Snag.PENDING
    decline(world, "lin", case_id, "INFO_REQUEST")
    with pytest.raises(IllegalTransitionError):
        refer(world, "lin", case_id, "MARKET", whole=False)


def test_who_may_and_who_may_not(world: World) -> None:
    key, case_id = arrive(world)
    with pytest.raises(StrangerError):
        refer(world, "qin", case_id)
    seen = newest(world, case_id)
    say(world, key, "还有。")
    with pytest.raises(StaleError):
        refer(world, "lin", case_id, seen=seen)
    accept(world, "lin", case_id)
    assign(world, case_id)
    with pytest.raises(StrangerError):
        refer(world, "chen", case_id)
    with pytest.raises(StrangerError):
        slip(world, "lin", case_id, uuid4())


def test_a_report_that_was_partly_handed_over_is_taken_up_and_handed_on_with_its_file(world: World) -> None:
    """The paper is under a key of the case file: acceptance draws the next, a transfer takes it along."""
    _, case_id = arrive(world)
    referral_id = refer(world, "lin", case_id, whole=False)
    _, other = arrive(world)
    kept = refer(world, "lin", other, whole=False)
    accept(world, "lin", case_id)
    assert slip(world, "lin", case_id, referral_id).words == WORDS
    hand(world, other)
    assert slip(world, "qin", other, kept).words == WORDS
    world.verify()
