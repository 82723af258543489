"""Rows about a case that whatever is said of it looks at more than once: each table is asked once.

Which tables say nothing of it is asked first, all at once: of most cases most say nothing, and asking costs PostgreSQL
a turn of its server each time.
"""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from portal.store.alarms import Alarm
from portal.store.base import Base, table_of
from portal.store.cases import Assignment, Case, Clock, Decision, Transfer
from portal.store.disclosures import Disclosure
from portal.store.driving import Question, asked, each
from portal.store.motions import Motion
from portal.store.papers import Paper
from portal.store.referrals import Dispute, Referral

_CLOCKS = (
    select(Clock)
    .where(or_(Clock.report_id == bindparam("report"), Clock.case_id == bindparam("case")))
    .order_by(Clock.started_at, Clock.due_at, Clock.id)
)
_MOTIONS = select(Motion).where(Motion.case_id == bindparam("case")).order_by(Motion.proposed_at.desc(), Motion.id)
_TRANSFERS = select(Transfer).where(Transfer.case_id == bindparam("case")).order_by(Transfer.made_at.desc())
_OF_CASE = (Alarm, Assignment, Decision, Dispute, Motion, Paper, Referral, Transfer)
_ASKED: tuple[type[Base], ...] = (*_OF_CASE, Disclosure, Case)
_THERE = select(
    *(exists().where(table_of(model).c.case_id == bindparam("case")) for model in _OF_CASE),
    exists().where(Disclosure.report_id == bindparam("report")),
    exists().where(Case.main_id == bindparam("case")),
)


@dataclass(frozen=True, slots=True)
class CaseRows:
    """Its time limits, what was proposed about it, and how it was handed on."""

    there: frozenset[type[Base]]  # the tables that say anything of it; `Case`: others were merged into it
    clocks: tuple[Clock, ...]  # superseded ones too, as they were started
    motions: tuple[Motion, ...]  # the newest first
    transfers: tuple[Transfer, ...]  # the newest first

    @staticmethod
    def looks(*, report_id: UUID, case_id: UUID) -> tuple[Question, ...]:
        """What `of` asks in any case."""
        there: Question = _THERE, {"report": report_id, "case": case_id}
        return there, clock_looks(report_id=report_id, case_id=case_id)

    @classmethod
    def of(cls, session: Session, *, report_id: UUID, case_id: UUID) -> Self:
        """As they stand."""
        (said,) = asked(session, _THERE, report=report_id, case=case_id)
        there = frozenset(model for model, some in zip(_ASKED, said, strict=True) if some)
        return cls(
            there,
            clocks_of(session, report_id=report_id, case_id=case_id),
            motions_of(session, case_id) if Motion in there else (),
            tuple(each(session, _TRANSFERS, case=case_id)) if Transfer in there else (),
        )


def motions_of(session: Session, case_id: UUID) -> tuple[Motion, ...]:
    """Every step of a case that was proposed for two people, the newest first."""
    return tuple(each(session, _MOTIONS, case=case_id))


def clock_looks(*, report_id: UUID, case_id: UUID) -> Question:
    """What `clocks_of` asks."""
    return _CLOCKS, {"report": report_id, "case": case_id}


def clocks_of(session: Session, *, report_id: UUID, case_id: UUID) -> tuple[Clock, ...]:
    """Every clock of a report and its case, superseded ones too, as they were started."""
    return tuple(each(session, _CLOCKS, report=report_id, case=case_id))
