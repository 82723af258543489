"""Papers of verification (核查): what to check and how the reporter stays hidden, what was seen, what was found.

A plan lists the allegations; a finding rules on one of them by its number, and says whether it was known before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from portal.domain.case_vocabulary import PaperKind
from portal.domain.paper_vocabulary import Known, Outcome
from portal.domain.papers import Given, Paper, misdated, missing, unknown_files

MOST_ITEMS = 20  # allegations of one case
OFFICERS = 2  # at least, at each visit (行政处罚法 第42条)


@dataclass(frozen=True, slots=True)
class Plan(Paper):
    """What is to be checked, when and by whom, and how nobody learns who reported (核查方案)."""

    KIND = PaperKind.PLAN
    items: tuple[str, ...]
    on: date
    officers: tuple[str, ...]
    hidden: str
    announced: bool

    def flaws(self, given: Given) -> dict[str, str]:
        """It needs allegations, people, and above all the line on the reporter."""
        found = missing(items=self.items, officers=self.officers, hidden=self.hidden)
        if len(self.items) > MOST_ITEMS:
            found["items"] = "too_many"
        if self.on < given.received:
            found["on"] = "before"
        return found

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        day, items, officers = date.fromisoformat(said["on"]), tuple(said["items"]), tuple(said["officers"])
        return cls(items, day, officers, said["hidden"], said["announced"])


@dataclass(frozen=True, slots=True)
class Visit(Paper):
    """A look on the spot (现场检查)."""

    KIND = PaperKind.VISIT
    on: date
    announced: bool
    across: bool  # by officers of another area
    place: str
    officers: tuple[str, ...]
    seen: str
    evidence: tuple[int, ...]  # numbers of files

    def flaws(self, given: Given) -> dict[str, str]:
        """A day that has been, two officers who are two, files that there are."""
        found = missing(place=self.place, seen=self.seen) | misdated("on", self.on, given)
        if len(set(self.officers)) < OFFICERS:
            found["officers"] = "two_officers"
        return found | unknown_files("evidence", self.evidence, given)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(
            date.fromisoformat(said["on"]),
            said["announced"],
            said["across"],
            said["place"],
            tuple(said["officers"]),
            said["seen"],
            tuple(said["evidence"]),
        )


@dataclass(frozen=True, slots=True)
class Finding(Paper):
    """What one allegation turned out to be, and whether it was known before (逐项认定); a later one supersedes it."""

    KIND = PaperKind.FINDING
    item: int  # which allegation of the newest plan, from 1
    outcome: Outcome
    facts: str
    evidence: tuple[int, ...]
    known: Known
    known_by: str  # what shows that it was known, and since when

    def flaws(self, given: Given) -> dict[str, str]:
        """An allegation of the plan; and what was known before is shown, not said."""
        found = missing(facts=self.facts) | unknown_files("evidence", self.evidence, given)
        if not 1 <= self.item <= given.items:
            found["item"] = "no_such_item"
        if self.known is not Known.NO and not self.known_by:
            found["known_by"] = "unproven"
        return found

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        outcome, known = Outcome(said["outcome"]), Known(said["known"])
        return cls(said["item"], outcome, said["facts"], tuple(said["evidence"]), known, said["known_by"])
