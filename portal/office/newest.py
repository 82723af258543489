"""Which entry names a row of the staff last: known to this process from the entries themselves, not from their columns.

Whoever can write to the database can put an older row back, with the genuine entry that it once had, and can hide the
newer entry by editing the columns that queries look at. This register reads every entry once, whatever its columns
say, authenticates those that name a row it keeps, and from then on reads only what is new. An older row, one that no
entry names, and one that is missing are refused at the moment they would be relied on (DESIGN §5).

It trusts what it has read before: rolling everything back, this process included, is for checkpoints kept elsewhere.
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError
from portal.office.recording import EntryKey, object_digest, require_opens, require_ours
from portal.store.base import Base, Recorded, table_of
from portal.store.ledger import Entry, Leaf, LedgerHead

KEPT = frozenset(
    {
        "officers",
        "enrolments",
        "seats",
        "desks",
        "desk_epochs",
        "recovery_grants",
        "certificates",
        "motions",
    }
)


@dataclass(slots=True)
class NewestBook:
    """Table → row id → (entry, digest) as the newest entry says; lives on the house."""

    keys: Mapping[bytes, EntryKey]
    able: bool  # whether this host has the key of every entry; a public host of its own has not
    _rows: dict[str, dict[str, tuple[UUID, str]]] = field(default_factory=dict)
    _seen: int = 0
    _last: bytes = b""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require(self, session: Session, *rows: Recorded) -> None:
        """Raise LedgerError unless each row is as the newest entry says that names it."""
        self._advance(session)
        for row in rows:
            table, row_id, digest = object_digest(row)
            self._require(table, row_id, row.entry_id, digest)

    def require_values(self, session: Session, table: str, row_id: UUID, entry_id: UUID, digest: str) -> None:
        """The same for a row that was read through Core."""
        self._advance(session)
        self._require(table, str(row_id), entry_id, digest)

    def require_whole(self, session: Session, *models: type[Base]) -> None:
        """Raise LedgerError unless these tables hold the rows that entries name, and no other."""
        self._advance(session)
        for model in models:
            table = table_of(model)
            there = {str(row_id) for row_id in session.scalars(select(table.c.id))}
            named = {row_id for row_id, (_, digest) in self._rows.get(table.name, {}).items() if digest}
            if there != named:
                raise LedgerError(f"{table.name} do not hold what entries say")

    def _require(self, table: str, row_id: str, entry_id: UUID, digest: str) -> None:
        if self._rows.get(table, {}).get(row_id) != (entry_id, digest):
            raise LedgerError(f"{table}: a row is not as its newest entry says")

    def _advance(self, session: Session) -> None:
        """Read the entries that have come since. Raises LedgerError for one that is not whole, or not ours."""
        with self._lock:
            size = session.execute(select(LedgerHead.size)).scalar_one()
            if self._seen and (size < self._seen or self._leaf(session, self._seen - 1) != self._last):
                self._rows, self._seen, self._last = {}, 0, b""  # what a transaction wrote that was rolled back
            if size > self._seen:
                self._read(session, size)

    def _read(self, session: Session, size: int) -> None:
        new = Entry.index >= self._seen
        found, whole = session.execute(select(func.count(), func.count(Entry.opening)).where(new)).one()
        if found != size - self._seen or whole != found:
            raise LedgerError(f"entries from {self._seen} on are not whole")
        wanted = select(Entry, Leaf.hash).join(Leaf, Leaf.index == Entry.index)
        for entry, leaf in session.execute(wanted.where(new, _mentions(session)).order_by(Entry.index)):
            self._take(entry, leaf)
        self._seen, self._last = size, self._leaf(session, size - 1)

    def _take(self, entry: Entry, leaf: bytes) -> None:
        if entry.opening is None or entry.salt is None:
            raise LedgerError(f"entry {entry.index} is not whole")
        require_ours(self.keys, entry.index, leaf, entry.mac, entry.mac_key_id)
        require_opens(entry.index, leaf, entry.salt, entry.opening)
        for table, row_id, digest in json.loads(entry.opening)["rows"]:
            if table in KEPT:
                self._rows.setdefault(table, {})[row_id] = (entry.id, digest)

    @staticmethod
    def _leaf(session: Session, index: int) -> bytes:
        return session.scalars(select(Leaf.hash).where(Leaf.index == index)).one_or_none() or b""


def _mentions(session: Session) -> ColumnElement[bool]:
    """Entries whose opening names a row of a table that is kept: by their bytes."""
    marks = [f'["{table}","'.encode() for table in sorted(KEPT)]
    if session.get_bind().dialect.name == "sqlite":
        return or_(*(func.instr(Entry.opening, mark) > 0 for mark in marks))
    return or_(*(func.position(literal(mark).op("IN")(Entry.opening)) > 0 for mark in marks))
