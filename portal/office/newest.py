"""Which entry names a row last: known to this process from the entries themselves, not from their columns.

Whoever can write to the database can put an older row back, with the genuine entry that it once had, and can hide the
newer entry by editing the columns that queries look at, or what the entry says. This register reads every entry once
and authenticates it before it looks at what it says, and from then on reads only what is new. An older row, one that no
entry names, and one that is missing are refused at the moment they would be relied on (DESIGN §5).

It keeps rows of the staff, of offices and editions, and of requests that have not ended. Of reports, receipts,
identities, assignments and alarms, of which there are many, it keeps what came after their first entry: where that was
nothing, the first entry vouches.

It trusts what it has read before, and what another process of the host has read and left in a file: rolling everything
back, processes and file included, is for checkpoints kept elsewhere.
"""

import json
import logging
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError, StaleError
from portal.office import vouching
from portal.office.newest_file import RowsFile
from portal.office.newest_rows import Rows, value_of
from portal.office.newest_rules import FIRST, KEPT, LASTING
from portal.office.packing import GONE
from portal.office.recording import RECORDED, EntryKey, object_digest, require_opens, require_ours, row_digest
from portal.store.base import Base, Recorded, table_of
from portal.store.driving import driven
from portal.store.session import READ_ONLY, Store

log = logging.getLogger("portal.newest")

PART = 250  # entries fetched at once: what they say takes ten times their room while it is being read
FAR = 20_000  # entries beyond the file, after which another is made: they are read in a fifth of a second
AGAIN = 2000  # entries after which another is looked for again
_AHEAD = "it knows more entries than are seen here; unless it was written this moment, the database was put back"
_MARK = re.compile(rb'\["(?:%s)","[^"]+","' % "|".join(sorted(KEPT)).encode())
_EVENT = re.compile(rb'"event":"([a-z_]+)"')  # what stands before it is ids and words of ours
# Values as the driver hands them over: making objects of a million entries costs more than checking them.
_ENTRIES = text("""
    SELECT size, entries."index", entries.id, salt, opening, mac, mac_key_id, hash
    FROM ledger_head
    LEFT JOIN entries ON entries."index" >= :first AND entries."index" < :past AND entries."index" < size
    LEFT JOIN leaves ON leaves."index" = entries."index"
    ORDER BY entries."index"
""")
_LEAF = text('SELECT size, hash FROM ledger_head LEFT JOIN leaves ON leaves."index" = :at')


@dataclass(slots=True)
class NewestBook:
    """By row the newest entry that names it, and its digest there; lives on the house."""

    keys: Mapping[bytes, EntryKey]
    able: bool  # whether this host has the key of every entry; a public host of its own has not
    file: RowsFile | None = None
    _rows: Rows = field(default_factory=Rows)
    _kept: int = 0  # entries that the file covers, as far as this process has taken it up
    _look_at: int = FAR  # entries at which to look for a newer one
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require(self, session: Session, *rows: Recorded) -> None:
        """Raise LedgerError unless each row is as the newest entry says that names it."""
        named, first = [(row, object_digest(row)) for row in rows], list[Recorded]()
        with self._read(session) as older:
            for row, (table, row_id, digest) in named:
                known = self._rows.get(table, row_id)
                if known == GONE and table in LASTING:
                    first.append(row)  # nothing has changed it since its first entry
                elif known != value_of(row.entry_id, digest):
                    raise self._wrong(f"{table}: a row is not as its newest entry says", older=older)
        if first:
            vouching.require_recorded(session, self.keys, *first)

    def require_values(self, session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same for rows of the staff that were read through Core."""
        with self._read(session) as older:
            for row in rows:
                known = self._rows.get(table.name, str(row["id"]))
                if known != value_of(row["entry_id"], row_digest(table, row)):
                    raise self._wrong(f"{table.name}: a row is not as its newest entry says", older=older)

    def require_whole(self, session: Session, *models: type[Base]) -> None:
        """Raise LedgerError unless these tables hold the rows that entries name, and no other."""
        tables = [table_of(model) for model in models]
        with self._read(session) as older:
            named = {table.name: set(self._rows.whole[table.name]) for table in tables}
        for table in tables:
            if {str(row_id) for row_id in session.scalars(select(table.c.id))} != named[table.name]:
                raise self._wrong(f"{table.name} do not hold what entries say", older=older)

    def require_parts(self, session: Session, request_id: UUID, table: str, rows: Iterable[Recorded]) -> None:
        """Raise LedgerError unless these are all rows of a table that entries about a request name."""
        with self._read(session) as older:
            parts = tuple(self._rows.parts.get(str(request_id), ()))
        if {row_id for name, row_id in parts if name == table} != {object_digest(row)[1] for row in rows}:
            raise self._wrong(f"{table} of a request do not hold what entries say", older=older)

    def keep(self, store: Store) -> bool:
        """Write the file anew where much has come since; for what runs beside requests, none of which waits for it."""
        if self.file is None:
            return False
        with store.reading() as session:
            self.require(session)
        with self._lock:
            if self._rows.seen - self._kept < FAR or not self.file.write(self._rows):
                return False
            self._rest_on(self.file.read())
            return True

    @staticmethod
    def _wrong(said: str, *, older: bool) -> StaleError | LedgerError:
        """What is seen may be older than what is known: somebody else has changed it meanwhile."""
        return StaleError(said) if older else LedgerError(said)

    @contextmanager
    def _read(self, session: Session) -> Iterator[bool]:
        """What entries say, while nobody reads on; whether the session sees fewer than are known.

        Raises LedgerError for entries that are not whole or not ours, or when those known are no longer there. A
        transaction that has written entries itself reads none: they may be rolled back.
        """
        with self._lock:
            yield not session.info.get(RECORDED) and self._advance(session)

    def _advance(self, session: Session) -> bool:
        """Read the entries that have come since."""
        cold = not self._rows.seen
        if cold:
            self._take_up(session)
        size = self._read_part(session)
        while self._rows.seen < size:
            size = self._read_part(session)
        if size < self._rows.seen and not session.info.get(READ_ONLY):
            raise LedgerError(f"entries {size} to {self._rows.seen - 1} were there and are gone")
        if cold and self.file is not None and size - self._kept > 2 * FAR:
            log.warning("tens of thousands of entries were read, for want of a newer newest.rows: run `portal tick`")
        if size == self._rows.seen >= self._look_at:
            self._look_at = size + AGAIN
            if not cold:
                self._take_up(session)
        return size < self._rows.seen

    def _take_up(self, session: Session) -> None:
        """What the file says, where that is of what the database holds, and more than was taken up of it."""
        if self.file is None or (self._rows.seen and self.file.covers() <= self._kept):
            return
        found = self.file.read()
        if found is None:
            return
        with driven(session, _LEAF, at=found.seen - 1) as leaves:
            size, leaf = leaves.fetchone() or (0, None)  # without a head nothing is read after this
        if size < found.seen and session.info.get(READ_ONLY):
            self.file.refused(_AHEAD)
        elif size < found.seen or leaf != found.last:
            log.critical(
                "the database holds fewer entries than this host has read, or others: it was put back to an older "
                "state; find out why, run `portal audit verify --since`. newest.rows is not used, all entries are read"
            )
        elif self._rows.seen:
            self._rest_on(found)
        else:
            self._rows, self._kept, self._look_at = found, found.seen, found.seen + FAR

    def _rest_on(self, found: Rows | None) -> None:
        """Rest on a file of entries that were read here too, or that were read here and written."""
        if found is not None and self._rows.packed_to <= found.seen <= self._rows.seen:
            self._rows.rest_on(found)
            self._kept, self._look_at = found.seen, found.seen + FAR

    def _read_part(self, session: Session) -> int:
        """The entries that come next, all or none: a database that goes away in between leaves nothing half learnt.

        The last one that is known comes along: it must be the one that it was. Returns how many entries there are.
        """
        seen = self._rows.seen
        known = min(seen, 1)
        with driven(session, _ENTRIES, first=seen - known, past=seen + PART) as entries:
            found = entries.fetchall()
        if not found:
            raise LedgerError("the ledger has no head")
        size: int = found[0][0]
        if size <= seen:
            return size
        past, rows = min(size, seen + PART), [row[1:] for row in found]
        if known and [(row[0], row[-1]) for row in rows[:1]] != [(seen - 1, self._rows.last)]:
            raise LedgerError(f"entry {seen - 1} is another than it was")
        if [row[0] for row in rows] != list(range(seen - known, past)):
            raise LedgerError(f"entries from {seen} on are not whole")
        said = [(row[1], self._said(*row)) for row in rows[known:]]
        self._rows.learn(((_id(one), opening) for one, opening in said if opening is not None), past, rows[-1][-1])
        return size

    def _said(
        self,
        index: int,
        _: object,
        salt: bytes | None,
        opening: bytes | None,
        mac: bytes,
        key_id: bytes,
        leaf: bytes | None,
    ) -> Mapping[str, Any] | None:
        """What an entry says, once it is known to be ours; None where it says nothing of what is kept."""
        if opening is None or salt is None or leaf is None:
            raise LedgerError(f"entry {index} is not whole")
        require_ours(self.keys, index, leaf, mac, key_id)
        require_opens(index, leaf, salt, opening)
        event = _EVENT.search(opening)
        if (event and event[1] in FIRST) or _MARK.search(opening) is None:
            return None
        said: Mapping[str, Any] = json.loads(opening)
        return said


def _id(value: UUID | bytes) -> UUID:
    """An entry's id as either driver has it."""
    return value if isinstance(value, UUID) else UUID(bytes=value)
