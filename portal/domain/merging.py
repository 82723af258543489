"""Which case another may be merged into (并案): one of the same desk, that is being worked on (106号).

It knows what is said of two cases and nothing of how they are found. One that is unknown and one of another desk are
the same answer: who asks must not learn what others have.
"""

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
