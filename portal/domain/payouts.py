"""A payment (发放) as whoever pays sees it: to whom, how much, whether two people released it; never what for.

It knows no award, report or case: a copy of the database cannot join the two, for the reference is sealed on the one
side and stands alone on the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from portal.domain.access import Actor
from portal.domain.award_errors import BankListError, ClaimError
from portal.domain.award_vocabulary import PayoutEnd, PayoutState, PayoutStep, PayoutView
from portal.domain.errors import IllegalTransitionError, StrangerError
from portal.domain.vocabulary import Duty

_S = PayoutState
DESK_ENDS: Final = frozenset(PayoutEnd) - {PayoutEnd.WITHDRAWN}  # what two of the payout desk end one for
KEPT: Final = frozenset(
    {PayoutEnd.REVOKED}
)  # the payee stays as long as accounts do: what was got by fraud is followed up
VIEWS: Final[Mapping[PayoutView, frozenset[PayoutState]]] = MappingProxyType(
    {
        PayoutView.OPEN: frozenset({_S.CLAIMED, _S.RELEASED}),
        PayoutView.LATE: frozenset({_S.CLAIMED, _S.RELEASED, _S.FAILED}),
        PayoutView.FAILED: frozenset({_S.FAILED}),
        PayoutView.DONE: frozenset({_S.PAID, _S.CANCELLED}),
    }
)
SLOW: Final = timedelta(days=15)  # no article says how soon: from then on it stands among those that wait too long
TRIES: Final = 5  # wrong codes at the counter, after which only a new code opens it
PAUSE: Final = timedelta(seconds=30)  # after a wrong code, doubled with every further one
STEPS: Final[Mapping[PayoutStep, Mapping[PayoutState, PayoutState]]] = MappingProxyType(
    {
        PayoutStep.OPEN: {state: state for state in PayoutState},
        PayoutStep.RELEASE: {_S.CLAIMED: _S.RELEASED},
        PayoutStep.PAY: {_S.RELEASED: _S.PAID},
        PayoutStep.FAIL: {_S.RELEASED: _S.FAILED, _S.PAID: _S.FAILED},
        PayoutStep.CORRECT: {_S.CLAIMED: _S.CLAIMED, _S.FAILED: _S.CLAIMED, _S.CANCELLED: _S.CLAIMED},
        PayoutStep.WITHDRAW: {_S.CLAIMED: _S.CANCELLED, _S.FAILED: _S.CANCELLED},
        PayoutStep.CANCEL: {_S.CLAIMED: _S.CANCELLED, _S.RELEASED: _S.CANCELLED, _S.FAILED: _S.CANCELLED},
        PayoutStep.DRAW_CODE: {_S.CLAIMED: _S.CLAIMED, _S.RELEASED: _S.RELEASED},
        PayoutStep.TRY_CODE: {_S.RELEASED: _S.RELEASED},
    }
)
BY_BANK: Final = frozenset({PayoutStep.PAY, PayoutStep.FAIL})


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """What the rules look at."""

    state: PayoutState
    desk_id: UUID
    coded: bool = False  # it is collected at the counter, with a code
    listed: bool = False  # it stands in a list for the bank
    wiped: bool = False  # payee and account were destroyed


def advance(state: PayoutState, step: PayoutStep) -> PayoutState:
    """Return the state that follows, or raise IllegalTransitionError."""
    try:
        return STEPS[step][state]
    except KeyError:
        raise IllegalTransitionError(f"cannot {step} a payment that is {state}") from None


def require_claimable(state: PayoutState | None, ended: PayoutEnd | None, *, late: bool) -> None:
    """Raise ClaimError unless it may be claimed, corrected or claimed anew. `state`: None where nobody claimed it yet.

    Whoever claimed in time may correct it at any time, and claim anew what the desk could not pay; what they took back
    themselves only in time, and what was revoked never.
    """
    if state is not None and state not in STEPS[PayoutStep.CORRECT]:
        raise ClaimError("again" if state is PayoutState.PAID else "released")
    if ended is PayoutEnd.REVOKED:
        raise ClaimError("ended")
    if late and (state is None or ended is PayoutEnd.WITHDRAWN):
        raise ClaimError("late")


def claimable(state: PayoutState | None, ended: PayoutEnd | None, *, late: bool) -> bool:
    """The same as an answer: what becomes a form."""
    try:
        require_claimable(state, ended, late=late)
    except ClaimError:
        return False
    return True


def standing(state: PayoutState | None) -> bool:
    """Whether somebody has claimed it, and it did not end unpaid."""
    return state not in {None, PayoutState.CANCELLED}


def lapsed(state: PayoutState, ended: PayoutEnd | None) -> bool:
    """Whether it is as if nobody had claimed it: it ended unpaid, and was not revoked."""
    return not standing(state) and ended is not PayoutEnd.REVOKED


def offered(facts: PayoutFacts) -> frozenset[PayoutStep]:
    """The steps that lead on: what becomes a form."""
    return frozenset(step for step, ways in STEPS.items() if facts.state in ways and not _held(step, facts))


def _held(step: PayoutStep, facts: PayoutFacts) -> str:
    """Why the bank's part of it forbids this: what is to go there goes in a list, and stays in it until it answers."""
    if facts.state is not PayoutState.RELEASED or facts.coded:
        return ""
    if step in BY_BANK:
        return "" if facts.listed else "unlisted"
    return "listed" if facts.listed and step is PayoutStep.CANCEL else ""


def admit(actor: Actor, step: PayoutStep, facts: PayoutFacts) -> Duty:
    """Return the duty in which the actor may do this. Raises StrangerError, IllegalTransitionError, BankListError.

    What has a code is paid by it alone, and no bank sends it back; of what was destroyed nothing comes any more.
    """
    if facts.desk_id not in actor.desks(Duty.PAYOUT):
        raise StrangerError("no such payment")
    advance(facts.state, step)
    if (facts.coded and step in BY_BANK) or (facts.wiped and step is not PayoutStep.OPEN):
        raise IllegalTransitionError(f"cannot {step} a payment with a code, or one that is destroyed")
    if why := _held(step, facts):
        raise BankListError(why)
    return Duty.PAYOUT


def reference(payout_id: UUID) -> str:
    """The reference of a payment as people write it: the first 60 bits in groups of five of Crockford's letters."""
    digits, number = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", payout_id.int >> 68
    said = "".join(digits[number >> shift & 31] for shift in range(55, -1, -5))
    return f"{said[:4]}-{said[4:8]}-{said[8:]}"
