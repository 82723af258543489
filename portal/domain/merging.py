"""Which case another may be merged into (并案): one of the same desk, that is being worked on (106号); and split again.

It knows what is said of two cases and nothing of how they are found. One that is unknown and one of another desk are
the same answer: who asks must not learn what others have.

A merge that was wrong is undone (拆分), the rules each here and nowhere else:

* Intake of the desk may, as it merges; once a conclusion about both was agreed to, or the matter has left, the lead.
* Not while an objection of one of those that leave is looked into, nor while a reward of the matter waits or stands:
  who was first among them was part of it.
* A case goes back to the state that it came from. What was worked on is taken up, and assigned anew by hand.
* What was merged into it goes with it, also where both went into another case later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.domain.errors import MergeError
from portal.domain.lifecycle import FINAL
from portal.domain.vocabulary import CaseState


class Snag(StrEnum):
    """Why two cases are not merged."""

    UNKNOWN = "unknown"  # there is none at this desk
    SELF = "self"
    MERGED = "merged"  # it was merged itself
    OVER = "over"
    MISCONDUCT = "misconduct"  # what goes to discipline alone is merged with nothing else


class SplitSnag(StrEnum):
    """Why a case is not split from another."""

    REASON = "reason"  # no such reason
    UNKNOWN = "unknown"  # it is not handled with this one
    LEAD = "lead"  # a conclusion about both was agreed to: the lead decides
    OBJECTED = "objected"  # an objection is looked into
    AWARDED = "awarded"  # a reward of the matter waits, or was granted


class SplitReason(StrEnum):
    """Why two cases should not have been merged."""

    OTHER_MATTER = "other_matter"  # 不是同一件事
    OTHER_PLACE = "other_place"  # 同一单位，不是同一处
    MISTAKEN = "mistaken"  # 并错了编号
    FOUND = "found"  # 核查时发现是另一件事
    TOLD = "told"  # 举报人说明是另一件事


@dataclass(frozen=True, slots=True)
class Mergeable:
    """What the rules look at, of each of two cases."""

    case_id: UUID
    desk_id: UUID
    state: CaseState
    misconduct: bool


def require_mergeable(case: Mergeable, main: Mergeable | None) -> None:
    """Raise MergeError unless `case` may be merged into `main`."""
    if main is None or main.desk_id != case.desk_id:
        raise MergeError(Snag.UNKNOWN)
    if main.case_id == case.case_id:
        raise MergeError(Snag.SELF)
    if main.state is CaseState.MERGED:
        raise MergeError(Snag.MERGED)
    if main.state in FINAL:
        raise MergeError(Snag.OVER)
    if main.misconduct != case.misconduct:
        raise MergeError(Snag.MISCONDUCT)


@dataclass(frozen=True, slots=True)
class Separable:
    """What the rules look at, of a case that was merged and of the matter."""

    concluded: bool  # a conclusion about both was agreed to since, or the matter has left
    leads: bool  # whoever splits them leads the case
    objected: bool
    awarded: bool


def require_separable(one: Separable) -> None:
    """Raise MergeError unless a case may be split from the one that it was merged into."""
    if one.concluded and not one.leads:
        raise MergeError(SplitSnag.LEAD)
    if one.objected:
        raise MergeError(SplitSnag.OBJECTED)
    if one.awarded:
        raise MergeError(SplitSnag.AWARDED)


def came_from(*, taken_up: bool, asked: bool) -> CaseState:
    """The state that a case goes back to; `asked`: its reporter was, and has not answered."""
    if taken_up:
        return CaseState.ACCEPTED
    return CaseState.AWAITING if asked else CaseState.RECEIVED


def reaches_lead(main: CaseState) -> bool:
    """Whether the case that others went into has come so far that the lead decides who leaves it."""
    return main not in {CaseState.ACCEPTED, CaseState.VERIFYING}


def came_with(case_id: UUID, into: Mapping[UUID, UUID]) -> frozenset[UUID]:
    """The cases that came with one: merged into it, or into one of those. `into`: which each was merged into."""
    found: set[UUID] = set()
    while more := {one for one, other in into.items() if other == case_id or other in found} - found - {case_id}:
        found |= more
    return frozenset(found)
