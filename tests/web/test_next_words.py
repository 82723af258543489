"""What a case's page says comes next: to whoever takes the step, to whoever waits; and what it folds away."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from portal.domain import lifecycle
from portal.domain.case_vocabulary import ReferralState, ReferralStep
from portal.domain.clocks import SHANGHAI
from portal.domain.vocabulary import Action, CaseState, ClockState, LetterKind, Sender
from portal.office.clock_sheets import Hours
from portal.office.sheets import AssignedLine
from portal.office.triage_sheets import ReferralLine
from portal.policy.loader import load_policies
from portal.web import next_words
from tests.web.sheets import NOW


@pytest.fixture(autouse=True)
def _in_a_request(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize("state", CaseState)
def test_each_state_says_what_comes_next_and_names_only_steps_that_it_has(state):
    assert next_words.next_step(state, (), ())[0]
    for step in next_words.NEXT_STEPS[state]:
        assert step.by is None or step.by in lifecycle.actions_from(state)
        assert (step.by is None) == (not step.yours)


def test_whoever_takes_the_step_is_asked_to_and_led_to_it_and_others_are_told_for_whom_it_waits():
    assert next_words.next_step(CaseState.ACCEPTED, (Action.ASSIGN,), ()) == ("请您分给核查员。", "deeds")
    assert next_words.next_step(CaseState.ACCEPTED, (Action.WRITE,), ()) == ("等分管领导分给核查员。", "")


def test_while_the_reporter_waits_to_be_told_that_comes_before_closing(samples):
    may = (Action.FEED_BACK, Action.CLOSE)
    owed, told = (samples.clock("C11", "反馈", 5, state) for state in (ClockState.LATE, ClockState.STOPPED))
    assert next_words.next_step(CaseState.RECTIFYING, may, (owed,))[0] == "请您反馈举报人。"
    assert "请您办结" in next_words.next_step(CaseState.RECTIFYING, may, (told,))[0]


def test_an_objection_comes_before_both(samples):
    clocks = (samples.clock("C11", "反馈", 5), samples.clock("C13", "复查", 20))
    assert "异议" in next_words.next_step(CaseState.CONCLUDED, (Action.CLOSE,), clocks)[0]


def hand(*, reviewing: bool = False) -> AssignedLine:
    return AssignedLine(
        UUID(int=1),
        UUID(int=2),
        "chen",
        "2203-2026-00001",
        "EXIT-01",
        CaseState.VERIFYING,
        "",
        narrative=False,
        assigned_at=NOW,
        ending=None,
        reviewing=reviewing,
    )


def test_the_lead_is_told_that_one_investigator_is_too_few():
    def said(*at_work):
        return next_words.next_step(CaseState.VERIFYING, (Action.ASSIGN,), (), at_work)[0]

    assert "再分一名" in said(hand())
    assert "现在没有人在查" in said()
    assert said(hand(), hand()) == next_words.next_step(CaseState.VERIFYING, (), (), (hand(),))[0]


def test_a_review_that_was_assigned_is_not_asked_for_again(samples):
    clocks, may = (samples.clock("C13", "复查", 20),), (Action.REVIEW,)
    assert "请您交办" in next_words.next_step(CaseState.RECTIFYING, may, clocks, (hand(),))[0]
    assert "已经交办" in next_words.next_step(CaseState.RECTIFYING, may, clocks, (hand(), hand(reviewing=True)))[0]
    assert "在复查" in next_words.next_step(CaseState.RECTIFYING, (), clocks, (hand(reviewing=True),))[0]


@pytest.mark.parametrize(
    ("state", "steps", "whole", "said"),
    [
        (ReferralState.ASKED, (ReferralStep.AGREE, ReferralStep.REFUSE), True, "请您决定是不是移送。"),
        (ReferralState.ASKED, (), True, "等分管领导决定是不是整件移送。"),
        (ReferralState.ASKED, (), False, None),
        (ReferralState.AGREED, (ReferralStep.HAND_OVER,), False, "分管领导同意移送了：请移交，再记下来。"),
        (ReferralState.AGREED, (), True, "分管领导同意移送了，等移交。"),
        (ReferralState.MADE, (ReferralStep.RECEIVE, ReferralStep.ANSWER), True, None),
    ],
)
def test_a_matter_on_its_way_to_another_body_says_whose_step_it_waits_for(state, steps, whole, said):
    body = load_policies().reasons.referral["FIRE"]
    line = ReferralLine(UUID(int=1), body, whole, state, NOW, None, None, steps)
    found = next_words.referral_next((line,))
    assert (found.said if found else None) == said


def test_the_nearest_time_limit_is_one_that_counts(samples):
    over, late, soon = (
        samples.clock("C02", "受理", left, state)
        for left, state in ((-9, ClockState.STOPPED), (-2, ClockState.LATE), (3, ClockState.RUNNING))
    )
    assert next_words.nearest((over, soon, late)) is late
    assert next_words.nearest((over,)) is None
    assert next_words.nearest((soon, late), "C02") is late
    day = samples.clock("C05", "核查", 0)
    hour = replace(samples.clock("C06", "到场", 0), hours=Hours(datetime(2026, 11, 24, 2, 44, tzinfo=SHANGHAI), 118))
    assert next_words.nearest((day, hour)) is hour
    assert next_words.nearest((day, hour), "C05") is day
    assert next_words.parted((over, soon, late)) == ([soon, late], [over])


def test_old_letters_are_folded_and_never_a_new_one(samples):
    letters = tuple(samples.letter(LetterKind.MESSAGE, Sender.REPORTER, "长" * n, NOW) for n in range(1, 7))
    assert next_words.earlier(letters) == len(letters) - next_words.SHOWN
    assert next_words.earlier(letters, {letters[1].id}) == 1
    assert next_words.earlier(letters[:2]) == 0
