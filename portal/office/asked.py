"""Whether a reporter was asked for a name about a reward, and had the time to answer: as the ledger says."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import awards, clocks
from portal.domain.award_errors import AwardSumError
from portal.office import vouching
from portal.office.house import House
from portal.store.awards import Award
from portal.store.ledger import Entry

ASKED = "award_asked"


def asked_at(session: Session, house: House, award: Award) -> datetime | None:
    """When the reporter was first asked about this award, as the ledger says; None where they were not."""
    mine = select(Entry).where(Entry.object_id == award.report_id, Entry.event == ASKED).order_by(Entry.index)
    for entry in session.scalars(mine):
        said = vouching.opening_of(session, house.entry_keys, entry)
        if said["facts"]["award"] == str(award.id):
            return datetime.fromisoformat(said["at"])
    return None


def last_day(session: Session, house: House, award: Award) -> date | None:
    """Until when the reporter may leave a name before it is refused; None where they were not asked."""
    at = asked_at(session, house, award)
    return clocks.day_of(at + timedelta(days=awards.ASKED_DAYS)) if at else None


def require_asked(session: Session, house: House, award: Award, *, now: datetime) -> None:
    """Raise AwardSumError unless the reporter was asked, and had the days to answer."""
    at = asked_at(session, house, award)
    if at is None:
        raise AwardSumError("ask")
    if now < at + timedelta(days=awards.ASKED_DAYS):
        raise AwardSumError("wait")
