"""How far cases have come in an office that has worked for years: drawn by number, the same each time.

Two thirds are over. Of those that are open some wait for their reporter, some have nobody yet, a few are urgent, under
supervision, put aside, or late.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from crypto.primitives import random_bytes
from portal.domain.case_vocabulary import Lane, PaperKind
from portal.domain.lifecycle import FINAL
from portal.domain.vocabulary import CaseState, ClockState
from portal.office.batch import Batch
from portal.office.recording import Draft
from portal.store.cases import Assignment
from portal.store.papers import Paper

DAY = timedelta(days=1)
WEIGHTS: Mapping[CaseState, int] = {
    CaseState.RECEIVED: 8,
    CaseState.AWAITING: 2,
    CaseState.ACCEPTED: 4,
    CaseState.VERIFYING: 14,
    CaseState.CONCLUDED: 3,
    CaseState.RECTIFYING: 4,
    CaseState.CLOSED: 50,
    CaseState.DECLINED: 12,
    CaseState.REFERRED: 3,
}
PAPERS: Mapping[CaseState, tuple[PaperKind, ...]] = {
    CaseState.VERIFYING: (PaperKind.PLAN, PaperKind.VISIT, PaperKind.FINDING),
    **dict.fromkeys(
        (CaseState.CONCLUDED, CaseState.RECTIFYING, CaseState.CLOSED),
        (
            PaperKind.PLAN,
            PaperKind.VISIT,
            PaperKind.FINDING,
            PaperKind.FINDING,
            PaperKind.PENALTY,
            PaperKind.CONCLUSION,
        ),
    ),
    CaseState.REFERRED: (PaperKind.REFERRAL,),
}
PAPER_BYTES = 1_100  # of a bucket, and what seals it
BRIEF_BYTES = 600
LATE, SUPERVISED, URGENT, SPAM = 0.04, 0.01, 0.005, 0.002  # of those that are open
SOONER = 20 * DAY  # due before most, and after those that open: pages begin with these
CHANGED_AFTER = 9 * DAY  # something came of it


@dataclass(frozen=True, slots=True)
class Life:
    """What has become of one case."""

    state: CaseState
    due_at: datetime | None
    number: str | None
    lane: Lane | None
    supervised: bool
    arrived_at: datetime

    @classmethod
    def of(cls, number: int, due_at: datetime, now: datetime) -> "Life":
        """Drawn: `due_at` is where it lies in the order of what is open."""
        dice = random.Random(number)  # noqa: S311 — to be measured, not to be kept
        state = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        over, back = state in FINAL, timedelta(seconds=60 * (number % 1_000_000))
        numbered = state in PAPERS or state is CaseState.ACCEPTED
        late = not over and dice.random() < LATE
        return cls(
            state=state,
            due_at=None if over else now + SOONER - back / 1000 if late else due_at,
            number=f"229999-2025-{number:07d}" if numbered else None,
            lane=None
            if over
            else Lane.URGENT
            if (at := dice.random()) < URGENT
            else Lane.SPAM
            if at > 1 - SPAM
            else None,
            supervised=not over and dice.random() < SUPERVISED,
            arrived_at=now - back if over else now,
        )

    def case(self) -> dict[str, Any]:
        """The columns of the case that it changes."""
        over = self.state in FINAL
        return {
            "state": self.state,
            "due_at": self.due_at,
            "number": self.number,
            "accepted_at": self.arrived_at if self.number else None,
            "closed_at": self.arrived_at + CHANGED_AFTER if over else None,
            "lane": self.lane,
            "supervised_at": self.arrived_at if self.supervised else None,
            "arrived_at": self.arrived_at,
        }

    def clock(self) -> dict[str, Any]:
        """The columns of its clock."""
        if self.due_at is None:
            return {"state": ClockState.STOPPED, "stopped_at": self.arrived_at + CHANGED_AFTER, "target_at": None}
        return {"due_at": self.due_at, "target_at": None}

    def add_work(self, batch: Batch, draft: Draft, case_id: UUID, key_id: UUID, workers: tuple[UUID, UUID]) -> None:
        """Who was given the case, and the papers of its file."""
        kinds = PAPERS.get(self.state, ())
        if not kinds:
            return
        worker, lead = workers
        batch.add(
            draft,
            Assignment,
            case_id=case_id,
            officer_id=worker,
            assigner_id=lead,
            narrative=False,
            content_key_id=key_id,
            brief=random_bytes(BRIEF_BYTES),
            assigned_at=self.arrived_at,
            ended_at=self.arrived_at + CHANGED_AFTER if self.state in FINAL else None,
        )
        for position, kind in enumerate(kinds, 1):
            batch.add(
                draft,
                Paper,
                case_id=case_id,
                kind=kind,
                position=position,
                author_id=worker,
                content_key_id=key_id,
                body=random_bytes(PAPER_BYTES),
                made_at=self.arrived_at + position * DAY,
            )


def _lane(at: float) -> Lane | None:
    if at < URGENT:
        return Lane.URGENT
    return Lane.SPAM if at > 1 - SPAM else None
