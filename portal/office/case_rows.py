"""Rows about a case that whatever is said of it looks at more than once: each table is asked once."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from portal.store.cases import Clock, Transfer
from portal.store.driving import each
from portal.store.motions import Motion

_CLOCKS = (
    select(Clock)
    .where(or_(Clock.report_id == bindparam("report"), Clock.case_id == bindparam("case")))
    .order_by(Clock.started_at, Clock.due_at, Clock.id)
)
_MOTIONS = select(Motion).where(Motion.case_id == bindparam("case")).order_by(Motion.proposed_at.desc(), Motion.id)
_TRANSFERS = select(Transfer).where(Transfer.case_id == bindparam("case")).order_by(Transfer.made_at.desc())


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Its time limits, what was proposed about it, and how it was handed on."""

    clocks: tuple[Clock, ...]  # superseded ones too, as they were started
    motions: tuple[Motion, ...]  # the newest first
    transfers: tuple[Transfer, ...]  # the newest first

    @classmethod
    def of(cls, session: Session, *, report_id: UUID, case_id: UUID) -> Self:
        """As they stand."""
        return cls(
            clocks_of(session, report_id=report_id, case_id=case_id),
            motions_of(session, case_id),
            tuple(each(session, _TRANSFERS, case=case_id)),
        )


def motions_of(session: Session, case_id: UUID) -> tuple[Motion, ...]:
    """Every step of a case that was proposed for two people, the newest first."""
    return tuple(each(session, _MOTIONS, case=case_id))


def clocks_of(session: Session, *, report_id: UUID, case_id: UUID) -> tuple[Clock, ...]:
    """Every clock of a report and its case, superseded ones too, as they were started."""
    return tuple(each(session, _CLOCKS, report=report_id, case=case_id))
