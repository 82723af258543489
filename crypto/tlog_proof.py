"""A proof that an entry is in a log, as a file that outlives the log: C2SP tlog-proof.

    c2sp.org/tlog-proof@v1 ⏎ extra base64 ⏎ index decimal ⏎ base64(hash) ⏎ … ⏎ ⏎ signed checkpoint
Source: https://c2sp.org/tlog-proof. Knows no entry: what `extra` holds is the caller's to know, and not to trust.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from crypto.errors import ProofError

HEADER = "c2sp.org/tlog-proof@v1"

_LONGEST = 1024 * 1024
_DIGITS = 19  # of 2⁶³
_HASH = 32
_DASH = "\u2014 "


@dataclass(frozen=True, slots=True)
class LogProof:
    """What the file says; nothing of it is verified yet. `text` and `parse` undo each other byte by byte."""

    index: int
    hashes: tuple[bytes, ...]  # from the leaf's sibling to the root's child
    checkpoint: str  # the signed note, verbatim
    extra: bytes = b""

    def text(self) -> str:
        """Return the file."""
        extra = [f"extra {_encode(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(_encode, self.hashes), "", self.checkpoint]
        return "\n".join(lines)


def parse(text: str) -> LogProof:
    """Read what `LogProof.text` writes, and nothing else; ProofError says which line is not as it must be.

    One text for each proof: what others' tools would overlook (bits after the last of a base64 text) is refused.
    """
    if len(text) > _LONGEST:
        raise ProofError("it is longer than any proof")
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != HEADER:
        raise ProofError(f"the first line is not {HEADER}")
    if not blank:
        raise ProofError("it ends before its checkpoint")
    extra = _decode(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else b""
    index = _index(lines.pop(0) if lines else "")
    hashes = tuple(map(_hash, lines))
    for line in _signatures(checkpoint):
        _decode(line.rpartition(" ")[2])
    return LogProof(index, hashes, checkpoint, extra)


def _index(line: str) -> int:
    digits = line.removeprefix("index ")
    if digits == line or len(digits) > _DIGITS or not (digits.isascii() and digits.isdigit()):
        raise ProofError("the line of the index is not there")
    if str(int(digits)) != digits:
        raise ProofError("the index is not written as a number is")
    return int(digits)


def _hash(line: str) -> bytes:
    raw = _decode(line)
    if len(raw) != _HASH:
        raise ProofError("a hash is not 32 bytes long")
    return raw


def _signatures(checkpoint: str) -> Iterator[str]:
    return (line for line in checkpoint.rpartition("\n\n")[2].split("\n") if line.startswith(_DASH))


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(encoded: str) -> bytes:
    try:
        raw = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ProofError("a line is not base64") from None
    if not raw or _encode(raw) != encoded:
        raise ProofError("a line is not base64 as it is written")
    return raw
