"""Files outside the database: sealed while they come, opened chunk by chunk, never whole in memory nor plain on a disk.

Each has a key of its own, drawn here and kept nowhere but in the text that tells of it (`manifests`).
"""

import hashlib
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID, uuid4

from crypto import envelope
from crypto.padding import padme
from crypto.primitives import Binding, random_bytes
from crypto.stream import Opener, Sink
from portal.office.house import House
from portal.office.manifests import FileKey

HEAD = 8 * 1024  # bytes from the beginning, by which a file is known
NONCE = 32


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file that is stored whole: how it is opened, and what lies on the disk."""

    file: FileKey
    length: int  # bytes, sealed and padded
    digest: bytes  # SHA-256 of these


class _Counted:
    """Counts and digests what goes to the store."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.digest = hashlib.sha256()
        self.length = 0

    def write(self, data: bytes) -> None:
        self._sink.write(data)
        self.digest.update(data)
        self.length += len(data)


class Sealing:
    """One file on its way. After `finish` it is stored whole; after `abandon` nothing of it is."""

    def __init__(self, house: House) -> None:
        self.head = b""
        self._id, self._key = uuid4(), envelope.new_key()
        self._digest = hashlib.sha256()
        self._stack = ExitStack()
        self._stored = _Counted(self._stack.enter_context(house.blobs.write(name_of(self._id))))
        self._sealer = envelope.sealer(self._key, place_of(house, self._id), self._stored)

    @property
    def length(self) -> int:
        """How many bytes have come."""
        return self._sealer.length

    def write(self, data: bytes) -> int:
        """Take some more. Raises NoRoomError, and what the store raises."""
        if len(self.head) < HEAD:
            self.head += bytes(data[: HEAD - len(self.head)])
        self._digest.update(data)
        return self._sealer.write(data)

    def finish(self, media: str) -> SealedFile:
        """Pad it and store it for good. Raises as `write` does, and nothing of it stays."""
        length = self.length
        with self._stack:  # what is raised here undoes it
            self._sealer.pad(padme(length))
            self._sealer.finish()
        key = FileKey(self._id, media, length, self._key, self._digest.digest(), random_bytes(NONCE))
        return SealedFile(key, self._stored.length, self._stored.digest.digest())

    def abandon(self) -> None:
        """Leave nothing of it; after `finish` nothing more to do."""
        with suppress(AbandonedError), self._stack:
            _abandon()


class AbandonedError(Exception):
    """Tells the store that a file will not be whole."""


def _abandon() -> NoReturn:
    raise AbandonedError


@contextmanager
def opened(house: House, file: FileKey) -> Iterator[Opener]:
    """A stored file, for reading in any order. Raises NotStoredError when it is gone, OpenError when it was altered."""
    with house.blobs.read(name_of(file.blob)) as source:
        yield envelope.opener(file.key, source, place_of(house, file.blob))


def chunks(house: House, file: FileKey) -> Generator[bytes]:
    """Its bytes, in chunks of 16 KiB, without the padding. Raises as `opened` does, before the first."""
    with opened(house, file) as opener:
        yield from opener.read(file.length)


def discard(house: House, *blobs: UUID) -> None:
    """Take files away that no row names yet; what is left all the same, `tick` finds."""
    for one in blobs:
        house.blobs.delete(name_of(one))


def name_of(blob: UUID) -> str:
    """What a file is called in the store."""
    return f"files/{blob.hex}"


def place_of(house: House, blob: UUID) -> Binding:
    """Where a file stands: put in another's place it does not open."""
    return house.binding("blobs", blob.bytes, "body")
