"""Which entry names a row of the staff last: known to this process from the entries themselves, not from their columns.

Whoever can write to the database can put an older row back, with the genuine entry that it once had, and can hide the
newer entry by editing the columns that queries look at. This register reads every entry once, whatever its columns
say, authenticates those that name a row it keeps, and from then on reads only what is new. An older row, one that no
entry names, and one that is missing are refused at the moment they would be relied on (DESIGN §5).

It trusts what it has read before: rolling everything back, this process included, is for checkpoints kept elsewhere.
"""

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Table, bindparam, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError, StaleError
from portal.office.recording import RECORDED, EntryKey, object_digest, require_opens, require_ours, row_digest
from portal.store.base import Base, Recorded, table_of
from portal.store.ledger import Entry, Leaf, LedgerHead
from portal.store.session import READ_ONLY

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
        "passkeys",
    }
)

MARKS = tuple(f'["{table}","'.encode() for table in sorted(KEPT))
FEW = 1000  # entries that are fetched as they are; of more, only those that matter
_SIZE = select(LedgerHead.size)
_LEAF = select(Leaf.hash).where(Leaf.index == bindparam("index"))
_ENTRIES = (
    select(Entry.index, Entry.id, Entry.salt, Entry.opening, Entry.mac, Entry.mac_key_id, Leaf.hash)
    .join(Leaf, Leaf.index == Entry.index)
    .order_by(Entry.index)
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
        older = self._advance(session)
        for row in rows:
            table, row_id, digest = object_digest(row)
            self._require(table, row_id, row.entry_id, digest, older=older)

    def require_values(self, session: Session, table: Table, rows: Iterable[RowMapping]) -> None:
        """The same for rows that were read through Core."""
        older = self._advance(session)
        for row in rows:
            digest = row_digest(table, dict(row))
            self._require(table.name, str(row["id"]), row["entry_id"], digest, older=older)

    def require_whole(self, session: Session, *models: type[Base]) -> None:
        """Raise LedgerError unless these tables hold the rows that entries name, and no other."""
        older = self._advance(session)
        for model in models:
            table = table_of(model)
            there = {str(row_id) for row_id in session.scalars(select(table.c.id))}
            named = {row_id for row_id, (_, digest) in self._rows.get(table.name, {}).items() if digest}
            if there != named:
                raise self._wrong(f"{table.name} do not hold what entries say", older=older)

    def _require(self, table: str, row_id: str, entry_id: UUID, digest: str, *, older: bool) -> None:
        if self._rows.get(table, {}).get(row_id) != (entry_id, digest):
            raise self._wrong(f"{table}: a row is not as its newest entry says", older=older)

    @staticmethod
    def _wrong(said: str, *, older: bool) -> StaleError | LedgerError:
        """What is seen may be older than what is known: somebody else has changed it meanwhile."""
        return StaleError(said) if older else LedgerError(said)

    def _advance(self, session: Session) -> bool:
        """Read the entries that have come since; returns whether the session sees fewer than are known.

        Raises LedgerError for entries that are not whole or not ours, or when those known are no longer there. A
        transaction that has written entries itself reads none: they may be rolled back.
        """
        if session.info.get(RECORDED):
            return False
        with self._lock:
            size = session.connection().execute(_SIZE).scalar_one()
            if size > self._seen:
                self._read(session, size)
            elif size < self._seen and not session.info.get(READ_ONLY):
                raise LedgerError(f"entries {size} to {self._seen - 1} were there and are gone")
            return size < self._seen

    def _read(self, session: Session, size: int) -> None:
        if self._seen:
            known = session.connection().execute(_LEAF, {"index": self._seen - 1}).scalar_one_or_none()
            if known != self._last:
                raise LedgerError(f"entry {self._seen - 1} is another than it was")
        if size - self._seen > FEW:
            self._require_whole_span(session, size)
        wanted = _ENTRIES.where(Entry.index >= self._seen, Entry.index < size)
        if size - self._seen > FEW:
            wanted = wanted.where(_mentions(session))
        rows = session.connection().execute(wanted).all()
        if size - self._seen <= FEW and len(rows) != size - self._seen:
            raise LedgerError(f"entries from {self._seen} on are not whole")
        last = session.connection().execute(_LEAF, {"index": size - 1}).scalar_one()
        for row in rows:
            self._take(*row)
        self._seen, self._last = size, last  # at once: a database that goes away in between leaves neither

    def _require_whole_span(self, session: Session, size: int) -> None:
        """Nothing left out, nothing emptied, where only those entries are fetched that name a row that is kept."""
        span = Entry.index >= self._seen, Entry.index < size
        counts = select(func.count(), func.count(Entry.opening)).where(*span)
        if session.connection().execute(counts).one() != (size - self._seen, size - self._seen):
            raise LedgerError(f"entries from {self._seen} on are not whole")

    def _take(
        self,
        index: int,
        entry_id: UUID,
        salt: bytes | None,
        opening: bytes | None,
        mac: bytes,
        key_id: bytes,
        leaf: bytes,
    ) -> None:
        if opening is None or salt is None:
            raise LedgerError(f"entry {index} is not whole")
        if not any(mark in opening for mark in MARKS):
            return
        require_ours(self.keys, index, leaf, mac, key_id)
        require_opens(index, leaf, salt, opening)
        for table, row_id, digest in json.loads(opening)["rows"]:
            if table in KEPT:
                self._rows.setdefault(table, {})[row_id] = (entry_id, digest)


def _mentions(session: Session) -> ColumnElement[bool]:
    """Entries whose opening names a row of a table that is kept: by their bytes."""
    if session.get_bind().dialect.name == "sqlite":
        return or_(*(func.instr(Entry.opening, mark) > 0 for mark in MARKS))
    return or_(*(func.position(literal(mark).op("IN")(Entry.opening)) > 0 for mark in MARKS))
