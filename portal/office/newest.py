"""Which entry names a row last: known to this process from the entries themselves, not from their columns.

Whoever can write to the database can put an older row back, with the genuine entry that it once had, and can hide the
newer entry by editing the columns that queries look at, or what the entry says. This register reads every entry once
and authenticates it before it looks at what it says, and from then on reads only what is new. An older row, one that no
entry names, and one that is missing are refused at the moment they would be relied on (DESIGN §5).

It keeps rows of the staff, of offices and editions, and of requests that have not ended. Of reports, receipts,
identities, assignments and alarms, of which there are many, it keeps what came after their first entry: where that was
nothing, the first entry vouches.

It trusts what it has read before: rolling everything back, this process included, is for checkpoints kept elsewhere.
"""

import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from portal.domain.countersign import PASSING
from portal.domain.errors import LedgerError, StaleError
from portal.domain.vocabulary import ActorKind
from portal.office import vouching
from portal.office.recording import RECORDED, EntryKey, object_digest, require_opens, require_ours, row_digest
from portal.store.base import Base, Recorded, table_of
from portal.store.driving import driven
from portal.store.session import READ_ONLY

STAFF = frozenset(
    {
        "officers",
        "enrolments",
        "seats",
        "desks",
        "desk_epochs",
        "recovery_grants",
        "certificates",
        "motions",
        "authorities",
        "authority_names",
        "editions",
        "passkeys",
        "match_keys",
        "duty_shifts",
    }
)
REQUESTS = frozenset({"disclosures", "disclosure_fields", "consents"})
PARTS = REQUESTS - {"disclosures"}  # named by entries about the request they belong to
# Rows that mostly stay as they were written, and the events that write them: no row is named by one of these twice.
LASTING = frozenset(
    {
        *("identity_fields", "identity_shares", "reports", "receipts", "assignments", "alarms"),
        *("awards", "revocations", "payouts", "bank_lists", "bank_items"),
    }
)
FIRST = frozenset(
    {
        b"submitted",
        b"identity_given",
        b"file_added",
        b"exhibit_added",
        b"assigned",
        b"alarm_raised",
        b"award_submitted",
        b"award_challenged",
        b"payout_claimed",
    }
)
# Nothing more comes of a request; of what a reporter took back, or was answered, the row alone can tell.
ENDED = frozenset({"identity_refused", "identity_settled", "identity_lapsed"})
CLOSED = "identity_closed"
DECIDED = frozenset({"motion_confirmed", "motion_refused", "motion_withdrawn", "motion_lapsed"})
KEPT = STAFF | REQUESTS | LASTING

PART = 250  # entries fetched at once: what they say takes ten times their room while it is being read
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
Known = tuple[UUID, str]  # the newest entry that names a row, and its digest; empty: erased


@dataclass(slots=True)
class NewestBook:
    """Table → row id → (entry, digest) as the newest entry says; lives on the house."""

    keys: Mapping[bytes, EntryKey]
    able: bool  # whether this host has the key of every entry; a public host of its own has not
    _rows: dict[str, dict[str, Known]] = field(default_factory=dict)
    _parts: dict[str, set[tuple[str, str]]] = field(default_factory=dict)  # of requests that have not ended
    _seen: int = 0
    _last: bytes = b""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require(self, session: Session, *rows: Recorded) -> None:
        """Raise LedgerError unless each row is as the newest entry says that names it."""
        older, first = self._advance(session), []
        for row in rows:
            table, row_id, digest = object_digest(row)
            known = self._rows.get(table, {}).get(row_id)
            if known is None and table in LASTING:
                first.append(row)  # nothing has changed it since its first entry
            elif known != (row.entry_id, digest):
                raise self._wrong(f"{table}: a row is not as its newest entry says", older=older)
        if first:
            vouching.require_recorded(session, self.keys, *first)

    def require_values(self, session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same for rows of the staff that were read through Core."""
        older = self._advance(session)
        for row in rows:
            known = self._rows.get(table.name, {}).get(str(row["id"]))
            if known != (row["entry_id"], row_digest(table, row)):
                raise self._wrong(f"{table.name}: a row is not as its newest entry says", older=older)

    def require_whole(self, session: Session, *models: type[Base]) -> None:
        """Raise LedgerError unless these tables hold the rows that entries name, and no other."""
        older = self._advance(session)
        for model in models:
            table = table_of(model)
            there = {str(row_id) for row_id in session.scalars(select(table.c.id))}
            named = {row_id for row_id, (_, digest) in self._rows.get(table.name, {}).items() if digest}
            if there != named:
                raise self._wrong(f"{table.name} do not hold what entries say", older=older)

    def require_parts(self, session: Session, request_id: UUID, table: str, rows: Iterable[Recorded]) -> None:
        """Raise LedgerError unless these are all rows of a table that entries about a request name."""
        older = self._advance(session)
        named = {row_id for name, row_id in self._parts.get(str(request_id), ()) if name == table}
        if named != {object_digest(row)[1] for row in rows}:
            raise self._wrong(f"{table} of a request do not hold what entries say", older=older)

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
            size = self._read_part(session)
            while self._seen < size:
                size = self._read_part(session)
            if size < self._seen and not session.info.get(READ_ONLY):
                raise LedgerError(f"entries {size} to {self._seen - 1} were there and are gone")
            return size < self._seen

    def _read_part(self, session: Session) -> int:
        """The entries that come next, all or none: a database that goes away in between leaves nothing half learnt.

        The last one that is known comes along: it must be the one that it was. Returns how many entries there are.
        """
        known = min(self._seen, 1)
        with driven(session, _ENTRIES, first=self._seen - known, past=self._seen + PART) as entries:
            found = entries.fetchall()
        if not found:
            raise LedgerError("the ledger has no head")
        size: int = found[0][0]
        if size <= self._seen:
            return size
        past, rows = min(size, self._seen + PART), [row[1:] for row in found]
        if known and [(row[0], row[-1]) for row in rows[:1]] != [(self._seen - 1, self._last)]:
            raise LedgerError(f"entry {self._seen - 1} is another than it was")
        if [row[0] for row in rows] != list(range(self._seen - known, past)):
            raise LedgerError(f"entries from {self._seen} on are not whole")
        rows = rows[known:]
        for entry_id, said in [(row[1], self._said(*row)) for row in rows]:
            if said is not None:
                self._remember(entry_id if isinstance(entry_id, UUID) else UUID(bytes=entry_id), said)
        self._seen, self._last = past, rows[-1][-1]
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

    def _remember(self, entry_id: UUID, said: Mapping[str, Any]) -> None:
        for table, row_id, digest in said["rows"]:
            if table in KEPT:
                self._rows.setdefault(table, {})[row_id] = (entry_id, digest)
            if table in PARTS:
                self._parts.setdefault(said["object"][1], set()).add((table, row_id))
        self._forget_motion(said)
        closed = said["event"] == CLOSED and said["actor"]["kind"] == ActorKind.OFFICER
        if closed or said["event"] in ENDED:
            self._forget(said["object"][1])

    def _forget_motion(self, said: Mapping[str, Any]) -> None:
        """A step of a case, or a payment, that is over: the row stands by its own entries."""
        if said["event"] in DECIDED and said["facts"]["kind"] in PASSING:
            self._rows["motions"].pop(said["object"][1], None)

    def _forget(self, request_id: str) -> None:
        """A request that has ended: one that still stands by its row is not as any entry says."""
        self._rows["disclosures"].pop(request_id, None)
        for table, row_id in self._parts.pop(request_id, ()):
            self._rows[table].pop(row_id, None)
