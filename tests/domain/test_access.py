"""Who may read what and do what, as one table each."""

from dataclasses import replace
from itertools import product
from uuid import uuid4

import pytest

from portal.domain import access
from portal.domain.access import Actor, CaseFacts, Reader, ReportDesks, SeatFacts
from portal.domain.errors import IllegalTransitionError, NotAllowedError, StrangerError
from portal.domain.lifecycle import FINAL, STEPS, actions_from
from portal.domain.vocabulary import Action, CaseState, Compartment, Duty, GrantState, Holder

DESKS = ReportDesks(intake=uuid4(), lead=uuid4(), custody=uuid4(), above=uuid4())
ALLOWED = {
    *((Action.OPEN, duty) for duty in (Duty.INTAKE, Duty.LEAD)),
    *((action, Duty.INTAKE) for action in (Action.WRITE, Action.PHONE, Action.REQUEST)),
    *((action, duty) for action, step in STEPS.items() for duty in step.by),
    *product((Action.RAISE, Action.DISPOSE, Action.PROTECT), (Duty.INTAKE, Duty.LEAD)),
}
TAKEN_BACK = {Action.ASK, Action.WRITE, Action.PHONE, Action.FEED_BACK}  # from whoever has withdrawn
PAIRS = tuple(product(Action, Duty))
ACTIVE, STANDBY = GrantState.ACTIVE, GrantState.STANDBY


def case(state: CaseState = CaseState.RECEIVED, *, withdrawn: bool = False) -> CaseFacts:
    return CaseFacts(uuid4(), state, DESKS.intake, DESKS.lead, withdrawn=withdrawn)


def actor(*seats: tuple[object, Duty]) -> Actor:
    authority = uuid4()
    return Actor(uuid4(), authority, "someone", tuple(SeatFacts(desk, authority, duty) for desk, duty in seats))


def desk_of(duty: Duty):
    return {Duty.INTAKE: DESKS.intake, Duty.LEAD: DESKS.lead, Duty.CUSTODY: DESKS.custody}.get(duty, uuid4())


@pytest.mark.parametrize(("action", "duty"), PAIRS)
def test_a_duty_of_the_receiving_office_does_its_own_steps_and_no_other(action: Action, duty: Duty) -> None:
    someone = actor((desk_of(duty), duty))
    handling = {Duty.INTAKE, Duty.LEAD}
    if duty in handling and (action, duty) in ALLOWED:
        assert access.admit(someone, action, case()) is duty
    else:
        refusal = NotAllowedError if duty in handling else StrangerError
        with pytest.raises(refusal):
            access.admit(someone, action, case())


@pytest.mark.parametrize(("action", "duty"), PAIRS)
def test_another_desk_of_the_same_duty_does_not_learn_that_the_case_exists(action: Action, duty: Duty) -> None:
    with pytest.raises(StrangerError):
        access.admit(actor((uuid4(), duty)), action, case())


@pytest.mark.parametrize("action", Action)
def test_the_desk_above_and_the_custodian_are_strangers_to_a_case(action: Action) -> None:
    for desk, duty in ((DESKS.above, Duty.LEAD), (DESKS.custody, Duty.CUSTODY)):
        with pytest.raises(StrangerError):
            access.admit(actor((desk, duty)), action, case())


@pytest.mark.parametrize("action", Action)
def test_whoever_a_case_is_assigned_to_does_the_steps_of_an_investigator_and_no_other(action: Action) -> None:
    chen = actor((uuid4(), Duty.INVESTIGATE))
    assigned = replace(case(CaseState.VERIFYING), workers=frozenset({chen.officer_id}))
    if (action, Duty.INVESTIGATE) in ALLOWED:
        assert access.admit(chen, action, assigned) is Duty.INVESTIGATE
    else:
        with pytest.raises(NotAllowedError):
            access.admit(chen, action, assigned)
    with pytest.raises(StrangerError):
        access.admit(replace(chen, seats=()), action, assigned)


@pytest.mark.parametrize("action", Action)
def test_nobody_without_a_seat_does_anything(action: Action) -> None:
    with pytest.raises(StrangerError):
        access.admit(actor(), action, case())


def test_who_holds_both_duties_acts_in_the_one_that_may() -> None:
    both = actor((DESKS.lead, Duty.LEAD), (DESKS.intake, Duty.INTAKE))
    assert access.admit(both, Action.ACCEPT, case()) is Duty.INTAKE
    assert access.admit(both, Action.OPEN, case()) is Duty.INTAKE


def test_what_is_offered_is_what_is_admitted() -> None:
    for state, duty in product(CaseState, (Duty.INTAKE, Duty.LEAD)):
        someone = actor((desk_of(duty), duty))
        for action in access.offered(someone, case(state)):
            assert access.admit(someone, action, case(state)) is duty


def test_a_received_case_offers_intake_its_steps() -> None:
    someone = actor((DESKS.intake, Duty.INTAKE))
    possible = {*actions_from(CaseState.RECEIVED), *access.ANY_TIME}
    expected = tuple(one for one in Action if one in possible and (one, Duty.INTAKE) in ALLOWED)
    assert access.offered(someone, case()) == expected
    assert access.offered(actor((DESKS.lead, Duty.LEAD)), case()) == (
        Action.OPEN,
        Action.REFER,
        Action.RAISE,
        Action.DISPOSE,
        Action.PROTECT,
    )


def test_whoever_has_withdrawn_is_neither_written_to_nor_called() -> None:
    intake, taken_back = actor((DESKS.intake, Duty.INTAKE)), case(withdrawn=True)
    assert set(access.offered(intake, case())) - set(access.offered(intake, taken_back)) == TAKEN_BACK - {
        Action.FEED_BACK
    }
    for action in sorted(TAKEN_BACK):
        with pytest.raises(IllegalTransitionError, match="withdrawn"):
            access.admit(intake, action, taken_back)
        with pytest.raises(StrangerError):
            access.admit(actor((uuid4(), Duty.INTAKE)), action, taken_back)
    assert access.admit(intake, Action.ACCEPT, taken_back) is Duty.INTAKE


@pytest.mark.parametrize("state", sorted(set(CaseState) - {CaseState.RECEIVED, CaseState.AWAITING}))
def test_a_case_that_was_taken_up_is_not_offered_again(state: CaseState) -> None:
    assert Action.ACCEPT not in access.offered(actor((DESKS.intake, Duty.INTAKE)), case(state))


def test_strangers_are_offered_nothing() -> None:
    for duty in Duty:
        assert access.offered(actor((uuid4(), duty)), case()) == ()


def test_a_final_case_can_still_be_read() -> None:
    for state in FINAL:
        assert Action.OPEN in access.offered(actor((DESKS.lead, Duty.LEAD)), case(state))


READERS = {
    Compartment.REPORT: {(DESKS.intake, ACTIVE), (DESKS.lead, ACTIVE), (DESKS.above, STANDBY)},
    Compartment.PHONE: {(DESKS.intake, ACTIVE)},
    Compartment.SUMMARY: {(DESKS.intake, ACTIVE), (DESKS.lead, ACTIVE)},
    Compartment.CASE: {(DESKS.intake, ACTIVE), (DESKS.lead, ACTIVE), (DESKS.above, STANDBY)},
    Compartment.MOTION: {(DESKS.intake, ACTIVE), (DESKS.lead, ACTIVE), (DESKS.above, ACTIVE)},
    Compartment.PROPOSAL: set(),
    Compartment.AWARD: set(),
}


@pytest.mark.parametrize("compartment", Compartment)
def test_each_compartment_has_its_readers(compartment: Compartment) -> None:
    expected = {Reader(desk, state) for desk, state in READERS[compartment]}
    assert set(access.readers(compartment, DESKS)) == expected


@pytest.mark.parametrize("compartment", Compartment)
def test_the_custodian_reads_no_compartment(compartment: Compartment) -> None:
    assert DESKS.custody not in {reader.desk_id for reader in access.readers(compartment, DESKS)}


@pytest.mark.parametrize("compartment", Compartment)
def test_where_nobody_stands_above_nobody_is_on_standby(compartment: Compartment) -> None:
    top = ReportDesks(DESKS.intake, DESKS.lead, DESKS.custody, None)
    assert all(reader.state is ACTIVE for reader in access.readers(compartment, top))


def test_the_two_shares_of_an_identity_lie_with_two_desks() -> None:
    assert access.holders(DESKS) == {Holder.LEAD: DESKS.lead, Holder.CUSTODY: DESKS.custody}


def test_a_page_for_a_duty_gives_that_dutys_desks() -> None:
    someone = actor((DESKS.intake, Duty.INTAKE), (DESKS.custody, Duty.CUSTODY))
    assert access.require_seat(someone, (Duty.INTAKE, Duty.LEAD)) == (DESKS.intake,)


@pytest.mark.parametrize("duty", sorted(set(Duty) - {Duty.INTAKE, Duty.LEAD}))
def test_a_page_for_a_duty_is_refused_to_others(duty: Duty) -> None:
    with pytest.raises(NotAllowedError, match="intake, lead"):
        access.require_seat(actor((uuid4(), duty)), (Duty.INTAKE, Duty.LEAD))
