"""The number of a reporter who may be phoned: shown for as long as they say so, up to the moment of its entry."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.domain.errors import StaleError
from portal.office.gate import Admitted
from portal.office.recording import Draft, require_anew
from portal.store.driving import first
from portal.store.reports import Report

READ = "phone_read"
_KEY = select(Report.phone_key_id).where(Report.id == bindparam("report"))


def read(session: Session, admitted: Admitted, *, now: datetime) -> Draft:
    """The entry that it was shown. Whoever records it raises StaleError where the reporter has taken it back since."""
    shown, report_id = admitted.report.phone_key_id, admitted.report.id

    def require() -> None:
        if first(session, _KEY, report=report_id) != shown:
            raise StaleError("the reporter has taken the number back")

    require_anew(session, (READ, report_id), require, (_KEY, {"report": report_id}))
    return admitted.draft(READ, now)
