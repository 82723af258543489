"""What entries have said of rows so far: packed up to some entry, and what came since beside it.

It believes what it is told; whose entries these are is asked before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from portal.domain.countersign import PASSING
from portal.domain.vocabulary import ActorKind
from portal.office.newest_rules import CLOSED, DECIDED, ENDED, KEPT, PARTS, WHOLE
from portal.office.packing import GONE, KEY, Packed

MOST = 50_000  # changes beside what is packed: some 12 MB
Part = tuple[str, str]  # a table and a row of it


def key_of(table: str, row_id: str) -> bytes:
    """By what a row is found. Ids are drawn by us, so that half a hash is enough that no two are alike."""
    return sha256(f"{table}/{row_id}".encode()).digest()[:KEY]


def value_of(entry_id: UUID, digest: str) -> bytes:
    """What is known of a row: the newest entry that names it, and its digest there; empty: erased."""
    return sha256(entry_id.bytes + digest.encode()).digest()


@dataclass(slots=True)
class Rows:
    """By table and row what the newest entry says, as far as entries were read."""

    packed: Packed = field(default_factory=Packed)
    packed_to: int = 0  # how many entries were read when that was packed
    beside: dict[bytes, bytes] = field(default_factory=dict)  # what has changed since
    whole: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in WHOLE})
    parts: dict[str, set[Part]] = field(default_factory=dict)  # of requests that have not ended
    seen: int = 0  # how many entries were read
    last: bytes = b""  # the leaf of the last of them

    def get(self, table: str, row_id: str) -> bytes:
        """What is known of a row; GONE where that is nothing."""
        key = key_of(table, row_id)
        value = self.beside.get(key)
        return self.packed.get(key) if value is None else value

    def learn(self, said: Iterable[tuple[UUID, Mapping[str, Any]]], seen: int, last: bytes) -> None:
        """What the next entries say, in their order; `last` is the leaf of the last, whatever that says."""
        for entry_id, opening in said:
            self._remember(entry_id, opening)
        self.seen, self.last = seen, last
        if len(self.beside) >= MOST:
            self.packed, self.packed_to, self.beside = self.packed.after(self.beside), seen, {}

    def rest_on(self, other: "Rows") -> None:
        """Take what was packed elsewhere, of entries that were read here too, in place of what is packed here.

        What has changed since stands beside it as before, for that is newer than either.
        """
        self.packed, self.packed_to = other.packed, other.packed_to
        self.beside = {key: value for key, value in self.beside.items() if self.packed.get(key) != value}

    def _remember(self, entry_id: UUID, said: Mapping[str, Any]) -> None:
        for table, row_id, digest in said["rows"]:
            if table in KEPT:
                self.beside[key_of(table, row_id)] = value_of(entry_id, digest)
            if table in WHOLE:
                (self.whole[table].add if digest else self.whole[table].discard)(row_id)
            if table in PARTS:
                self.parts.setdefault(said["object"][1], set()).add((table, row_id))
        self._forget_motion(said)
        closed = said["event"] == CLOSED and said["actor"]["kind"] == ActorKind.OFFICER
        if closed or said["event"] in ENDED:
            self._forget_request(said["object"][1])

    def _forget_motion(self, said: Mapping[str, Any]) -> None:
        """A step of a case, or a payment, that is over: the row stands by its own entries."""
        if said["event"] in DECIDED and said["facts"]["kind"] in PASSING:
            self._forget("motions", said["object"][1])

    def _forget_request(self, request_id: str) -> None:
        """A request that has ended: one that still stands by its row is not as any entry says."""
        self._forget("disclosures", request_id)
        for table, row_id in self.parts.pop(request_id, ()):
            self._forget(table, row_id)

    def _forget(self, table: str, row_id: str) -> None:
        """Said beside what is packed even where that does not know it: it may be exchanged for one that does."""
        self.beside[key_of(table, row_id)] = GONE
