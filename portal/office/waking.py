"""Waking the desk above (提级): grants that stood by since the report was sealed become active."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.vocabulary import GrantState
from portal.office import founding
from portal.office.recording import Draft
from portal.store.cases import Case
from portal.store.reports import ContentKey, KeyGrant, Report


def wake(session: Session, draft: Draft, report: Report, case: Case) -> int:
    """Let the desk above read from now on, where there is one; returns how many grants woke."""
    if report.above_desk_id is None:
        return 0
    waking = session.scalars(
        select(KeyGrant)
        .join(ContentKey, ContentKey.id == KeyGrant.content_key_id)
        .where(or_(ContentKey.report_id == report.id, ContentKey.case_id == report.case_id))
        .where(KeyGrant.state == GrantState.STANDBY)
    ).all()
    for grant in waking:
        grant.state = GrantState.ACTIVE
    case.raised_desk_id = report.above_desk_id
    draft.names(*waking)
    founding.touch(session)  # whatever was sealed while the desk above stood by is sealed anew
    return len(waking)
