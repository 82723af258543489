"""Whether a row is as the portal recorded it, asked before it is relied on: `verify` would find it a night too late.

Whoever can only write to the database can plant a row, but not the entry that vouches for it: its MAC has a key that
lies outside.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError
from portal.office.recording import EntryKey, object_digest, require_opens, require_ours
from portal.store.base import Recorded
from portal.store.ledger import Entry, Leaf

EntryKeys = Mapping[bytes, EntryKey]


def opening_of(session: Session, keys: EntryKeys, entry: Entry) -> Mapping[str, Any]:
    """What an entry says, after its MAC and its leaf have been checked. Raises LedgerError."""
    return opened(keys, entry, session.get(Leaf, entry.index))


def opened(keys: EntryKeys, entry: Entry, leaf: Leaf | None) -> Mapping[str, Any]:
    """The same where the leaf is at hand."""
    if leaf is None or entry.opening is None or entry.salt is None:
        raise LedgerError(f"entry {entry.index} is not whole")
    require_ours(keys, entry.index, leaf.hash, entry.mac, entry.mac_key_id)
    require_opens(entry.index, leaf.hash, entry.salt, entry.opening)
    said: Mapping[str, Any] = json.loads(entry.opening)
    return said


def require_newest(
    session: Session, keys: EntryKeys, rows: Iterable[Recorded], about: UUID, events: Collection[str]
) -> None:
    """Raise LedgerError unless each row is as the newest entry says that names it, of those `about` one thing.

    An older version of a row, put back, has a genuine entry too: what was refused, wiped or erased since must not go
    on.
    """
    newest = _newest(session, keys, about, events)
    for row in rows:
        table, row_id, digest = object_digest(row)
        if newest.get((table, row_id)) != (row.entry_id, digest):
            raise LedgerError("a row is not as its newest entry says")


def require_all(
    session: Session, keys: EntryKeys, rows: Collection[Recorded], table: str, about: UUID, events: Collection[str]
) -> None:
    """The same for rows that must be all of their table that the entries name: one taken away is missed."""
    require_newest(session, keys, rows, about, events)
    named = {row_id for name, row_id in _newest(session, keys, about, events) if name == table}
    if named != {object_digest(row)[1] for row in rows}:
        raise LedgerError(f"{table} do not hold what entries say")


def _newest(
    session: Session, keys: EntryKeys, about: UUID, events: Collection[str]
) -> Mapping[tuple[str, str], tuple[UUID, str]]:
    """By table and row: the newest entry about something that names it, and the digest it says."""
    entries = session.scalars(
        select(Entry).where(Entry.object_id == about, Entry.event.in_(events)).order_by(Entry.index)
    ).all()
    newest: dict[tuple[str, str], tuple[UUID, str]] = {}
    for entry in entries:
        for table, row_id, digest in opening_of(session, keys, entry)["rows"]:
            newest[table, row_id] = (entry.id, digest)
    return newest


def is_recorded(session: Session, keys: EntryKeys, row: Recorded) -> bool:
    """Whether the entry behind a row says that it is as it stands."""
    try:
        require_recorded(session, keys, row)
    except LedgerError:
        return False
    return True


def require_recorded(session: Session, keys: EntryKeys, *rows: Recorded) -> None:
    """Raise LedgerError unless the entry behind each row says that it is as it stands; read in one statement."""
    wanted = select(Entry, Leaf).join(Leaf, Leaf.index == Entry.index)
    found = session.execute(wanted.where(Entry.id.in_({row.entry_id for row in rows})))
    said = {entry.id: opened(keys, entry, leaf)["rows"] for entry, leaf in found}
    for row in rows:
        if object_digest(row) not in said.get(row.entry_id, ()):
            raise LedgerError("a row is not as its entry says")
