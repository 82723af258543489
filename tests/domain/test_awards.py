"""Whose a reward is to decide: a third person at the award desk, and a fourth for what is contested."""

from dataclasses import replace
from uuid import uuid4

import pytest

from portal.domain import awards
from portal.domain.access import Actor, SeatFacts
from portal.domain.award_errors import OwnAwardError
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.awards import AwardFacts
from portal.domain.errors import IllegalTransitionError, NotAllowedError, StrangerError
from portal.domain.vocabulary import Duty

DESK, LEAD, OFFICE = uuid4(), uuid4(), uuid4()
SONG, GAO, LIN = (
    Actor(uuid4(), OFFICE, name, (SeatFacts(desk, OFFICE, duty),))
    for name, desk, duty in (("song", DESK, Duty.AWARD), ("gao", LEAD, Duty.LEAD), ("lin", uuid4(), Duty.INTAKE))
)
FACTS = AwardFacts(
    state=AwardState.SUBMITTED,
    desk_id=DESK,
    lead_desk_id=LEAD,
    proposers=frozenset({uuid4(), GAO.officer_id}),
    workers=frozenset(),
    judge_id=None,
)


def test_the_award_desk_judges_the_lead_looks_and_others_learn_of_nothing() -> None:
    assert awards.admit(SONG, AwardStep.APPROVE, FACTS) is Duty.AWARD
    assert awards.admit(GAO, AwardStep.SHOW, FACTS) is Duty.LEAD
    with pytest.raises(NotAllowedError):
        awards.admit(GAO, AwardStep.APPROVE, FACTS)
    with pytest.raises(StrangerError):
        awards.admit(LIN, AwardStep.SHOW, FACTS)


@pytest.mark.parametrize("part", ["proposers", "workers"])
def test_nobody_judges_what_they_proposed_or_checked(part: str) -> None:
    facts = replace(FACTS, **{part: frozenset({SONG.officer_id})})
    with pytest.raises(OwnAwardError):
        awards.admit(SONG, AwardStep.APPROVE, facts)


def test_whoever_proposed_it_and_pays_now_sees_nothing_of_it() -> None:
    checks, pays = (
        Actor(GAO.officer_id, OFFICE, "gao", (SeatFacts(uuid4(), OFFICE, duty),))
        for duty in (Duty.INVESTIGATE, Duty.PAYOUT)
    )
    assert awards.admit(checks, AwardStep.SHOW, FACTS) is Duty.INVESTIGATE
    with pytest.raises(StrangerError):
        awards.admit(pays, AwardStep.SHOW, FACTS)


def test_whoever_refused_does_not_judge_what_is_contested() -> None:
    contested = replace(FACTS, state=AwardState.CONTESTED, judge_id=SONG.officer_id)
    for step in awards.JUDGING:
        with pytest.raises(OwnAwardError):
            awards.admit(SONG, step, contested)
    assert awards.admit(SONG, AwardStep.REFUSE, replace(contested, judge_id=GAO.officer_id)) is Duty.AWARD


@pytest.mark.parametrize("state", AwardState)
@pytest.mark.parametrize("step", awards.STEPS)
def test_a_step_leads_on_from_the_states_of_the_table_alone(state: AwardState, step: AwardStep) -> None:
    if state in awards.STEPS[step]:
        assert awards.advance(state, step) is awards.STEPS[step][state]
    else:
        with pytest.raises(IllegalTransitionError):
            awards.advance(state, step)


def test_what_has_ended_is_offered_no_step() -> None:
    for state in (AwardState.UPHELD, AwardState.GIVEN_UP, AwardState.FORFEITED):
        assert awards.offered(SONG, replace(FACTS, state=state)) == frozenset()
    revoked = awards.offered(SONG, replace(FACTS, state=AwardState.REVOKED))
    assert revoked == {AwardStep.ANNOUNCE}, "its reporter may never open that"


@pytest.mark.parametrize("part", ["judge_id", "reviewer_id", "revokers"])
def test_whoever_granted_it_or_took_it_away_does_not_hear_what_is_contested_about_that(part: str) -> None:
    disputed = replace(FACTS, state=AwardState.DISPUTED, judge_id=uuid4(), revokers=frozenset({uuid4(), uuid4()}))
    own = frozenset({SONG.officer_id}) if part == "revokers" else SONG.officer_id
    for step in awards.RULING:
        assert awards.admit(SONG, step, disputed) is Duty.AWARD
        with pytest.raises(OwnAwardError):
            awards.admit(SONG, step, replace(disputed, **{part: own}))
