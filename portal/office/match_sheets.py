"""Frozen sheets of what may be about the same thing as a case."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.domain.lifecycle import FINAL
from portal.domain.likeness import Why
from portal.domain.vocabulary import CaseState


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that may be about the same thing; of another office's only number, day and office are known."""

    number: str | None  # None: 未受理
    arrived_on: date
    authority: str
    case_id: UUID | None = None
    category: str | None = None
    state: CaseState | None = None
    score: int | None = None  # of 100
    why: tuple[Why, ...] = ()

    @property
    def joins(self) -> bool:
        """Whether another case may be merged into it: one's own, taken up, and being worked on."""
        return self.case_id is not None and self.number is not None and self.state not in FINAL
