"""提级: the desk above reads a report from now on; its grants were written when the report was sealed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.domain import access
from portal.domain.vocabulary import GrantState
from portal.office import founding, indexing
from portal.office.recording import Draft
from portal.store.cases import Case
from portal.store.reports import ContentKey, KeyGrant, Report

Grant = TypeVar("Grant")


def wake(session: Session, draft: Draft, report: Report, case: Case) -> int:
    """Make every standby grant of the report active; returns how many there were, 0 where none stood by."""
    count = rouse(draft, report, case, grants(session, (report,)).get(case.id, ()))
    if count:
        indexing.wait(session, case)
        founding.touch(session)  # whatever was sealed while the desk above stood by is sealed anew
    return count


def grants(session: Session, reports: Collection[Report]) -> Mapping[UUID, Sequence[KeyGrant]]:
    """The grants of each report and its case file that stand by, by the case."""
    below = {report.id: report.case_id for report in reports if report.above_desk_id is not None}
    return asleep(session, select(KeyGrant), below, lambda row: row["KeyGrant"])


def asleep(
    session: Session, wanted: Select[Any], below: Mapping[UUID, UUID], read: Callable[[Mapping[Any, Any]], Grant]
) -> Mapping[UUID, list[Grant]]:
    """The same of reports (each with its case), as objects or as rows: whatever of a grant is wanted and read."""
    either = or_(ContentKey.report_id.in_(set(below)), ContentKey.case_id.in_(set(below.values())))
    of_key = ContentKey.report_id.label("of_report"), ContentKey.case_id.label("of_case")
    rows = session.execute(
        wanted.add_columns(*of_key)
        .join(ContentKey, ContentKey.id == KeyGrant.content_key_id)
        .where(KeyGrant.state == GrantState.STANDBY, ContentKey.compartment.in_(access.STANDING_BY), either)
    )
    found: dict[UUID, list[Grant]] = {}
    for row in map(dict, rows.mappings()):
        report_id, case_id = row.pop("of_report"), row.pop("of_case")
        found.setdefault(below[report_id] if report_id else case_id, []).append(read(row))
    return found


def rouse(draft: Draft, report: Report, case: Case, standing: Sequence[KeyGrant]) -> int:
    """Make these grants active, and say so; whoever calls it does the rest that `wake` does. Returns how many."""
    waking = [grant for grant in standing if grant.state is GrantState.STANDBY]
    if waking:
        for grant in waking:
            grant.state = GrantState.ACTIVE
        case.raised_desk_id = report.above_desk_id
        draft.names(case, *waking)
    return len(waking)
