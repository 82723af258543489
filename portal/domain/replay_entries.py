"""What a replay hears and what it finds: an entry as it stands in the ledger, the rules, and the differences.

It knows the form of an opening (`domain.audit`) and no state; who judges what is in the other modules of the replay.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from portal.domain.errors import (
    LapsedError,
    NotAllowedError,
    OwnMotionError,
    PortalError,
    SamePersonError,
    SeatConflictError,
    StrangerError,
)

# A request that was let in may finish: its entry can stand behind the one that shut its officer out.
UNDER_WAY = timedelta(seconds=30)

Kind = TypeVar("Kind")


class Rule(StrEnum):
    """What a step may break."""

    DECLARED = "declared"
    ORDER = "order"
    KNOWN = "known"
    AT_WORK = "at-work"
    DUTY = "duty"
    SEATS = "seats"
    STAFF = "staff"
    TWO_PEOPLE = "two-people"
    MOTION = "motion"
    CASE = "case"
    REPORT = "report"
    HANDOVER = "handover"
    ASSIGNED = "assigned"
    CLOCK = "clock"
    REQUEST = "request"
    THREE_PEOPLE = "three-people"
    FIELDS = "fields"
    GIVEN = "given"
    TIME = "time"
    CODE = "code"
    KEEPING = "keeping"
    CONSENT = "consent"
    FILES = "files"
    WITHHELD = "withheld"
    MERGED = "merged"
    REFERRED = "referred"
    RECUSED = "recused"
    ALARM = "alarm"
    WATCH = "watch"
    AWARD = "award"
    PAYOUT = "payout"


# Where each stands: the design of this portal, and the article that it answers.
BASES: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.DECLARED: "DESIGN §5: an entry says what its event declares",
        Rule.ORDER: "decision 044: times go on from entry to entry, but for what began before and ended later",
        Rule.KNOWN: "DESIGN §5: whatever exists was entered when it was made",
        Rule.AT_WORK: "DESIGN §1: who was suspended or has left acts no more",
        Rule.DUTY: "DESIGN §1: nobody acts in a duty without sitting there",
        Rule.SEATS: "DESIGN §1: duties that one person never holds together, or after one another",
        Rule.STAFF: "DESIGN §4: invited, enrolled, certified, seated, in this order",
        Rule.TWO_PEOPLE: "DESIGN §1: widening access takes two people",
        Rule.MOTION: "DESIGN §1: a motion is proposed, then decided once, within its time",
        Rule.CASE: "DESIGN §6: the states of a case",
        Rule.REPORT: "DESIGN §6: the life of a report; 106号令: who has withdrawn is left in peace",
        Rule.HANDOVER: "DESIGN §4: the office that acts is the one that has the case",
        Rule.ASSIGNED: "DESIGN §1: an investigator works on assigned cases alone",
        Rule.CLOCK: "DESIGN §6: late after its last moment, escalated when late; decision 040: extended once, in time",
        Rule.REQUEST: "DESIGN §4: asked, lifted, released, read, in this order",
        Rule.THREE_PEOPLE: "DESIGN §4: who asks, who lifts and who releases are three people (PIPL 51)",
        Rule.FIELDS: "DESIGN §4: read within released, released within lifted, lifted within asked (PIPL 6)",
        Rule.GIVEN: "DESIGN §4: what the reporter erased is released to nobody (PIPL 47)",
        Rule.TIME: "DESIGN §4: what was released can be read for its hours alone",
        Rule.CODE: "DESIGN §4: a code is replaced only for who was recognised",
        Rule.KEEPING: "DESIGN §4: the two halves move by two people",
        Rule.MERGED: "decisions 043, 052, 059: merged into one of the same desk, seen by a lead, split again (106号)",
        Rule.REFERRED: "decisions 043, 052: to a body outside step by step; a crime and the whole by two (54号 7)",
        Rule.RECUSED: "decision 042: whoever keeps out of a case does nothing to it (行政处罚法 43)",
        Rule.FILES: "decisions 034, 052: a report's files count from 1, a case file's after 20; read by whoever reads "
        "it, taken back by whoever added one before a conclusion rests on it",
        Rule.CONSENT: "PIPL 29: where it takes the reporter's consent, none before it and none after it is taken back",
        Rule.WITHHELD: "DESIGN §5: told later by two people, for 90 days at most, never prolonged",
        Rule.ALARM: "DESIGN §6: it rings until somebody who was rung signs off, after half an hour one desk higher",
        Rule.AWARD: "DESIGN §7: proposed by two, judged by a third, contested once before a fourth (19号 11–14)",
        Rule.PAYOUT: "DESIGN §7: claimed once, released by two, paid once; decision 057: in one list for the bank",
        Rule.WATCH: "DESIGN §6: the lead of a desk says who of it is on watch",
    }
)
REFUSALS: tuple[tuple[type[PortalError], Rule], ...] = (
    (SamePersonError, Rule.THREE_PEOPLE),
    (OwnMotionError, Rule.TWO_PEOPLE),
    (SeatConflictError, Rule.SEATS),
    (LapsedError, Rule.TIME),
    (StrangerError, Rule.DUTY),
    (NotAllowedError, Rule.DUTY),
)


@dataclass(frozen=True)
class Said:
    """One entry, read once."""

    index: int
    event: str
    at: str  # as written: UTC to the second, so that instants compare as text
    kind: str
    officer: UUID | None
    authority: UUID | None  # in whose name the officer acts
    duty: str | None
    trail: UUID | None
    about: UUID | None
    reason: str | None
    facts: Mapping[str, Any]
    rows: list[list[str]]

    @classmethod
    def of(cls, index: int, opening: Mapping[str, Any]) -> "Said":
        """Read an opening. Raises LookupError, TypeError or ValueError for what is none."""
        actor, about = opening["actor"], opening["object"]
        return cls(
            index=index,
            event=opening["event"],
            at=opening["at"],
            kind=actor["kind"],
            officer=_id(actor["officer"]),
            authority=_id(actor["authority"]),
            duty=actor["duty"],
            trail=_id(opening["authority"]),
            about=_id(about[1]) if about else None,
            reason=opening["reason"],
            facts=opening["facts"],
            rows=opening["rows"],
        )

    @cached_property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self.at)

    def id(self, fact: str) -> UUID | None:
        """A fact that is an id; None where the entry does not tell."""
        return _id(self.facts.get(fact))

    def ids(self, fact: str) -> frozenset[UUID] | None:
        """A fact that is a list of ids."""
        told = self.facts.get(fact)
        return None if told is None else frozenset(map(UUID, told))

    def fields(self, fact: str = "fields") -> frozenset[str]:
        """A fact that is a list of names."""
        return frozenset(self.facts.get(fact, ()))

    def is_by(self, kind: str) -> bool:
        """Whether such an actor caused it."""
        return self.kind == kind

    def soon_after(self, ended: str) -> bool:
        """Whether it may have been under way when something ended."""
        return bool(ended) and abs(self.moment - datetime.fromisoformat(ended)) <= UNDER_WAY


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _rule(refusal: PortalError, otherwise: Rule) -> Rule:
    """Which rule a refusal speaks of; of states it is the one that was asked."""
    return next((rule for kind, rule in REFUSALS if isinstance(refusal, kind)), otherwise)


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that was not legal: which entry, which rule, and what that rule expected."""

    index: int
    event: str
    rule: Rule
    expected: str

    @property
    def basis(self) -> str:
        """Where the rule stands."""
        return BASES[self.rule]


@dataclass(slots=True)
class Judge:
    """Keeps what was found, and what could not be judged because an older entry does not tell it."""

    differences: list[Difference] = field(default_factory=list)
    untold: Counter[Rule] = field(default_factory=Counter)

    def breach(self, said: Said, rule: Rule, expected: str) -> None:
        """A step broke a rule; whatever follows is judged as though it had been taken."""
        self.differences.append(Difference(said.index, said.event, rule, expected))

    def require(self, said: Said, holds: object, rule: Rule, expected: str) -> bool:
        """Note a breach unless this holds; returns whether it does."""
        if not holds:
            self.breach(said, rule, expected)
        return bool(holds)

    def ask(self, said: Said, otherwise: Rule, *ways: Callable[[], Kind]) -> Kind | None:
        """What the rules of the portal itself say; None, and the first refusal noted, where they refuse in each way."""
        refusals: list[PortalError] = []
        for decide in ways:
            try:
                return decide()
            except PortalError as refusal:
                refusals.append(refusal)
        self.breach(said, _rule(refusals[0], otherwise), f"a step that is allowed, which this is not: {refusals[0]}")
        return None

    def lacks(self, rule: Rule) -> None:
        """Something could not be judged: the entry is older than the fact that it takes."""
        self.untold[rule] += 1
