"""The file in which the register of newest rows outlives a process; all processes of a host share its pages.

A head, rows as `packing` has them, what is asked as a whole, a MAC over all that. It copies what entries say, is made
by those who checked them, and is nothing more: where it is missing, not whole or not ours, all entries are read anew.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from pathlib import Path
from struct import Struct
from typing import Self

from crypto import primitives
from portal.domain.errors import NotStoredError, StartError
from portal.office import newest_rules
from portal.office.files import write_pieces
from portal.office.newest_rows import Rows
from portal.office.packing import WIDTH, Packed
from portal.office.recording import EntryKey
from portal.store.leases import FileLease

log = logging.getLogger("portal.newest")

NAME = "newest.rows"
MAGIC = b"shaoyin newest 1"
HEAD = Struct(">16s16s32sQ32sQ")  # magic, installation, rules, entries, the leaf of the last, bytes of JSON
MAC = 32


@dataclass(frozen=True, slots=True)
class RowsFile:
    """Where it lies, and by what it has to be made."""

    path: Path
    installation: bytes
    rules: bytes
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, home: Path, installation: bytes, keys: Mapping[bytes, EntryKey]) -> Self:
        """That of a host which has the key of every entry, the one in use first; with other keys it is another.

        Whoever has the first key can write entries that are believed, and gains nothing by writing this instead.
        """
        first = next(iter(keys.values()))
        key = primitives.derive(first.secret, "newest-rows", installation, *keys)
        return cls(home / NAME, installation, sha256(primitives.fields(*newest_rules.written())).digest(), key)

    def covers(self) -> int:
        """How many entries it says that it was made of, which nobody has checked; 0 where it cannot be read."""
        try:
            with self.path.open("rb") as file:
                head = file.read(HEAD.size)
        except OSError:
            return 0
        return int(HEAD.unpack(head)[3]) if len(head) == HEAD.size else 0

    def read(self) -> Rows | None:
        """What it says, its rows still in it. None where it cannot be believed, or is not there."""
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            return self.refused(type(error).__name__)
        try:
            return self._believed(mmap(handle, 0, access=ACCESS_READ))
        except (OSError, ValueError) as error:  # mmap's own for a folder, and for a file with nothing in it
            return self.refused(str(error))
        finally:
            os.close(handle)

    def write(self, rows: Rows) -> bool:
        """Put it in place of the one that is there; False where another process is at it, or it cannot be written."""
        with closing(FileLease(self.path.with_name(f"{NAME}.lock"))) as lease:
            try:
                if lease.holds():
                    write_pieces(self.path, self._sealed(rows), mode=0o600)
                    return True
            except (NotStoredError, StartError) as error:
                log.warning("newest.rows was not written, each start reads more entries: %s", error)
        return False

    @staticmethod
    def refused(kind: str) -> None:
        """Say that it is not used."""
        log.warning("newest.rows is not used, all entries are read: %s", kind)

    def _sealed(self, rows: Rows) -> Iterator[bytes | memoryview]:
        digest = sha256()
        for piece in self._body(rows):
            digest.update(piece)
            yield piece
        yield primitives.mac(self.key, digest.digest())

    def _body(self, rows: Rows) -> Iterator[bytes | memoryview]:
        whole = {table: sorted(ids) for table, ids in rows.whole.items()}
        parts = {request: sorted(named) for request, named in rows.parts.items()}
        listed = json.dumps([whole, parts]).encode()
        yield HEAD.pack(MAGIC, self.installation, self.rules, rows.seen, rows.last, len(listed))
        yield from rows.packed.changed(rows.beside)
        yield listed

    def _believed(self, held: mmap) -> Rows:
        """What a file says, once it is known to be ours and whole; ValueError says why not."""
        if len(held) < HEAD.size + MAC:
            raise ValueError("it is cut")
        magic, installation, rules, seen, last, listed = HEAD.unpack_from(held)
        if magic != MAGIC:
            raise ValueError("it is none")
        if installation != self.installation:
            raise ValueError("it is another installation's")
        if rules != self.rules:
            raise ValueError("it was made by another version")
        with memoryview(held) as every, every[:-MAC] as body:
            digest = sha256(body).digest()
        if not primitives.same(primitives.mac(self.key, digest), held[-MAC:]):
            raise ValueError("it is not as it was written, or by other keys")
        held.madvise(MADV_DONTNEED)  # the pages stay with the system, and count for this process as it looks at them
        end = len(held) - MAC - listed
        whole, parts = json.loads(held[end:-MAC])
        return Rows(
            Packed(held, HEAD.size, (end - HEAD.size) // WIDTH),
            seen,
            whole={table: set(ids) for table, ids in whole.items()},
            parts={request: set(map(tuple, named)) for request, named in parts.items()},
            seen=seen,
            last=last,
        )
