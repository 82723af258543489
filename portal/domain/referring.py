"""Handing a matter to a body outside (移送): wholly, or a part while the case goes on; what follows, and who may.

It knows states and steps; the bodies and their terms are data (policy/reasons). What a body asks of two people, such
as a suspected crime (应急〔2019〕54号 7), and every whole matter, after which nobody here works on it any more, one
officer asks for and the lead decides, with reasons where it is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from portal.domain.case_vocabulary import ReferralState, ReferralStep
from portal.domain.errors import IllegalTransitionError, OwnMotionError, ReferralError
from portal.domain.lifecycle import FINAL
from portal.domain.vocabulary import CaseState, Duty

_S, _A = ReferralState, ReferralStep
WAYS: Final[Mapping[tuple[ReferralState, ReferralStep], ReferralState]] = MappingProxyType(
    {
        (_S.ASKED, _A.AGREE): _S.AGREED,
        (_S.ASKED, _A.REFUSE): _S.REFUSED,
        (_S.AGREED, _A.HAND_OVER): _S.MADE,
        (_S.MADE, _A.RECEIVE): _S.RECEIVED,
        **dict.fromkeys(((_S.MADE, _A.ANSWER), (_S.RECEIVED, _A.ANSWER)), _S.ANSWERED),
        **dict.fromkeys(((_S.MADE, _A.RETURN), (_S.RECEIVED, _A.RETURN)), _S.RETURNED),
    }
)
ASKING: Final = frozenset({_S.ASKED, _S.AGREED, _S.REFUSED})  # nothing was handed over
OPEN: Final = frozenset(start for start, _ in WAYS)
DECIDES: Final = frozenset({_A.AGREE, _A.REFUSE})  # the lead's
EXPLAINED: Final = frozenset({_A.REFUSE, _A.ANSWER, _A.RETURN})  # with words on file


class Snag(StrEnum):
    """Why a matter is not handed over so."""

    BODY = "body"  # not on the list
    WHOLE = "whole"  # only a part goes there: the case goes on
    PENDING = "pending"  # that body has it already
    WORDS = "words"  # what must be said was not


@dataclass(frozen=True, slots=True)
class Terms:
    """What the list says of a body."""

    two_people: bool
    no_discretion: bool

    @property
    def part_only(self) -> bool:
        """Whether the case goes on here in any case: a crime is decided on, a concealment is supervised."""
        return self.two_people or self.no_discretion


def require_possible(state: CaseState, terms: Terms, *, whole: bool, pending: bool) -> None:
    """Raise IllegalTransitionError for a case that is over, ReferralError for a body that has it or takes no whole."""
    if state in FINAL:
        raise IllegalTransitionError(f"cannot refer a case that is {state}")
    if whole and terms.part_only:
        raise ReferralError(Snag.WHOLE)
    if pending:
        raise ReferralError(Snag.PENDING)


def asks(terms: Terms, *, whole: bool) -> bool:
    """Whether the lead decides on it first: what was handed over wholly is in nobody's hands here, and hard to undo."""
    return whole or terms.two_people


def advance(state: ReferralState, step: ReferralStep) -> ReferralState:
    """Return the state that follows, or raise IllegalTransitionError."""
    try:
        return WAYS[state, step]
    except KeyError:
        raise IllegalTransitionError(f"cannot {step} what is {state}") from None


def may(step: ReferralStep, *, duty: Duty, officer_id: UUID, asker_id: UUID) -> bool:
    """Whether somebody who may refer takes this step: who asked decides not."""
    return step not in DECIDES or (duty is Duty.LEAD and officer_id != asker_id)


def require_second(step: ReferralStep, *, duty: Duty, officer_id: UUID, asker_id: UUID) -> None:
    """Raise OwnMotionError unless it is another who decides, and the lead."""
    if not may(step, duty=duty, officer_id=officer_id, asker_id=asker_id):
        raise OwnMotionError("the lead decides, and not on what they asked for themselves")


def require_words(step: ReferralStep, words: str) -> None:
    """Raise ReferralError where words must be on file and are not."""
    if step in EXPLAINED and not words.strip():
        raise ReferralError(Snag.WORDS)


def steps_from(state: ReferralState) -> tuple[ReferralStep, ...]:
    """The steps that are possible, in the order of the vocabulary."""
    return tuple(step for step in ReferralStep if (state, step) in WAYS)
