"""Decisions: the steps that have a reason or a question for the reporter, as rows and as both sides see them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.office.batch import Batch
from portal.office.house import House
from portal.office.recording import Draft
from portal.office.sheets import DecisionSheet
from portal.policy.reason_lists import Reason
from portal.store.cases import Decision
from portal.store.driving import Question, each

ASKED, DECLINED, REFERRED, REOPENED = "asked", "declined", "referred", "reopened"
_DECISIONS = select(Decision).where(Decision.case_id == bindparam("case")).order_by(Decision.made_at, Decision.id)
OF_CLOCKS = frozenset({"extended", "suspended"})  # their reasons stand beside the time limits


def add(
    batch: Batch,
    draft: Draft,
    case_id: UUID,
    *,
    made_at: datetime,
    letter_id: UUID | None,
    edition: str | None = None,
) -> None:
    """Put the decision behind a draft into its batch; the draft has the reason."""
    batch.add(
        draft,
        Decision,
        case_id=case_id,
        event=draft.event,
        reason=draft.reason,
        edition=edition,
        letter_id=letter_id,
        made_at=made_at,
    )


def looks(case_id: UUID) -> Question:
    """What `of_case` asks."""
    return _DECISIONS, {"case": case_id}


def of_case(session: Session, house: House, case_id: UUID) -> tuple[DecisionSheet, ...]:
    """The decisions on a case that hold, oldest first, each with its reason in full.

    What a review has undone is none any more.
    """
    rows = each(session, _DECISIONS, case=case_id)
    undone = max((place for place, row in enumerate(rows) if row.event == REOPENED), default=0)
    return tuple(
        DecisionSheet(row.event, row.made_at, _reason(house, row) if row.reason else None, row.letter_id)
        for place, row in enumerate(rows)
        if place >= undone or row.event == ASKED
    )


def _reason(house: House, row: Decision) -> Reason:
    """The reason as it was when it was given."""
    edition = house.policies.reasons_of(row.edition or "")
    found = edition.extension if row.event in OF_CLOCKS else edition.decline
    return (edition.referral if row.event == REFERRED else found)[row.reason or ""]


def was_asked(session: Session, case_id: UUID) -> bool:
    """Whether the reporter has been asked for more."""
    wanted = select(Decision.id).where(Decision.case_id == case_id, Decision.event == ASKED)
    return session.scalars(wanted.limit(1)).first() is not None
