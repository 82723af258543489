"""Which entries of the ledger a reporter is told of: those of their report, and no others, may be proved to them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.vocabulary import ActorKind
from portal.office import history
from portal.office.keyring import ReporterKey
from portal.store.disclosures import Disclosure
from portal.store.ledger import Entry
from portal.store.reports import Report


@dataclass(frozen=True, slots=True)
class Told:
    """An entry that a reporter may have proved to them."""

    index: int
    own: bool  # the reporter's own step: theirs to open; those of officers name an officer, by id


def told_entry(session: Session, reporter: ReporterKey, index: int) -> Told | None:
    """The entry, if the reporter is told of it: a step of their report, or of a request to learn who they are."""
    row = session.execute(select(Entry.event, Entry.actor, Entry.object_id).where(Entry.index == index)).one_or_none()
    if row is None or row.object_id is None:
        return None
    report = session.get_one(Report, reporter.report_id)
    if row.object_id in {report.id, report.case_id}:
        told = row.event in history.TOLD
    else:
        request = session.get(Disclosure, row.object_id)
        told = request is not None and request.report_id == report.id and row.event in history.REQUESTS_TOLD
    return Told(index, own=row.actor is ActorKind.REPORTER) if told else None
