"""Entries against their leaves: each is in canonical form, opens its leaf, carries its MAC, repeats itself in columns.

Entries never change and do not know each other, so they are checked in parts, by several processes where there are
many.
"""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from crypto import tree
from crypto.errors import FormatError
from portal.domain.audit import EVENTS
from portal.domain.errors import LedgerError
from portal.office import tiles
from portal.office.recording import EntryKey, require_ours
from portal.office.verifying_rows import Said, Spread
from portal.store.session import Store

ID = 16  # bytes
LARGEST = (1 << 53) - 1  # beyond, numbers do not read as the same everywhere
PART = 64 * tiles.WIDTH  # entries: fewer parts cost less handing over, more make the last ones wait
FEW = PART  # so many are checked before a second process has begun
# Values as the driver hands them over: making objects of a million entries costs more than checking them.
_ENTRIES = text("""
    SELECT leaves."index", leaves.hash, entries.id, mac, mac_key_id, salt, opening, event, at, actor, actor_id,
        authority_id, object_id, effect, duty, reason
    FROM leaves LEFT JOIN entries ON entries."index" = leaves."index"
    WHERE leaves."index" >= :first AND leaves."index" < :past ORDER BY leaves."index"
""")
_KEYS = ("actor", "at", "authority", "event", "facts", "object", "reason", "rows", "v")
_ACTOR = ("authority", "duty", "kind", "officer")
_EFFECTS = {name: event.effect for name, event in EVENTS.items()}
_COLUMNS = ("event", "at", "kind", "officer", "authority", "object", "effect", "duty", "reason")


def _refused(number: str) -> float:
    raise FormatError(f"{number} has no canonical form")


def _integer(digits: str) -> int:
    value = int(digits)
    if abs(value) > LARGEST or digits == "-0":
        raise FormatError(f"{digits} has no canonical form")
    return value


# One for all: `json.loads` makes a new one at every call.
_READ = json.JSONDecoder(parse_float=_refused, parse_constant=_refused, parse_int=_integer).raw_decode


@dataclass(frozen=True, slots=True)
class Part:
    """What the entries of one part say."""

    leaves: bytes  # hash after hash
    nodes: tuple[bytes, ...]  # the roots of each 256 leaves
    rows: Spread


def spans(size: int, part: int) -> Iterable[tuple[int, int]]:
    """The first `size` entries in parts."""
    return ((first, min(size, first + part)) for first in range(0, size, part))


def check(store: Store, keys: Mapping[bytes, EntryKey], shares: int, first: int, past: int) -> Part:
    """Check one part. Raises LedgerError naming the first entry that does not hold."""
    leaves: list[bytes] = []
    rows = Said(shares)
    with store.reading() as session, closing(session.connection().execute(_ENTRIES, _span(first, past))) as entries:
        for expected, entry in enumerate(entries, start=first):
            index, leaf, entry_id, *_ = entry
            if index != expected or entry_id is None:
                raise LedgerError(f"entry {expected} is missing")
            said, own = _opened(keys, entry)["rows"], bytes.fromhex(_stored(entry_id) or "")
            leaves.append(leaf)
            for table, row_id, digest in said:
                rows.add(index, table, row_id, digest, own)
    if len(leaves) != past - first:
        raise LedgerError(f"entry {first + len(leaves)} is missing")
    whole = range(0, len(leaves) - tiles.WIDTH + 1, tiles.WIDTH)
    nodes = tuple(tree.root(leaves[at : at + tiles.WIDTH]) for at in whole)
    return Part(b"".join(leaves), nodes, rows.spread())


def _span(first: int, past: int) -> dict[str, int]:
    return {"first": first, "past": past}


def read(index: int, opening: bytes) -> Mapping[str, Any]:
    """What an opening says. Raises LedgerError unless it is the one encoding of that (RFC 8785, no fractions)."""
    try:
        told = opening.decode()
        said, end = _READ(told)
        canonical = _plain(said, opening) or tree.canonical(said) == opening
    except (ValueError, FormatError, RecursionError) as error:
        raise LedgerError(f"entry {index} is not canonical JSON ({error})") from error
    if end != len(told) or not canonical or not isinstance(said, dict):
        raise LedgerError(f"entry {index} is not canonical JSON")
    return said


def _plain(said: Any, opening: bytes) -> bool:
    """Whether an opening is canonical at sight, which costs a tenth of writing it again; False settles nothing.

    Without an escape or white space a string, a list and a literal have one spelling, and `_READ` refuses a second one
    of numbers. What is left are keys: as many in the bytes (a quote before a colon closes a key, for without escapes
    no string holds a quote) as in the objects looked at, each in order, so that none is twice or anywhere else.
    """
    if b"\\" in opening or b" " in opening or b"\n" in opening or b"\t" in opening or b"\r" in opening:
        return False
    if not isinstance(said, dict) or tuple(said) != _KEYS or not opening.isascii():
        return False
    actor, facts = said["actor"], said["facts"]
    if not isinstance(actor, dict) or tuple(actor) != _ACTOR or not isinstance(facts, dict):
        return False
    if list(facts) != sorted(facts):
        return False
    keys = len(_KEYS) + len(_ACTOR) + len(facts)
    for value in facts.values():
        if isinstance(value, dict):
            if list(value) != sorted(value):
                return False
            keys += len(value)
    return opening.count(b'":') == keys


def require_opens(index: int, leaf: bytes, salt: bytes, opening: bytes) -> None:
    """Raise LedgerError unless salt and opening are what the leaf commits to; says both hashes."""
    found = tree.leaf_of(salt, opening)
    if found != leaf:
        raise LedgerError(f"entry {index} does not open its leaf: expected {leaf.hex()}, found {found.hex()}")


def opened(index: int, leaf: bytes, salt: bytes | None, opening: bytes | None) -> Mapping[str, Any]:
    """What an entry says, once it opens its leaf and is canonical. Raises LedgerError."""
    if salt is None or opening is None:
        raise LedgerError(f"entry {index} was emptied, and no entry says why")
    require_opens(index, leaf, salt, opening)
    return read(index, opening)


def _opened(keys: Mapping[bytes, EntryKey], entry: Iterable[Any]) -> Mapping[str, Any]:
    """What an entry says, once it carries its MAC, opens its leaf and is repeated by its columns."""
    index, leaf, _, mac, key_id, salt, opening, event, at, actor, actor_id, authority_id, object_id, *more = entry
    require_ours(keys, index, leaf, mac, key_id)
    said = opened(index, leaf, salt, opening)
    who, what = said["actor"], said["object"]
    told = (
        said["event"],
        said["at"],
        who["kind"],
        _bare(who["officer"]),
        _bare(said["authority"]),
        _bare(what[1] if what else None),
        _EFFECTS.get(said["event"]),
        who["duty"],
        said["reason"],
    )
    repeated = (event, _written(at), actor, _stored(actor_id), _stored(authority_id), _stored(object_id), *more)
    if told != repeated:
        _name(index, told, repeated)
    return said


def _name(index: int, told: tuple[Any, ...], repeated: tuple[Any, ...]) -> None:
    for name, one, other in zip(_COLUMNS, told, repeated, strict=True):
        if one != other:
            raise LedgerError(
                f"entry {index}: {name} is not what it was when it was written: expected {one}, found {other}"
            )


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
    """An instant as entries write it: of SQLite naive UTC as text, of PostgreSQL's driver an object in UTC.

    Raises LedgerError: text in another form reads as the same instant and stands on another day of an auditor's list.
    """
    if isinstance(at, datetime):
        return at.isoformat().replace("+00:00", "Z")
    if at[10:11] != " " or at[19:] != ".000000":
        raise LedgerError("a time of an entry is stored in a form that the portal never writes")
    return f"{at[:10]}T{at[11:19]}Z"
