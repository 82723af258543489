"""Entries against their leaves: each is in canonical form, opens its leaf, carries its MAC, repeats itself in columns.

Entries never change and do not know each other, so they are checked in parts, by several processes where there are
many.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import lt
from typing import Any

from sqlalchemy import text

from crypto import tree
from crypto.errors import FormatError
from portal.domain.audit import EVENTS
from portal.domain.errors import LedgerError
from portal.office import tiles
from portal.office.recording import EntryKey, require_ours
from portal.office.verifying_rows import Said, Spread
from portal.store.driving import driven
from portal.store.session import Store

Rows = Sequence[tuple[str, str, str]]
"""Rows that an entry names: table, id, digest."""

ID = 16  # bytes
LARGEST = (1 << 53) - 1  # beyond, numbers do not read as the same everywhere
PART = 64 * tiles.WIDTH  # entries: fewer parts cost less handing over, more make the last ones wait
FEW = PART  # so many are checked before a second process has begun
# Values as the driver hands them over: making objects of a million entries costs more than checking them. Columns that
# repeat the opening come in the order in which it says them. The span stands there twice, or PostgreSQL looks each
# entry up by itself.
_ENTRIES = """
    SELECT leaves."index", leaves.hash, {id}(entries.id), mac, mac_key_id, salt, opening,
        duty, actor, {id}(actor_id), {at}, {id}(authority_id), event, {id}(object_id), reason, effect
    FROM leaves LEFT JOIN entries ON entries."index" = leaves."index"
        AND entries."index" >= :first AND entries."index" < :past
    WHERE leaves."index" >= :first AND leaves."index" < :past ORDER BY leaves."index"
"""
# PostgreSQL is asked for what SQLite has: bytes and instants without a zone are made sooner than what they stand for.
_QUERIES = {
    "sqlite": text(_ENTRIES.format(id="", at="at")),
    "postgresql": text(_ENTRIES.format(id="uuid_send", at="at AT TIME ZONE 'UTC'")),
}
_COLUMNS = ("duty", "kind", "officer", "at", "authority", "event", "object", "reason", "effect")
_EFFECTS = {name: event.effect for name, event in EVENTS.items()}

# An opening as almost all are written, in ASCII without an escape: nothing in it has a second spelling, and its keys
# are in order; those of its facts are looked at apart. What was taken is never given back: there is one way to read it.
_PLAIN = r"[ !#-\[\]-~]*+"
_LIST = rf'\[(?:"{_PLAIN}"(?:,"{_PLAIN}")*+)?+\]'
_FACT = rf'"[a-z_]++":(?:"{_PLAIN}"|0|[1-9][0-9]{{0,14}}|true|false|{_LIST})'
_ROW = rf'\["{_PLAIN}","{_PLAIN}","{_PLAIN}"\]'
_TEXT = rf'(?:null|"({_PLAIN})")'
_USUAL = re.compile(
    rf'{{"actor":{{"authority":(?:null|"{_PLAIN}"),"duty":{_TEXT},"kind":{_TEXT},"officer":{_TEXT}}},'
    rf'"at":{_TEXT},"authority":{_TEXT},"event":{_TEXT},"facts":{{((?:{_FACT}(?:,{_FACT})*+)?+)}},'
    rf'"object":(?:null|\["{_PLAIN}",{_TEXT}\]),"reason":{_TEXT},"rows":\[((?:{_ROW}(?:,{_ROW})*+)?+)\],"v":1}}'
)
_NAMES = re.compile(r'"([a-z_]+)":')
_ROWS = re.compile(rf'\["({_PLAIN})","({_PLAIN})","({_PLAIN})"\]')


def _refused(number: str) -> float:
    raise FormatError(f"{number} has no canonical form")


def _integer(digits: str) -> int:
    value = int(digits)
    if abs(value) > LARGEST or digits == "-0":
        raise FormatError(f"{digits} has no canonical form")
    return value


# One for all: `json.loads` and `json.dumps` make a new one at every call.
_READ = json.JSONDecoder(parse_float=_refused, parse_constant=_refused, parse_int=_integer).raw_decode
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


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
    query = _QUERIES[store.engine.dialect.name]
    with store.reading() as session, driven(session, query, first=first, past=past) as entries:
        for expected, entry in enumerate(entries, start=first):
            index, leaf, entry_id = entry[:3]
            if index != expected or entry_id is None:
                raise LedgerError(f"entry {expected} is missing")
            own = _raw(entry_id)
            for table, row_id, digest in _opened(keys, entry):
                rows.add(index, table, row_id, digest, own)
            leaves.append(leaf)
    if len(leaves) != past - first:
        raise LedgerError(f"entry {first + len(leaves)} is missing")
    whole = range(0, len(leaves) - tiles.WIDTH + 1, tiles.WIDTH)
    nodes = tuple(tree.root(leaves[at : at + tiles.WIDTH]) for at in whole)
    return Part(b"".join(leaves), nodes, rows.spread())


def read(index: int, opening: bytes) -> Mapping[str, Any]:
    """What an opening says. Raises LedgerError unless it is the one encoding of that (RFC 8785, no fractions)."""
    try:
        told = opening.decode()
        said, end = _READ(told)
        # Keys of ASCII sort alike as code points and as UTF-16, and an escape for others is not what is written again.
        again = _WRITE(said) if told.isascii() else tree.canonical(said).decode()
    except (ValueError, FormatError, RecursionError) as error:
        raise LedgerError(f"entry {index} is not canonical JSON ({error})") from error
    if end != len(told) or again != told or not isinstance(said, dict):
        raise LedgerError(f"entry {index} is not canonical JSON")
    return said


def require_opens(index: int, leaf: bytes, salt: bytes | None, opening: bytes | None) -> bytes:
    """Return the opening that the leaf commits to; raise LedgerError unless it does, with both hashes."""
    if salt is None or opening is None:
        raise LedgerError(f"entry {index} was emptied, and no entry says why")
    found = tree.leaf_of(salt, opening)
    if found != leaf:
        raise LedgerError(f"entry {index} does not open its leaf: expected {leaf.hex()}, found {found.hex()}")
    return opening


def opened(index: int, leaf: bytes, salt: bytes | None, opening: bytes | None) -> Mapping[str, Any]:
    """What an entry says, once it opens its leaf and is canonical. Raises LedgerError."""
    return read(index, require_opens(index, leaf, salt, opening))


def _opened(keys: Mapping[bytes, EntryKey], entry: Sequence[Any]) -> Rows:
    """The rows that an entry names, once it carries its MAC, opens its leaf and is repeated by its columns."""
    index, leaf, _, mac, key_id, salt, opening, duty, kind, officer, at, authority, event, about, reason, effect = entry
    require_ours(keys, index, leaf, mac, key_id)
    told, rows = _told(index, require_opens(index, leaf, salt, opening))
    found = (
        duty,
        kind,
        officer and _raw(officer).hex(),
        _written(at),
        authority and _raw(authority).hex(),
        event,
        about and _raw(about).hex(),
        reason,
        effect,
    )
    if told != found:
        _name(index, told, found)
    return rows


def _told(index: int, opening: bytes) -> tuple[tuple[str | None, ...], Rows]:
    """What columns repeat of a canonical opening, ids as 32 hex digits, and the rows it names. Raises LedgerError."""
    said = _at_sight(opening) or _by_reading(index, opening)
    duty, kind, officer, at, authority, event, about, reason, rows = said
    return (duty, kind, _bare(officer), at, _bare(authority), event, _bare(about), reason, _EFFECTS.get(event)), rows


def _at_sight(opening: bytes) -> tuple[Any, ...] | None:
    """What an opening in the usual form says, which costs a fifth of reading it; None settles nothing."""
    usual = _USUAL.fullmatch(opening.decode("latin-1"))  # what is not ASCII fits nowhere
    if usual is None:
        return None
    duty, kind, officer, at, authority, event, facts, about, reason, rows = usual.groups()
    if not _in_order(tuple(_NAMES.findall(facts))):
        return None
    return duty, kind, officer, at, authority, event, about, reason, _ROWS.findall(rows) if rows else ()


@lru_cache
def _in_order(names: tuple[str, ...]) -> bool:
    """Whether names stand in order, none twice: of such lists there are as many as kinds of entries."""
    return all(map(lt, names, names[1:]))


def _by_reading(index: int, opening: bytes) -> tuple[Any, ...]:
    """The same of an opening in whatever form."""
    said = read(index, opening)
    who, what = said["actor"], said["object"]
    about = what[1] if what else None
    first = (who["duty"], who["kind"], who["officer"], said["at"], said["authority"], said["event"])
    return *first, about, said["reason"], said["rows"]


def _name(index: int, told: tuple[Any, ...], repeated: tuple[Any, ...]) -> None:
    for name, one, other in zip(_COLUMNS, told, repeated, strict=True):
        if one != other:
            raise LedgerError(
                f"entry {index}: {name} is not what it was when it was written: expected {one}, found {other}"
            )


def _bare(text: str | None) -> str | None:
    """An id of an opening as 32 hex digits."""
    return text and text.replace("-", "")


def _raw(value: bytes | str) -> bytes:
    """An id of a column, 16 bytes. Raises LedgerError: text reads as the same id and is found by no query."""
    if isinstance(value, bytes) and len(value) == ID:
        return value
    raise LedgerError("an id of an entry is stored in a form that the portal never writes")


def _written(at: datetime | str) -> str:
    """An instant as entries write it: of SQLite naive UTC as text, of PostgreSQL's driver an object without a zone.

    Raises LedgerError: text in another form reads as the same instant and stands on another day of an auditor's list.
    """
    if isinstance(at, datetime):
        return f"{at.isoformat()}Z"
    if at[10:11] != " " or at[19:] != ".000000":
        raise LedgerError("a time of an entry is stored in a form that the portal never writes")
    return f"{at[:10]}T{at[11:19]}Z"
