"""Who has read what, as the ledger's entries tell the reporter: their identity time by time, their report by the day.

An officer is their office and duty, never a name. What is withheld from the reporter is not among it.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import Duty, IdentityField
from portal.office import history, identity, proving, withholding
from portal.office.access_sheets import AccessesSheet, AccessSheet, ReadingSheet
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.policy.reason_lists import ReasonEdition
from portal.store.disclosures import Disclosure
from portal.store.ledger import Entry, Leaf
from portal.store.reports import Report

READ, PHONED = "identity_read", "phone_read"
MOST = 2000  # readings of a report that are counted, the newest


def sheet(session: Session, house: House, reporter: ReporterKey, language: str, *, now: datetime) -> AccessesSheet:
    """Everything a reporter may know of who has read what."""
    report = session.get_one(Report, reporter.report_id)
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    untold = withholding.untold(session, house, report.id, now=now)
    return AccessesSheet(
        identity=identity.typed(session, report.id),
        accesses=accesses(session, house, report.id, directory, language, without={one.request_id for one in untold}),
        withheld=withheld(untold),
        readings=readings(session, report.id, report.case_id, directory, language),
    )


def accesses(
    session: Session,
    house: House,
    report_id: UUID,
    directory: Directory,
    language: str,
    *,
    without: Collection[UUID] = (),
) -> tuple[AccessSheet, ...]:
    """Every reading of an identity, oldest first, one by one; those of some requests are left out."""
    rows = session.execute(
        select(Entry, Leaf, Disclosure.edition)
        .join(Disclosure, Disclosure.id == Entry.object_id)
        .join(Leaf, Leaf.index == Entry.index)
        .where(Disclosure.report_id == report_id, Entry.event == READ, Disclosure.id.not_in(without))
        .order_by(Entry.index)
    )
    return tuple(
        _access(_believed(session, house, entry, leaf), leaf, house.policies.reasons_of(edition), directory, language)
        for entry, leaf, edition in rows.all()
    )


def withheld(untold: Collection[withholding.Untold]) -> tuple[date, ...]:
    """The days on which what two people agreed to withhold is told: all that a reporter learns of it until then."""
    return tuple(one.until.astimezone(clocks.SHANGHAI).date() for one in untold if one.agreed)


def readings(
    session: Session, report_id: UUID, case_id: UUID, directory: Directory, language: str
) -> tuple[ReadingSheet, ...]:
    """How often who has read the report, newest day first: by day, office, duty and what was read."""
    rows = session.execute(
        select(Entry.at, Entry.event, Entry.opening)
        .where(Entry.object_id.in_((report_id, case_id)), Entry.event.in_(history.READINGS))
        .order_by(Entry.index.desc())
        .limit(MOST)
    )
    counted: Counter[tuple[date, str, Duty, str]] = Counter()
    for at, event, opening in rows:
        actor = json.loads(opening)["actor"] if opening else None
        if actor is None or actor["authority"] is None:
            raise LedgerError("an entry of a reading is not whole")
        office = directory.name(UUID(actor["authority"]), language)
        counted[at.astimezone(clocks.SHANGHAI).date(), office, Duty(actor["duty"]), event] += 1
    return tuple(ReadingSheet(*key, times=times) for key, times in counted.items())


def _believed(session: Session, house: House, entry: Entry, leaf: Leaf) -> Mapping[str, Any]:
    """What an entry of a reading says. Raises LedgerError for one that is not what the portal wrote of this request."""
    said = proving.believed(session, house, entry, leaf)
    if said is None or (said["event"], said["object"]) != (READ, ["disclosures", str(entry.object_id)]):
        raise LedgerError(f"entry {entry.index} is not as it was written")
    return said


def _access(
    said: Mapping[str, Any], leaf: Leaf, reasons: ReasonEdition, directory: Directory, language: str
) -> AccessSheet:
    return AccessSheet(
        at=datetime.fromisoformat(said["at"]),
        index=leaf.index,
        leaf=leaf.hash.hex(),
        authority=directory.name(UUID(said["actor"]["authority"]), language),
        duty=Duty(said["actor"]["duty"]),
        fields=tuple(map(IdentityField, said["facts"]["fields"])),
        reason=reasons.disclosure[said["reason"]],
        request_id=UUID(said["object"][1]),
    )
