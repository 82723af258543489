"""The life of a payment: what may be claimed, corrected and claimed anew, and what ends it."""

import pytest

from portal.domain import payouts
from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import PayoutEnd, PayoutState, PayoutStep
from portal.domain.errors import IllegalTransitionError

S, E = PayoutState, PayoutEnd
CLAIMS = [
    (None, None, False, ""),
    (None, None, True, "late"),
    (S.CLAIMED, None, False, ""),
    (S.CLAIMED, None, True, ""),
    (S.RELEASED, None, False, "released"),
    (S.PAID, None, False, "again"),
    (S.FAILED, None, True, ""),
    (S.CANCELLED, E.ACCOUNT, True, ""),
    (S.CANCELLED, E.UNCOLLECTED, True, ""),
    (S.CANCELLED, E.WITHDRAWN, False, ""),
    (S.CANCELLED, E.WITHDRAWN, True, "late"),
    (S.CANCELLED, E.REVOKED, False, "ended"),
]


@pytest.mark.parametrize(("state", "ended", "late", "why"), CLAIMS)
def test_who_claimed_in_time_may_correct_and_claim_anew_what_was_not_revoked(
    *, state: PayoutState | None, ended: PayoutEnd | None, late: bool, why: str
) -> None:
    assert payouts.claimable(state, ended, late=late) is not bool(why)
    if why:
        with pytest.raises(ClaimError, match=why):
            payouts.require_claimable(state, ended, late=late)


def test_what_is_paid_or_ended_is_not_ended_again_and_the_claimant_takes_back_nothing_that_is_released() -> None:
    for step, states in (
        (PayoutStep.CANCEL, {S.CLAIMED, S.RELEASED, S.FAILED}),
        (PayoutStep.WITHDRAW, {S.CLAIMED, S.FAILED}),
    ):
        for state in PayoutState:
            if state in states:
                assert payouts.advance(state, step) is S.CANCELLED
            else:
                with pytest.raises(IllegalTransitionError):
                    payouts.advance(state, step)


def test_what_ended_unpaid_is_as_if_nobody_had_claimed_it_unless_it_was_revoked() -> None:
    assert [one for one in PayoutEnd if not payouts.lapsed(S.CANCELLED, one)] == [E.REVOKED]
    assert not any(payouts.lapsed(one, None) for one in PayoutState if one is not S.CANCELLED)


def test_every_state_is_in_some_view_of_the_list() -> None:
    assert frozenset().union(*payouts.VIEWS.values()) == frozenset(PayoutState)
