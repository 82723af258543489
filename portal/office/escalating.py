"""提级: the desk above reads a report from now on; its grants were written when the report was sealed."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.vocabulary import GrantState
from portal.office import founding, indexing
from portal.office.recording import Draft
from portal.store.cases import Case
from portal.store.reports import ContentKey, KeyGrant, Report


def wake(session: Session, draft: Draft, report: Report, case: Case) -> int:
    """Make every standby grant of the report active; returns how many there were, 0 where none stood by."""
    waking = session.scalars(
        select(KeyGrant)
        .join(ContentKey, ContentKey.id == KeyGrant.content_key_id)
        .where(or_(ContentKey.report_id == report.id, ContentKey.case_id == report.case_id))
        .where(KeyGrant.state == GrantState.STANDBY)
    ).all()
    if not waking or report.above_desk_id is None:
        return 0
    for grant in waking:
        grant.state = GrantState.ACTIVE
    case.raised_desk_id = report.above_desk_id
    indexing.wait(session, case)
    draft.names(case, *waking)
    founding.touch(session)  # whatever was sealed while the desk above stood by is sealed anew
    return len(waking)
