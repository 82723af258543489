"""The reports that a case is about (并案): its own, and those merged into it; which of them still stand.

How cases come to be merged, and whose report was first, is told by `merging`. A lead looks at each before its reporter
is told of a conclusion: one officer alone buries nothing by putting it under another.
"""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.domain.vocabulary import Duty, ReportState
from portal.office import vouching
from portal.office.vouching import EntryKeys
from portal.store.cases import Case
from portal.store.ledger import Entry
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


def unread(session: Session, keys: EntryKeys, case_id: UUID, officer_id: UUID | None = None) -> tuple[Case, ...]:
    """Those merged into a case, whose reporters wait, that no lead has opened since; or that this lead has not."""
    merged = [one.case_id for one in standing(session, case_id) if one.case_id != case_id]
    return tuple(session.get_one(Case, one) for one in merged if not _opened(session, keys, one, officer_id))


def _opened(session: Session, keys: EntryKeys, case_id: UUID, officer_id: UUID | None) -> bool:
    since = select(func.max(Entry.index)).where(Entry.object_id == case_id, Entry.event == "merged")
    wanted = select(Entry).where(Entry.object_id == case_id, Entry.event == "opened", Entry.duty == Duty.LEAD)
    if officer_id is not None:
        wanted = wanted.where(Entry.actor_id == officer_id)
    found = session.scalars(wanted.where(Entry.index > since.scalar_subquery()).limit(1)).one_or_none()
    if found is None:
        return False
    said = vouching.opening_of(session, keys, found)
    told = (said["event"], said["object"][1], said["actor"]["duty"])
    return told == ("opened", str(case_id), Duty.LEAD) and officer_id in {None, UUID(said["actor"]["officer"])}
