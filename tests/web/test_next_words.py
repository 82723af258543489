"""What a case's page says comes next: to whoever takes the step, to whoever waits; and what it folds away."""

import pytest

from portal.domain import lifecycle
from portal.domain.vocabulary import Action, CaseState, ClockState, LetterKind, Sender
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


def test_the_nearest_time_limit_is_one_that_counts(samples):
    over, late, soon = (
        samples.clock("C02", "受理", left, state)
        for left, state in ((-9, ClockState.STOPPED), (-2, ClockState.LATE), (3, ClockState.RUNNING))
    )
    assert next_words.nearest((over, soon, late)) is late
    assert next_words.nearest((over,)) is None
    assert next_words.parted((over, soon, late)) == ([soon, late], [over])


def test_old_letters_are_folded_and_never_a_new_one(samples):
    letters = tuple(samples.letter(LetterKind.MESSAGE, Sender.REPORTER, "长" * n, NOW) for n in range(1, 7))
    assert next_words.earlier(letters) == len(letters) - next_words.SHOWN
    assert next_words.earlier(letters, {letters[1].id}) == 1
    assert next_words.earlier(letters[:2]) == 0
