"""What a case file (案卷) comes to: the papers that count, for whoever concludes, feeds back or weighs a reward.

The newest plan lists the allegations; of findings and penalties the newest about each thing counts.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from portal.domain.conclusions import Conclusion, Penalty
from portal.domain.errors import UnfinishedError
from portal.domain.paper_vocabulary import Outcome, PenaltyStatus
from portal.domain.papers import Exhibit, Paper
from portal.domain.verification import OFFICERS, Finding, Plan, Visit


@dataclass(frozen=True, slots=True)
class Filed:
    """A paper in its place."""

    id: UUID
    position: int
    about_id: UUID | None
    paper: Paper
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Dossier:
    """The papers that count."""

    plan: Plan | None = None
    visits: tuple[Visit, ...] = ()
    findings: Mapping[int, Finding] = field(default_factory=dict)  # by the number of the allegation
    penalties: Mapping[UUID, Penalty] = field(default_factory=dict)  # by the first paper about each
    opened: Mapping[UUID, datetime] = field(default_factory=dict)  # since when one of them is meant and not decided
    conclusion: Conclusion | None = None
    substance: int = 0  # the place of the newest paper that a conclusion rests on

    @classmethod
    def of(cls, papers: Iterable[Filed]) -> Self:
        """Read a case file, oldest paper first. What was found under an earlier plan does not count under a new one."""
        made = cls()
        roots: dict[UUID, UUID] = {}
        for one in papers:
            made = made._with(one, roots)
        return made

    def _with(self, one: Filed, roots: dict[UUID, UUID]) -> Self:
        plan, visits, findings = self.plan, self.visits, dict(self.findings)
        penalties, opened = dict(self.penalties), dict(self.opened)
        conclusion, substance = self.conclusion, one.position
        match one.paper:
            case Plan():
                plan, findings = one.paper, {}
            case Visit():
                visits = (*visits, one.paper)
            case Finding():
                findings[one.paper.item] = one.paper
            case Penalty():
                root = roots[one.id] = roots.get(one.about_id or one.id, one.about_id or one.id)
                penalties[root] = one.paper
                if one.paper.status is PenaltyStatus.PROPOSED:
                    opened.setdefault(root, one.made_at)
                else:
                    opened.pop(root, None)
            case Exhibit():
                pass
            case Conclusion():
                conclusion, substance = one.paper, self.substance
            case _:
                substance = self.substance
        return type(self)(plan, visits, findings, penalties, opened, conclusion, substance)

    @property
    def items(self) -> tuple[str, ...]:
        """The allegations, as the newest plan lists them."""
        return self.plan.items if self.plan else ()

    @property
    def to_decide(self) -> datetime | None:
        """Since when a penalty waits to be decided, the one that has waited longest (行政处罚法 第60条)."""
        return min(self.opened.values(), default=None)

    @property
    def outcome(self) -> Outcome | None:
        """What all findings come to; None while one is lacking."""
        said = {one.outcome for one in self.findings.values()}
        if not self.items or self.findings.keys() != set(range(1, len(self.items) + 1)):
            return None
        return said.pop() if len(said) == 1 else Outcome.PARTLY

    def require_ready(self, *, assigned: int, unvisited: str, files: Collection[int]) -> Outcome:
        """Return what it comes to, or raise UnfinishedError with what has to come before a conclusion.

        Two officers at least (行政处罚法 第42条): each visit names two; where nobody went, two must be assigned. A
        finding that rests on a file which was taken back since, none of the `files`, has to be made anew.
        """
        if self.plan is None:
            raise UnfinishedError("plan")
        if not self.visits and not unvisited:
            raise UnfinishedError("visit")
        if not self.visits and assigned < OFFICERS:
            raise UnfinishedError("two_officers")
        outcome = self.outcome
        if outcome is None:
            raise UnfinishedError("findings")
        if any(not set(one.evidence) <= set(files) for one in self.findings.values()):
            raise UnfinishedError("evidence")
        return outcome
