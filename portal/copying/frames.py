"""What the child says: frames of one byte for what it is, four for its length, and that many more.

A copy is told in parts: `PART` opens one, `DATA` goes on with it; `MADE` or `KEPT` ends everything. `READY` answers
the question what is in force. Both sides read this module; neither reads the other's memory.
"""

import json
import struct
from collections.abc import Iterator
from typing import Any

PART, DATA, MADE, KEPT, READY = b"p", b"d", b"m", b"k", b"r"
MOST = 65_536  # bytes of one frame
MOST_TOLD = 4096  # of one that is no data
_HEAD = struct.Struct(">cI")


class GarbledError(Exception):
    """These bytes are no frames of ours."""


def pack(tag: bytes, told: Any) -> bytes:
    """Return a frame that says something in JSON."""
    body = json.dumps(told).encode()
    return _HEAD.pack(tag, len(body)) + body


def pack_data(data: bytes) -> Iterator[bytes]:
    """Yield the frames that carry these bytes."""
    view = memoryview(data)
    for at in range(0, len(view), MOST):
        piece = view[at : at + MOST]
        yield _HEAD.pack(DATA, len(piece))
        yield bytes(piece)


class Frames:
    """Puts frames together from bytes as they come, `most` in all; holds at most one that is not whole."""

    def __init__(self, most: int) -> None:
        self._held, self._left = bytearray(), most

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield each frame that is whole now. Raises GarbledError."""
        self._left -= len(data)
        if self._left < 0:
            raise GarbledError
        self._held += data
        while len(self._held) >= _HEAD.size:
            tag, length = _HEAD.unpack_from(self._held)
            if tag not in {PART, DATA, MADE, KEPT, READY} or length > (MOST if tag == DATA else MOST_TOLD):
                raise GarbledError
            if len(self._held) < _HEAD.size + length:
                return
            body = bytes(self._held[_HEAD.size : _HEAD.size + length])
            del self._held[: _HEAD.size + length]
            yield tag, body


def told(body: bytes) -> dict[str, Any]:
    """Read what a frame says. Raises GarbledError."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise GarbledError from None
    if not isinstance(said, dict):
        raise GarbledError
    return said
