"""A list for the bank (付款批次): released transfers handed in together, once, and what the bank answers to each.

A payment stands in one such list until the bank has answered; meanwhile it is neither listed again nor ended. A list
that was never handed in is recalled as a whole. It knows days, numbers and answers, and nobody's name.
"""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from portal.domain.award_errors import BankListError
from portal.domain.award_vocabulary import BankAnswer, BankListState, PayoutStep

_A = BankAnswer
ANSWERS: Final[Mapping[PayoutStep, Mapping[BankAnswer, BankAnswer]]] = MappingProxyType(
    {
        PayoutStep.PAY: {_A.WAITING: _A.PAID},
        PayoutStep.FAIL: {_A.WAITING: _A.RETURNED, _A.PAID: _A.RETURNED},
    }
)


def number(office: str, year: int, position: int) -> str:
    """What a list is called: the office's code, the year, and which of that desk's lists of the year it is."""
    return f"{office}-{year}-F{position:03}"


def answered(answer: BankAnswer, step: PayoutStep) -> BankAnswer:
    """What the bank has said by then. Raises BankListError for a list that was recalled, or an answer that stands."""
    try:
        return ANSWERS[step][answer]
    except KeyError:
        raise BankListError("answered") from None


def settled(answers: Collection[BankAnswer]) -> bool:
    """Whether the bank has answered to all of it."""
    return BankAnswer.WAITING not in answers


def require_open(state: BankListState) -> None:
    """Raise BankListError unless the bank has still to answer: only then is its file given out."""
    if state is not BankListState.OPEN:
        raise BankListError(str(state))


def require_recallable(state: BankListState, answers: Collection[BankAnswer]) -> None:
    """Raise BankListError once the bank has answered to any of it: then it was handed in."""
    require_open(state)
    if set(answers) != {BankAnswer.WAITING}:
        raise BankListError("answered")


def require_day(on: date, made_on: date, today: date) -> None:
    """Raise BankListError for a day on which no bank can have answered."""
    if not made_on <= on <= today:
        raise BankListError("day")
