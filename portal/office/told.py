"""Which entries of the ledger may be proved to a reporter, and which of them opened: their own steps alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.vocabulary import ActorKind
from portal.office import history
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.store.ledger import Entry


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that a reporter may have proved to them."""

    index: int
    own: bool  # the reporter's own step: theirs to open; those of officers name an officer, by id


def told_entry(session: Session, house: House, reporter: ReporterKey, index: int, *, now: datetime) -> Told | None:
    """The entry, if the reporter is told of it by now: a step of their report, or of a request for their name."""
    if not history.told(session, house, reporter.report_id, index, now=now):
        return None
    actor = session.execute(select(Entry.actor).where(Entry.index == index)).scalar_one()
    return Told(index, own=actor is ActorKind.REPORTER)
