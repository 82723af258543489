"""Where rewards are collected (领取地点): an office's counter from a day on, agreed to by two administrators.

Rows are added and never edited; what a page shows is as it was recorded. It knows offices and days, and no payment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import establishing
from portal.domain.contents import NewCounter
from portal.domain.errors import LedgerError
from portal.office import vouching
from portal.office.acting import Act, Hand
from portal.office.house import House
from portal.office.proposals import Ready, Wanted
from portal.office.recording import Draft
from portal.store.authorities import Counter
from portal.store.motions import Motion

SET = "counter_set"


@dataclass(frozen=True, slots=True)
class CounterSheet:
    """A counter on a page."""

    code: str
    office: str
    said: NewCounter

    @property
    def line(self) -> str:
        """In one line, for whoever chose it."""
        return f"{self.office} · {self.said.name}"


def of(session: Session, house: House, authority_id: UUID) -> tuple[NewCounter, ...]:
    """Every counter that an office has, had or will have, the oldest first. Raises LedgerError."""
    wanted = select(Counter).where(Counter.authority_id == authority_id).order_by(Counter.since)
    rows = session.scalars(wanted).all()
    if rows:
        vouching.require_recorded(session, house.entry_keys, *rows)
    return tuple(map(_said, rows))


def standing(session: Session, house: House, language: str, today: date) -> Mapping[UUID, CounterSheet]:
    """The counter of each office that has one today, by office, in the order of their codes. Raises LedgerError."""
    wanted = select(Counter).where(Counter.since <= today).order_by(Counter.since)
    newest = {row.authority_id: row for row in session.scalars(wanted)}
    if newest:
        vouching.require_recorded(session, house.entry_keys, *newest.values())
    directory = house.directories.read(session, today=today)
    found = sorted((directory.codes[one], one) for one in newest)
    return {one: CounterSheet(code, directory.name(one, language), _said(newest[one])) for code, one in found}


def propose(act: Act, hand: Hand, wanted: Wanted) -> Ready:
    """Nothing is made ready. Raises EstablishError unless it follows on the one before."""
    del hand
    _require_next(act, wanted.authority_id, wanted.content)
    return Ready()


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """The counter from that day on. Raises EstablishError."""
    del hand
    said = _require_next(act, motion.authority_id, motion.content)
    since = said.since.isoformat()
    draft = act.administering(SET, ("authorities", motion.authority_id), motion.authority_id, since=since)
    row = Counter(
        id=uuid4(),
        authority_id=motion.authority_id,
        since=said.since,
        name=said.name,
        address=said.address,
        hours=said.hours,
        telephone=said.telephone,
    )
    draft.names(row)
    act.session.add(row)
    return draft


def _require_next(act: Act, authority_id: UUID, content: bytes | None) -> NewCounter:
    if content is None:
        raise LedgerError("a counter that says nothing")
    said = NewCounter.decode(content)
    establishing.require_later(of(act.session, act.house, authority_id), said)
    return said


def _said(row: Counter) -> NewCounter:
    return NewCounter(row.since, row.name, row.address, row.hours, row.telephone)
