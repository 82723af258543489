"""Entries against their leaves: each opens its leaf, carries its MAC, and repeats its opening in its columns.

Entries never change and do not know each other, so they are checked in parts, by several processes where there are
many; what a part says comes back in order, few parts at a time, whatever the ledger's length.
"""

import json
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any
from uuid import UUID

from sqlalchemy import text

from crypto.tree import HASH
from portal.domain.audit import EVENTS
from portal.domain.errors import LedgerError, StartError
from portal.office.recording import EntryKey, require_opens, require_ours
from portal.store.session import Store, open_store

ID = 16  # bytes
PART = 2048  # entries
FEW = 8 * PART  # so many are checked before a second process has begun
PROCESSES = 2
AHEAD = 2 * PROCESSES  # parts that may wait for their turn
# Values as the driver hands them over: making objects of a million entries costs more than checking them.
_ENTRIES = text("""
    SELECT leaves."index", leaves.hash, entries.id, mac, mac_key_id, salt, opening, event, at, actor, actor_id,
        authority_id, object_id, effect, duty, reason
    FROM leaves LEFT JOIN entries ON entries."index" = leaves."index"
    WHERE leaves."index" >= :first AND leaves."index" < :past ORDER BY leaves."index"
""")
_COLUMNS = ("event", "at", "kind", "officer", "authority", "object", "effect", "duty", "reason")

Named = tuple[str, str | None, str, int, str | None]
"""A row that an entry names: table, row id, digest (empty: erased), index and id of the entry; ids as 32 hex digits."""


@dataclass(frozen=True, slots=True)
class Part:
    """What the entries of one part say."""

    leaves: bytes  # hash after hash
    rows: tuple[Named, ...]

    def hashes(self) -> Iterator[bytes]:
        """Leaf by leaf."""
        return (self.leaves[at : at + HASH] for at in range(0, len(self.leaves), HASH))


def parts(store: Store, keys: Mapping[bytes, EntryKey], size: int) -> Generator[Part]:
    """Check the first `size` entries. Raises LedgerError naming the first that does not hold."""
    spans = ((first, min(size, first + PART)) for first in range(0, size, PART))
    if size <= FEW:
        for first, past in spans:
            yield _part(store, keys, first, past)
        return
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        begun = (pool.submit(_in_process, store.url, keys, *span) for span in spans)
        waiting: deque[Future[Part]] = deque(islice(begun, AHEAD))
        try:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(islice(begun, 1))
        except BrokenExecutor as error:
            raise StartError("a process that checked was ended from outside; run it again") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _in_process(url: str, keys: Mapping[bytes, EntryKey], first: int, past: int) -> Part:
    with closing(open_store(url)) as store:
        return _part(store, keys, first, past)


def _part(store: Store, keys: Mapping[bytes, EntryKey], first: int, past: int) -> Part:
    leaves: list[bytes] = []
    rows: list[Named] = []
    with store.reading() as session, closing(session.connection().execute(_ENTRIES, _span(first, past))) as entries:
        for expected, entry in enumerate(entries, start=first):
            index, leaf, entry_id, *_ = entry
            if index != expected or entry_id is None:
                raise LedgerError(f"entry {expected} is missing")
            said, own = _opened(keys, entry)["rows"], _stored(entry_id)
            leaves.append(leaf)
            rows += ((table, _bare(row_id), digest, index, own) for table, row_id, digest in said)
    if len(leaves) != past - first:
        raise LedgerError(f"entry {first + len(leaves)} is missing")
    return Part(b"".join(leaves), tuple(rows))


def _span(first: int, past: int) -> dict[str, int]:
    return {"first": first, "past": past}


def _opened(keys: Mapping[bytes, EntryKey], entry: Iterable[Any]) -> Mapping[str, Any]:
    """What an entry says, once it carries its MAC, opens its leaf and is repeated by its columns."""
    index, leaf, _, mac, key_id, salt, opening, event, at, actor, actor_id, authority_id, object_id, *more = entry
    require_ours(keys, index, leaf, mac, key_id)
    if salt is None or opening is None:
        raise LedgerError(f"entry {index} was emptied, and no entry says why")
    require_opens(index, leaf, salt, opening)
    said: Mapping[str, Any] = json.loads(opening)
    who, what = said["actor"], said["object"]
    opened = (
        said["event"],
        said["at"],
        who["kind"],
        _bare(who["officer"]),
        _bare(said["authority"]),
        _bare(what[1] if what else None),
        EVENTS[said["event"]].effect if said["event"] in EVENTS else None,
        who["duty"],
        said["reason"],
    )
    repeated = (event, _written(at), actor, _stored(actor_id), _stored(authority_id), _stored(object_id), *more)
    if opened != repeated:
        name = next(name for name, one, other in zip(_COLUMNS, opened, repeated, strict=True) if one != other)
        raise LedgerError(f"entry {index}: {name} is not what it was when it was written")
    return said


def _bare(text: str | None) -> str | None:
    """An id of an opening as 32 hex digits."""
    return text and text.replace("-", "")


def _stored(value: bytes | UUID | None) -> str | None:
    """An id of a column as 32 hex digits: SQLite has 16 bytes, PostgreSQL's driver UUIDs, and neither has text.

    Raises LedgerError: text reads as the same id and is found by no query.
    """
    if value is None:
        return None
    if isinstance(value, bytes) and len(value) == ID:
        return value.hex()
    if isinstance(value, UUID):
        return value.hex
    raise LedgerError("an id of an entry is stored in a form that the portal never writes")


def _written(at: datetime | str) -> str:
    """An instant as entries write it: of SQLite naive UTC as text, of PostgreSQL's driver an object in UTC."""
    if isinstance(at, datetime):
        return at.isoformat().replace("+00:00", "Z")
    return at.replace(" ", "T").replace(".000000", "Z")
