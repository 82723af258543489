"""Rows against entries, both ways: each is as the newest entry that names it says, and none that one names is gone.

Neither side is held in memory. What entries say and what tables hold goes, as ids and digests, into files of a folder
of its own, shared out by row; each file is then small enough to be laid side by side at once. The folder is gone in the
end; it has nothing in it that the database has not.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from uuid import UUID

from portal.domain.errors import LedgerError, StartError
from portal.store.models import Base
from portal.store.session import Store

SHARES = 256
FULL = 1 << 16  # bytes that a share gathers before they are written
ERASED, UNREAD = bytes(32), b"\xff" * 32  # instead of a digest: no such row; a row that was counted and not read
THERE = -1  # instead of the index of an entry: this is a row as it stands
TABLES = tuple(table.name for table in Base.metadata.sorted_tables if "entry_id" in table.columns)
_PLACES: Mapping[str, bytes] = MappingProxyType({name: bytes([at]) for at, name in enumerate(TABLES)})
# Which row (its table's place, its id), the index of the entry that says so, the row's digest, the entry's id.
_FACT = struct.Struct(">17sq32s16s")
_ID, _DIGEST = 16, 32

Spread = Mapping[int, bytes]
"""Facts by share."""


class Said:
    """Gathers facts by share."""

    def __init__(self, shares: int) -> None:
        self._shares: Sequence[list[bytes]] = [[] for _ in range(shares)]

    def add(self, index: int, table: str, row_id: str, digest: str, entry: bytes) -> None:
        """What an entry says of a row. Raises LedgerError where that can be no row."""
        place, row, said = _PLACES.get(table), bytes.fromhex(row_id.replace("-", "")), bytes.fromhex(digest)
        if place is None or len(row) != _ID or len(said) not in {0, _DIGEST}:
            raise LedgerError(f"entry {index} names {table} {row_id}, which no table can hold")
        self.put(place + row, index, said or ERASED, entry)

    def put(self, which: bytes, index: int, digest: bytes, entry: bytes) -> None:
        """A fact."""
        self._shares[which[1] % len(self._shares)].append(_FACT.pack(which, index, digest, entry))

    def spread(self) -> Spread:
        """All of it."""
        return {share: b"".join(facts) for share, facts in enumerate(self._shares) if facts}


def place(table: str) -> bytes:
    """How a fact names a table."""
    return _PLACES[table]


class Facts:
    """What is said of rows, and what is there."""

    def __init__(self, folder: Path, shares: int) -> None:
        self._folder = folder
        self._waiting = [bytearray() for _ in range(shares)]

    @property
    def shares(self) -> int:
        """In how many files they go."""
        return len(self._waiting)

    def add(self, spread: Spread) -> None:
        """Add facts; what entries say in their order."""
        for share, facts in spread.items():
            self._waiting[share] += facts
            if len(self._waiting[share]) > FULL:
                self._write(share)

    def files(self) -> Iterator[tuple[Path]]:
        """The files, complete."""
        for share in range(self.shares):
            self._write(share)
            yield (self._path(share),)

    def _path(self, share: int) -> Path:
        return self._folder / f"{share:03}"

    def _write(self, share: int) -> None:
        with self._path(share).open("ab") as file:
            file.write(self._waiting[share])
        self._waiting[share].clear()


@contextmanager
def facts(shares: int) -> Iterator[Facts]:
    """Room to compare in, on disk. Raises StartError when the disk has none."""
    try:
        with TemporaryDirectory(prefix="portal-verify-") as folder:
            yield Facts(Path(folder), shares)
    except OSError as error:
        raise StartError(f"no room to compare in ({error}); TMPDIR may name a folder that has some") from error


def compare(_: Store, file: Path) -> int:
    """How many rows of a share are there. Raises LedgerError naming the first that is not as it should be."""
    newest: dict[bytes, tuple[int, bytes, bytes]] = {}
    there: dict[bytes, tuple[bytes, bytes]] = {}
    wrong: list[tuple[bytes, str]] = []
    for which, index, digest, entry in _FACT.iter_unpack(file.read_bytes()):
        if index != THERE:
            newest[which] = (index, digest, entry)
        elif which in there:
            wrong.append((which, "is there 2 times"))
        else:
            there[which] = (digest, entry)
    count = len(there)
    wrong += ((which, _differs(newest.pop(which, None), row)) for which, row in there.items())
    wrong += (
        (which, f"is gone; entry {index} says it should be there")
        for which, (index, digest, _) in newest.items()
        if digest != ERASED
    )
    if found := sorted(one for one in wrong if one[1]):
        which, why = found[0]
        raise LedgerError(f"{TABLES[which[0]]} {UUID(bytes=which[1:])} {why}")
    return count


def _differs(newest: tuple[int, bytes, bytes] | None, row: tuple[bytes, bytes]) -> str:
    """In what a row is not as the newest entry says that names it; empty where it is."""
    if newest is None:
        return "has no entry"
    index, said, by = newest
    digest, entry = row
    if digest not in {UNREAD, said} or said == ERASED:
        return f"is not as entry {index} says: expected {said.hex()}, found {digest.hex()}"
    if entry != by:
        return f"is not as entry {index} says: expected to carry {UUID(bytes=by)}, found {UUID(bytes=entry)}"
    return ""
