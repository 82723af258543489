"""Writing to the ledger: drafts are begun before their rows, and stored last, together, under the head's lock.

A draft draws its id first; the rows it names carry that id and the entry carries their digests, so that neither can
be changed without the other (DESIGN §5).
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, cached_property
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid4

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from crypto import primitives, tree
from portal.domain import audit
from portal.domain.audit import Party
from portal.domain.errors import LedgerError
from portal.store.base import Base, Recorded, recorded_columns, table_of
from portal.store.driving import Question, ahead, compiled, connection_of, cursor
from portal.store.insertion import put
from portal.store.ledger import Entry, Leaf
from portal.store.session import lock

if TYPE_CHECKING:
    from _hashlib import HASH

_NEXT = text("UPDATE ledger_head SET size = size + :n WHERE one = 1 RETURNING size")
_SALT = 32
_FRAME, _INDEX = Struct(">LQL"), 8  # an index and a leaf as `primitives.fields` frames them
_INNER, _OUTER = (bytes(one ^ pad for one in range(256)) for pad in (0x36, 0x5C))
RECORDED = "recorded"  # in `Session.info`: this transaction has written entries
_ANEW = "anew"  # the same: what is required once more before it does


@dataclass(frozen=True)
class EntryKey:
    """The key that authenticates entries until they are signed; lies outside the database."""

    secret: bytes = field(repr=False)

    @cached_property
    def id(self) -> bytes:
        """Eight bytes that name the key."""
        return primitives.derive(self.secret, "entry-key-id", length=8)

    @cached_property
    def _begun(self) -> "tuple[HASH, HASH]":
        """Both hashes of HMAC with the key taken in (RFC 2104 §4): a million entries are checked with it."""
        block = primitives.sized(self.secret, primitives.KEY_SIZE, "entry key").ljust(sha256().block_size, b"\0")
        return sha256(block.translate(_INNER)), sha256(block.translate(_OUTER))

    def mac(self, index: int, leaf: bytes) -> bytes:
        """HMAC-SHA256 over index and leaf, as `primitives.mac` makes it of the two fields."""
        inner, outer = self._begun[0].copy(), self._begun[1].copy()
        inner.update(_FRAME.pack(_INDEX, index, len(leaf)) + leaf)
        outer.update(inner.digest())
        return outer.digest()

    def __reduce__(self) -> tuple[type[Self], tuple[bytes]]:
        """The secret alone goes to another process."""
        return type(self), (self.secret,)


def entry_keys(secrets: Iterable[bytes]) -> Mapping[bytes, EntryKey]:
    """Every key that entries may carry, by its id: the one in use, and older ones that still check."""
    return {key.id: key for key in map(EntryKey, secrets)}


def require_ours(keys: Mapping[bytes, EntryKey], index: int, leaf: bytes, mac: bytes, key_id: bytes) -> None:
    """Raise LedgerError unless a key of ours made the MAC: an unknown key is nobody's."""
    key = keys.get(key_id)
    if key is None or not primitives.same(mac, key.mac(index, leaf)):
        raise LedgerError(f"entry {index} was not written by this portal")


def require_opens(index: int, leaf: bytes, salt: bytes, opening: bytes) -> None:
    """Raise LedgerError unless salt and opening are what the leaf commits to."""
    if tree.leaf_of(salt, opening) != leaf:
        raise LedgerError(f"entry {index} does not open its leaf")


@dataclass(slots=True)
class Draft:
    """An entry in the making: its id exists before the rows that carry it."""

    event: str
    at: datetime
    party: Party
    subject: tuple[str, UUID] | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    reason: str | None = None
    authority_id: UUID | None = None  # whose audit trail it belongs to; the party's by default
    id: UUID = field(default_factory=uuid4)
    _objects: list[Recorded] = field(default_factory=list)
    _digests: list[list[str]] = field(default_factory=list)

    def names(self, *rows: Recorded) -> None:
        """Say that this entry stands behind these rows as they will be stored."""
        for row in rows:
            row.entry_id = self.id
            self._objects.append(row)

    def names_values(self, table: Table, values: Mapping[str, Any]) -> None:
        """The same for a row written through Core; `values` already carries `entry_id`."""
        self._digests.append([table.name, str(values["id"]), row_digest(table, values)])

    def erases(self, row: Base, row_id: UUID) -> None:
        """Say that this entry stands behind the absence of a row."""
        self._digests.append([table_of(type(row)).name, str(row_id), ""])

    def rows(self) -> list[list[str]]:
        """[table, row id, digest] of every row named."""
        return [*self._digests, *(object_digest(row) for row in self._objects)]


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored entry."""

    index: int
    id: UUID
    salt: bytes
    opening: bytes
    leaf: bytes


def require_anew(session: Session, what: Hashable, require: Callable[[], object], *questions: Question) -> None:
    """Have `require`, which asks these questions, called once more when this transaction writes its first entry.

    That is for what it does not hold: on PostgreSQL others change meanwhile what it has read. Whoever has the head's
    lock sees all that was entered before, and nothing is entered in between. On SQLite what was read stays true.
    """
    free = lock(session) and connection_of(session).dialect.name == "postgresql"
    if free and not session.info.get(RECORDED):
        session.info.setdefault(_ANEW, {})[what] = require, questions


def record(session: Session, key: EntryKey, *drafts: Draft) -> tuple[Stored, ...]:
    """Store entries after every other row of the transaction; the head's lock orders them.

    Raises what is raised by what has to be so when they are written.
    """
    session.flush()
    session.info[RECORDED] = True
    openings = [(draft, primitives.random_bytes(_SALT), _opening(draft)) for draft in drafts]
    connection = connection_of(session)
    with cursor(connection) as made:
        made.execute(compiled(_NEXT, connection.dialect)[0], (len(drafts),))
        first = made.fetchone()[0] - len(drafts)
        stored = tuple(
            [
                Stored(index, draft.id, salt, opening, tree.leaf_of(salt, opening))
                for index, (draft, salt, opening) in enumerate(openings, start=first)
            ]
        )
        leaves = [{"index": one.index, "hash": one.leaf} for one in stored]
        entries = [_entry(key, draft, one) for draft, one in zip(drafts, stored, strict=True)]
        anew = session.info.pop(_ANEW, {}).values()
        tables = (Leaf, leaves), (Entry, entries)
        asking = (one for _, questions in anew for one in questions)
        with ahead(session, *asking, then=lambda: put(made, connection.dialect, tables)):
            for require, _ in anew:
                require()
    return stored


def _opening(draft: Draft) -> bytes:
    return tree.canonical(
        audit.opening(
            event=draft.event,
            at=draft.at,
            party=draft.party,
            subject=draft.subject,
            facts=draft.facts,
            rows=draft.rows(),
            reason=draft.reason,
            authority_id=draft.authority_id,
        )
    )


def _entry(key: EntryKey, draft: Draft, one: Stored) -> dict[str, Any]:
    return {
        "index": one.index,
        "id": one.id,
        "salt": one.salt,
        "opening": one.opening,
        "mac": key.mac(one.index, one.leaf),
        "mac_key_id": key.id,
        "event": draft.event,
        "object_id": draft.subject[1] if draft.subject else None,
        "actor": draft.party.kind,
        "actor_id": draft.party.officer_id,
        "authority_id": draft.authority_id or draft.party.authority_id,
        "at": draft.at.replace(microsecond=0),
        "effect": audit.EVENTS[draft.event].effect,
        "duty": draft.party.duty,
        "reason": draft.reason,
    }


def row_digest(table: Table, values: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a row's declared columns: name and value as length-prefixed fields, in the order of names.

    Columns that are NULL are left out, so that a column added later changes no digest of what is there.
    """
    parts = [table.name.encode()]
    for name, encoded in _declared(table):
        value = values.get(name)
        if value is not None:
            parts += (encoded, plain(value))
    return sha256(primitives.fields(*parts)).hexdigest()


@cache
def _declared(table: Table) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted((column.name, column.name.encode()) for column in recorded_columns(table)))


def object_digest(row: Recorded) -> list[str]:
    """[table, row id, digest] of a row as it stands."""
    if not isinstance(row, Base):
        raise TypeError("only rows are recorded")
    table = table_of(type(row))
    values = {name: getattr(row, name) for name, _ in _declared(table)}
    return [table.name, str(values["id"]), row_digest(table, values)]


def plain(value: Any) -> bytes:
    """A column's value with a letter for its type; ciphertexts by their own SHA-256."""
    if isinstance(value, bytes):
        return b"b" + sha256(value).digest()
    if isinstance(value, UUID):
        return b"u" + value.bytes
    if isinstance(value, str):
        return b"s" + value.encode()
    if isinstance(value, int):
        return b"i%d" % value
    if isinstance(value, datetime):
        return b"t" + value.astimezone(UTC).isoformat(timespec="microseconds").encode()
    if isinstance(value, date):
        return b"d" + value.isoformat().encode()
    raise TypeError(f"a {type(value).__name__} has no canonical form")
