"""A log as others see it: a checkpoint and tiles at a public address, or in a folder that was copied from one."""

from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from crypto import tree
from portal.domain.errors import LedgerError, StartError
from portal.office import publishing, tiles

LARGEST = 256 * 1024  # bytes of an answer; a tile has 8,192
SECONDS = 30
HASH = 32


@dataclass(frozen=True, slots=True)
class TileSource:
    """`prefix` is a folder, or an address like https://report.example.cn/log."""

    prefix: str

    @classmethod
    def of(cls, prefix: str) -> "TileSource":
        """Raises StartError when it is neither."""
        if not prefix.startswith(("https://", "http://")) and not Path(prefix).is_dir():
            raise StartError(f"{prefix} is neither a folder nor an address that begins with https://")
        return cls(prefix.rstrip("/"))

    def checkpoint(self) -> str:
        """The note; raises LedgerError when there is none."""
        try:
            return self._read("checkpoint").decode("utf-8")
        except UnicodeDecodeError:
            raise LedgerError(f"{self.prefix}/checkpoint is not a checkpoint") from None

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The hashes of the proof from one size to the other; raises LedgerError when a tile is not there."""

        def read(level: int, start: int, end: int) -> list[bytes]:
            return self._nodes(size, level, start, end)

        return [tiles.span_root(read, *span) for span in tree.consistency_spans(old, size)]

    def _nodes(self, size: int, level: int, start: int, end: int) -> list[bytes]:
        if start == end:
            return []
        index = start // tiles.WIDTH
        width = min(tiles.WIDTH, (size >> tiles.BITS * level) - index * tiles.WIDTH)
        address = f"tile/{publishing.address(level, index, width)}"
        body = self._read(address)
        if len(body) != width * HASH:
            raise LedgerError(f"{self.prefix}/{address} is not a tile of {width} hashes")
        first = index * tiles.WIDTH
        return [body[at * HASH : (at + 1) * HASH] for at in range(start - first, end - first)]

    def _read(self, name: str) -> bytes:
        place = f"{self.prefix}/{name}"
        try:
            if self.prefix.startswith(("https://", "http://")):
                with urlopen(place, timeout=SECONDS) as answer:  # noqa: S310 — one of the two, asked for by hand
                    body: bytes = answer.read(LARGEST + 1)
            else:
                with Path(place).open("rb") as file:
                    body = file.read(LARGEST + 1)
        except OSError as error:  # an answer that is none among them
            if isinstance(error, HTTPError):
                error.close()
            raise LedgerError(f"cannot read {place} ({error})") from None
        if len(body) > LARGEST:
            raise LedgerError(f"{place} is too long for what it should be")
        return body
