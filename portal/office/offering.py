"""The newest checkpoint for those who witness, with the proof that it only adds to what they signed before.

    old <size> ⏎ base64(hash) ⏎ … ⏎ ⏎ checkpoint
The form is that of a request to a witness, https://c2sp.org/tlog-witness (add-checkpoint); without an old size it is
the checkpoint alone.
"""

import base64
import binascii
from dataclasses import dataclass

from sqlalchemy.orm import Session

from crypto import tree
from crypto.errors import NoteError
from portal.domain.errors import LedgerError
from portal.office import checkpoints, tiles
from portal.office.log_keys import LogRoll

MOST_HASHES = 63  # of a proof; no tree is higher


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint as a witness gets it; `old` is None where no proof comes with it."""

    note: str
    old: int | None = None
    proof: tuple[bytes, ...] = ()

    def text(self) -> str:
        """As a file."""
        if self.old is None:
            return self.note
        return f"old {self.old}\n" + "".join(f"{_encode(one)}\n" for one in self.proof) + f"\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> "Offer":
        """Undo `text`; raises NoteError."""
        if not text.startswith("old "):
            return cls(text)
        head, separator, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        digits = first.removeprefix("old ")
        if not separator or not (digits.isascii() and digits.isdigit()) or len(lines) > MOST_HASHES:
            raise NoteError("not a checkpoint with its proof")
        return cls(note, int(digits[:20]), tuple(map(_decode, lines)))


def newest(session: Session, roll: LogRoll, old: int | None = None) -> Offer:
    """The newest checkpoint, and the proof from an older size if one is named. Raises LedgerError."""
    row = checkpoints.last(session)
    if row is None:
        raise LedgerError("nothing has been signed yet")
    try:
        size = roll.open(row.note, row.origin).size
    except NoteError as error:
        raise LedgerError(f"checkpoint {row.size}: {error}; run `portal audit verify`") from error
    if old is None:
        return Offer(row.note)
    if old > size:
        raise LedgerError(f"the newest checkpoint is over {size} entries, fewer than {old}; run `portal audit verify`")
    return Offer(row.note, old, tuple(tiles.proof(session, tree.consistency_spans(old, size))))


def _encode(node: bytes) -> str:
    return base64.b64encode(node).decode()


def _decode(line: str) -> bytes:
    try:
        return base64.b64decode(line.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NoteError("not a proof") from None
