"""The life of a case: every state reachable, every end an end, and the diagram says what the table says."""

import pytest

from portal.domain.countersign import CASE_KINDS
from portal.domain.errors import IllegalTransitionError
from portal.domain.lifecycle import FINAL, INITIAL, STEPS, TRANSITIONS, actions_from, advance, diagram, moves
from portal.domain.vocabulary import Action, CaseState
from portal.policy.loader import load_policies

PAIRS = [(state, action) for state in CaseState for action in Action]


def reachable(start, without=None):
    seen, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += [advance(state, action) for action in actions_from(state) if action is not without]
    return seen


def test_every_state_can_be_reached():
    assert reachable(INITIAL) == set(CaseState)


def test_every_case_can_be_finished():
    assert all(reachable(state) & FINAL for state in CaseState)


def test_the_final_states_are_the_four_ends():
    assert {CaseState.CLOSED, CaseState.DECLINED, CaseState.REFERRED, CaseState.MERGED} == FINAL


@pytest.mark.parametrize("state", sorted(FINAL))
def test_from_an_end_only_an_objection_that_was_right_leads_back(state):
    onward = {action for action in actions_from(state) if advance(state, action) is not state}
    back = {
        CaseState.REFERRED: {Action.REOPEN, Action.RESTORE},  # by the body outside
        CaseState.MERGED: {Action.SPLIT},  # what was merged wrongly
    }
    assert onward == back.get(state, {Action.REOPEN})


@pytest.mark.parametrize("action", STEPS)
def test_a_step_that_takes_two_people_is_a_motion_of_a_case(action):
    second = STEPS[action].second
    assert second is None or second in CASE_KINDS


def test_every_time_limit_that_a_step_starts_or_stops_is_a_rule():
    named = {rule for step in STEPS.values() for rule in (*step.starts, *step.stops)}
    assert named <= load_policies().clocks.rules.keys()


def test_danger_death_and_concealment_are_no_step_that_an_officer_can_leave_out():
    named = {rule for step in STEPS.values() for rule in step.stops}
    assert not named & {"C06", "C07", "C08", "C10"}


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_a_step_leads_on_only_where_the_table_says(state, action):
    if (state, action) in TRANSITIONS:
        assert advance(state, action) is TRANSITIONS[state, action]
    else:
        with pytest.raises(IllegalTransitionError, match=f"cannot {action} a case that is {state}"):
            advance(state, action)


@pytest.mark.parametrize("back", CaseState)
def test_what_is_split_goes_back_to_where_a_merged_case_can_have_come_from_and_nowhere_else(back):
    if back in {CaseState.RECEIVED, CaseState.AWAITING, CaseState.ACCEPTED}:
        assert advance(CaseState.MERGED, Action.SPLIT, back=back) is back
    else:
        with pytest.raises(IllegalTransitionError, match=f"back to {back}"):
            advance(CaseState.MERGED, Action.SPLIT, back=back)


def test_the_long_way_through():
    state = INITIAL
    for action in ("ask", "resume", "accept", "assign", "assign", "conclude", "rectify", "assign", "close"):
        state = advance(state, Action(action))
    assert state is CaseState.CLOSED


def test_nothing_is_declined_once_it_has_been_accepted():
    accepted = reachable(CaseState.ACCEPTED, without=Action.RESTORE)  # which is of what was handed over unnumbered
    assert not {CaseState.DECLINED, CaseState.RECEIVED} & accepted


def test_nothing_is_closed_without_a_conclusion():
    before = {start for (start, _), end in TRANSITIONS.items() if end is CaseState.CLOSED is not start}
    assert before == {CaseState.CONCLUDED, CaseState.RECTIFYING}


def test_reading_and_writing_move_no_case():
    moving = {action for action in STEPS if moves(action)}
    assert not moving & {Action.LIST, Action.OPEN, Action.WRITE, Action.VERIFY_LEDGER}


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        TRANSITIONS[CaseState.CLOSED, Action.ACCEPT] = CaseState.ACCEPTED


def test_the_diagram_draws_every_step_and_every_end():
    lines = diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> received"]
    drawn = sum(1 + len(STEPS[action].back) for _, action in TRANSITIONS if moves(action))
    assert len(lines) == 2 + drawn + len(FINAL)
    assert "    received --> accepted: accept" in lines
    assert "    closed --> [*]" in lines
