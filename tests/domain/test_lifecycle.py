"""The life of a case: every state reachable, every end an end, and the diagram says what the table says."""

import pytest

from portal.domain.errors import IllegalTransitionError
from portal.domain.lifecycle import FINAL, INITIAL, TRANSITIONS, actions_from, advance, diagram
from portal.domain.vocabulary import Action, CaseState

PAIRS = [(state, action) for state in CaseState for action in Action]


def reachable(start):
    seen, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += [advance(state, action) for action in actions_from(state)]
    return seen


def test_every_state_can_be_reached():
    assert reachable(INITIAL) == set(CaseState)


def test_every_case_can_be_finished():
    assert all(reachable(state) & FINAL for state in CaseState)


def test_the_final_states_are_the_four_ends():
    assert {CaseState.CLOSED, CaseState.DECLINED, CaseState.REFERRED, CaseState.MERGED} == FINAL


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_final_state_leads_nowhere(state):
    assert actions_from(state) == ()
    for action in Action:
        with pytest.raises(IllegalTransitionError):
            advance(state, action)


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_a_step_leads_on_only_where_the_table_says(state, action):
    if (state, action) in TRANSITIONS:
        assert advance(state, action) is TRANSITIONS[state, action]
    else:
        with pytest.raises(IllegalTransitionError, match=f"cannot {action} a case that is {state}"):
            advance(state, action)


def test_the_long_way_through():
    state = INITIAL
    for action in ("ask", "resume", "accept", "assign", "assign", "conclude", "rectify", "assign", "close"):
        state = advance(state, Action(action))
    assert state is CaseState.CLOSED


def test_nothing_is_declined_once_it_has_been_accepted():
    accepted = reachable(CaseState.ACCEPTED)
    assert CaseState.DECLINED not in accepted
    assert CaseState.RECEIVED not in accepted


def test_nothing_is_closed_without_a_conclusion():
    before = {start for (start, _), end in TRANSITIONS.items() if end is CaseState.CLOSED}
    assert before == {CaseState.CONCLUDED, CaseState.RECTIFYING}


def test_reading_and_writing_move_no_case():
    moving = {action for _, action in TRANSITIONS}
    assert not moving & {Action.LIST, Action.OPEN, Action.WRITE, Action.VERIFY_LEDGER}


def test_the_table_cannot_be_changed():
    with pytest.raises(TypeError):
        TRANSITIONS[CaseState.CLOSED, Action.ACCEPT] = CaseState.ACCEPTED


def test_the_diagram_draws_every_step_and_every_end():
    lines = diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> received"]
    assert len(lines) == 2 + len(TRANSITIONS) + len(FINAL)
    assert "    received --> accepted: accept" in lines
    assert "    closed --> [*]" in lines
