"""Which requests about a report its reporter is not told of yet (暂不告知), as the ledger's entries say.

A row alone hides nothing, nor does an entry that the portal did not write, or that it wrote of another request: whoever
writes to the database keeps nothing from a reporter by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import withholding
from portal.office import proving
from portal.office.house import House
from portal.store.disclosures import Disclosure
from portal.store.ledger import Entry, Leaf

REQUESTED, WITHHELD = "identity_requested", "withheld"


@dataclass(frozen=True, slots=True)
class Untold:
    """A request of which the reporter is not told yet."""

    request_id: UUID
    until: datetime
    agreed: bool  # by a second person: then the reporter is told that there is one, and until when


def untold(session: Session, house: House, report_id: UUID, *, now: datetime) -> tuple[Untold, ...]:
    """The requests about a report that are withheld from its reporter now, by the day they open."""
    marked = session.scalars(
        select(Disclosure.id).where(Disclosure.report_id == report_id, Disclosure.withheld_days.is_not(None))
    ).all()
    found = (_untold(session, house, request_id, now) for request_id in marked)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.until, one.request_id)))


def _untold(session: Session, house: House, request_id: UUID, now: datetime) -> Untold | None:
    said = _said(session, house, request_id)
    days = said.get(REQUESTED, {"facts": {}})["facts"].get("withheld")
    if days is None:
        return None
    asked_at, agreed = datetime.fromisoformat(said[REQUESTED]["at"]), WITHHELD in said
    until = withholding.told_at(asked_at, days, agreed=agreed)
    return Untold(request_id, until, agreed) if now < until else None


def _said(session: Session, house: House, request_id: UUID) -> Mapping[str, Mapping[str, Any]]:
    """By event: what the entries say by which a request is withheld, as far as the portal wrote them, and of it."""
    rows = session.execute(
        select(Entry, Leaf)
        .join(Leaf, Leaf.index == Entry.index)
        .where(Entry.object_id == request_id, Entry.event.in_((REQUESTED, WITHHELD)))
    )
    believed = (proving.believed(session, house, entry, leaf) for entry, leaf in rows.all())
    about = ["disclosures", str(request_id)]
    return {said["event"]: said for said in believed if said is not None and said["object"] == about}
