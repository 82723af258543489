"""The reports that a case is about (并案): its own, and those merged into it; which of them still stand.

It knows rows alone: how cases come to be merged, and whose report was first, is told by `merging`.
"""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.vocabulary import ReportState
from portal.store.cases import Case
from portal.store.reports import Report


def of(session: Session, case_id: UUID) -> tuple[Report, ...]:
    """Every report of a case, its own first."""
    wanted = (
        select(Report).join(Case, Case.id == Report.case_id).where(or_(Case.id == case_id, Case.main_id == case_id))
    )
    found = session.scalars(wanted.order_by(Report.case_id != case_id, Report.id))
    return tuple(found)


def standing(session: Session, case_id: UUID) -> tuple[Report, ...]:
    """Those whose reporters still wait for an answer: none of them was withdrawn."""
    return tuple(one for one in of(session, case_id) if one.state is not ReportState.WITHDRAWN)


def head(session: Session, case: Case) -> tuple[Case, Report]:
    """The case that another is handled under, itself if it was merged into none, and the report it was made with."""
    main = session.get_one(Case, case.main_id) if case.main_id else case
    return main, session.scalars(select(Report).where(Report.case_id == main.id)).one()
