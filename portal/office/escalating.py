"""提级: the desk above reads a report from now on; its grants were written when the report was sealed."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain import access
from portal.domain.vocabulary import GrantState
from portal.office import founding, indexing
from portal.office.recording import Draft
from portal.store.cases import Case
from portal.store.reports import ContentKey, KeyGrant, Report


def wake(session: Session, draft: Draft, report: Report, case: Case) -> int:
    """Make every standby grant of the report active; returns how many there were, 0 where none stood by."""
    count = rouse(draft, report, case, asleep(session, (report,)).get(report.id, ()))
    if count:
        indexing.wait(session, case)
        founding.touch(session)  # whatever was sealed while the desk above stood by is sealed anew
    return count


def asleep(session: Session, reports: Collection[Report]) -> Mapping[UUID, Sequence[KeyGrant]]:
    """The grants of each report and its case file that stand by, by the report."""
    cases = {report.case_id: report.id for report in reports if report.above_desk_id is not None}
    rows = session.execute(
        select(ContentKey.report_id, ContentKey.case_id, KeyGrant)
        .join(ContentKey, ContentKey.id == KeyGrant.content_key_id)
        .where(KeyGrant.state == GrantState.STANDBY, ContentKey.compartment.in_(access.STANDING_BY))
        .where(or_(ContentKey.report_id.in_(set(cases.values())), ContentKey.case_id.in_(set(cases))))
    )
    found: dict[UUID, list[KeyGrant]] = {}
    for report_id, case_id, grant in rows:
        owner = report_id or (cases[case_id] if case_id else None)
        if owner is not None:
            found.setdefault(owner, []).append(grant)
    return found


def rouse(draft: Draft, report: Report, case: Case, grants: Sequence[KeyGrant]) -> int:
    """Make these grants active, and say so; whoever calls it does the rest that `wake` does. Returns how many."""
    waking = [grant for grant in grants if grant.state is GrantState.STANDBY]
    if waking:
        for grant in waking:
            grant.state = GrantState.ACTIVE
        case.raised_desk_id = report.above_desk_id
        draft.names(case, *waking)
    return len(waking)
