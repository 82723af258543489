"""Papers of what follows from verification: penalties, rectification orders, the conclusion, a reexamination.

A penalty stands as the newest paper about it says: a decision that is annulled gets a paper of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from portal.domain.case_vocabulary import PaperKind
from portal.domain.paper_vocabulary import Outcome, PenaltyFor, PenaltyKind, PenaltyStatus, Target, Verdict
from portal.domain.papers import Given, Paper, misdated, missing


@dataclass(frozen=True, slots=True)
class Penalty(Paper):
    """What a body fined, or means to fine (处罚): number, body, day, sum."""

    KIND = PaperKind.PENALTY
    number: str
    body: str
    decided_on: date | None
    fen: int
    against: Target
    takes: PenaltyKind
    reason: PenaltyFor
    status: PenaltyStatus

    def flaws(self, given: Given) -> dict[str, str]:
        """A decision has a number and a day; one that is only proposed has neither yet."""
        found = missing(body=self.body)
        if self.status is not PenaltyStatus.PROPOSED:
            found |= missing(number=self.number, decided_on=self.decided_on)
        if self.decided_on is not None:
            found |= misdated("decided_on", self.decided_on, given)
        return found

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(
            said["number"],
            said["body"],
            date.fromisoformat(said["decided_on"]) if said["decided_on"] else None,
            said["fen"],
            Target(said["against"]),
            PenaltyKind(said["takes"]),
            PenaltyFor(said["reason"]),
            PenaltyStatus(said["status"]),
        )


@dataclass(frozen=True, slots=True)
class Order(Paper):
    """What is to be put right, and by which day (责令整改)."""

    KIND = PaperKind.ORDER
    what: str
    until: date

    def flaws(self, given: Given) -> dict[str, str]:
        """Nobody can put anything right by yesterday."""
        return missing(what=self.what) | ({"until": "past"} if self.until < given.today else {})

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(said["what"], date.fromisoformat(said["until"]))


@dataclass(frozen=True, slots=True)
class Conclusion(Paper):
    """What all findings come to, in short facts, and what becomes of it (核查结论)."""

    KIND = PaperKind.CONCLUSION
    outcome: Outcome
    facts: str
    handling: str
    unvisited: str  # why nobody went there; "" where somebody did

    def flaws(self, given: Given) -> dict[str, str]:
        """Facts and handling are what the reporter is told of it later."""
        del given
        return missing(facts=self.facts, handling=self.handling)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(Outcome(said["outcome"]), said["facts"], said["handling"], said["unvisited"])


@dataclass(frozen=True, slots=True)
class Review(Paper):
    """What a reexamination found, and what the reporter is told of it (复查结论)."""

    KIND = PaperKind.REVIEW
    verdict: Verdict
    grounds: str
    answer: str

    def flaws(self, given: Given) -> dict[str, str]:
        """Both sides are told why."""
        del given
        return missing(grounds=self.grounds, answer=self.answer)

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(Verdict(said["verdict"]), said["grounds"], said["answer"])
