"""Who has read what, as the ledger's entries tell the reporter: their identity time by time, their report by the day.

An officer is their office and duty, never a name. What is withheld from the reporter is not among it. An entry that is
not as it was written takes nothing else from the reporter: they are told which it is (decision 044).
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
from portal.domain.vocabulary import Duty, IdentityField
from portal.office import history, identity, proving, withholding
from portal.office.access_sheets import Accesses, AccessesSheet, AccessSheet, ReadingSheet
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
    hidden = {one.request_id for one in untold}
    by_day, altered = readings(session, report.id, report.case_id, directory, language)
    return AccessesSheet(
        identity=identity.typed(session, report.id),
        accesses=accesses(session, house, report.id, directory, language, without=hidden),
        withheld=withheld(untold),
        readings=by_day,
        altered=altered,
    )


def accesses(
    session: Session,
    house: House,
    report_id: UUID,
    directory: Directory,
    language: str,
    *,
    without: Collection[UUID] = (),
) -> Accesses:
    """Every reading of an identity, oldest first, one by one; those of some requests are left out."""
    rows = session.execute(
        select(Entry, Leaf, Disclosure.edition)
        .join(Disclosure, Disclosure.id == Entry.object_id)
        .join(Leaf, Leaf.index == Entry.index)
        .where(Disclosure.report_id == report_id, Entry.event == READ, Disclosure.id.not_in(without))
        .order_by(Entry.index)
    )
    told: list[AccessSheet] = []
    altered: list[int] = []
    for entry, leaf, edition in rows.all():
        said = _believed(session, house, entry, leaf)
        if said is None:
            altered.append(entry.index)
        else:
            told.append(_access(said, leaf, house.policies.reasons_of(edition), directory, language))
    return Accesses(tuple(told), tuple(altered))


def withheld(untold: Collection[withholding.Untold]) -> tuple[date, ...]:
    """The days on which what two people agreed to withhold is told: all that a reporter learns of it until then."""
    return tuple(one.until.astimezone(clocks.SHANGHAI).date() for one in untold if one.agreed)


def readings(
    session: Session, report_id: UUID, case_id: UUID, directory: Directory, language: str
) -> tuple[tuple[ReadingSheet, ...], tuple[int, ...]]:
    """How often who has read the report, newest day first: by day, office, duty and what was read.

    And which entries of readings say nothing that can be read.
    """
    rows = session.execute(
        select(Entry.index, Entry.at, Entry.event, Entry.opening)
        .where(Entry.object_id.in_((report_id, case_id)), Entry.event.in_(history.READINGS))
        .order_by(Entry.index.desc())
        .limit(MOST)
    )
    counted: Counter[tuple[date, str, Duty, str]] = Counter()
    altered: list[int] = []
    for index, at, event, opening in rows:
        try:
            actor = json.loads(opening or b"{}")["actor"]
            office, duty = directory.name(UUID(actor["authority"]), language), Duty(actor["duty"])
        except (LookupError, TypeError, ValueError, AttributeError):
            altered.append(index)
        else:
            counted[at.astimezone(clocks.SHANGHAI).date(), office, duty, event] += 1
    return tuple(ReadingSheet(*key, times=times) for key, times in counted.items()), tuple(reversed(altered))


def _believed(session: Session, house: House, entry: Entry, leaf: Leaf) -> Mapping[str, Any] | None:
    """What an entry of a reading says; None for one that is not what the portal wrote of this request."""
    said = proving.believed(session, house, entry, leaf)
    about = ["disclosures", str(entry.object_id)]
    return said if said is not None and (said["event"], said["object"]) == (READ, about) else None


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
