"""A signed bundle for an auditor who trusts nothing of ours: what lies where, and how each file is written.

    manifest              a C2SP note, signed by the log key, over the lines of `Manifest`
    SHA256SUMS            SHA-256 of every other file but the manifest, as `sha256sum -c` reads it
    root.pub              the root key's public half, in hex
    certificates.jsonl    of the log's keys, in hex, each with its row's id and the entry from which on it counts
    checkpoint            the newest signed checkpoint (C2SP tlog-checkpoint, cosigned): what the bundle goes up to
    checkpoints.jsonl     every signed checkpoint up to it
    tile/…                the tree (C2SP tlog-tiles): tile/0 holds the leaves
    entries/N.jsonl       entries from N on, one a line: index, salt (hex), opening: what the leaf commits to
    entries/N.csv         the same for a spreadsheet

Each line of JSON is in the one canonical form (RFC 8785). Of an entry whose opening is not given index and two nulls
are said; its leaf is in the tree. `docs/verify.py` checks all of it without a line of ours.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from crypto import note, tree
from crypto.errors import NoteError
from crypto.keys import SigningKey, VerifyKey
from portal.domain.errors import LedgerError

MANIFEST, SUMS, ROOT = "manifest", "SHA256SUMS", "root.pub"
CERTIFICATES, CHECKPOINT, CHECKPOINTS = "certificates.jsonl", "checkpoint", "checkpoints.jsonl"
PART = 1 << 16  # entries of a file
COLUMNS = (
    *("index", "at", "event", "actor", "duty", "officer", "authority", "trail"),
    *("object", "object_id", "reason", "facts", "rows"),
)
ALL = "*"  # instead of an authority's code: every opening
FORMAT = "shaoyin/1/export"  # no origin of a log, so that no manifest is ever a checkpoint
_NAMES = ("origin", "size", "root", "authority", "sums")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself."""

    origin: str
    size: int
    root: bytes
    authority: str  # whose trails are opened, with those below; ALL: everybody's
    sums: bytes  # SHA-256 of SHA256SUMS

    def sign(self, key: SigningKey) -> str:
        """As a note."""
        values = (self.origin, self.size, self.root.hex(), self.authority, self.sums.hex())
        lines = (f"{name} {value}\n" for name, value in zip(_NAMES, values, strict=True))
        return note.sign_note(f"{FORMAT}\n{''.join(lines)}", self.origin, key)

    @classmethod
    def open(cls, text: str, origin: str, key: VerifyKey) -> Self:
        """Undo `sign`. Raises LedgerError unless this key signed it."""
        try:
            first, *lines = note.verify_note(text, origin, key).splitlines()
        except NoteError as error:
            raise LedgerError(f"{MANIFEST}: {error}") from error
        said = dict(line.split(" ", 1) for line in lines if " " in line)
        if first != FORMAT or list(said) != list(_NAMES) or not said["size"].isdecimal():
            raise LedgerError(f"{MANIFEST} is not of the form it should have")
        root, sums = bytes.fromhex(said["root"]), bytes.fromhex(said["sums"])
        return cls(said["origin"], int(said["size"]), root, said["authority"], sums)


def tile_path(level: int, index: int, width: int) -> str:
    """Where a tile lies (https://c2sp.org/tlog-tiles): `tile/0/x001/067`, `….p/5` where it is not full."""
    groups = [f"{index % _THOUSAND:03}"]
    while index := index // _THOUSAND:
        groups.insert(0, f"x{index % _THOUSAND:03}")
    return f"tile/{level}/{'/'.join(groups)}{'' if width == 1 << 8 else f'.p/{width}'}"


def part_paths(first: int) -> tuple[str, str]:
    """The files in which entries from one on stand: lines, and the spreadsheet."""
    return f"entries/{first:010}.jsonl", f"entries/{first:010}.csv"


def line(index: int, salt: bytes | None, opening: bytes | None) -> bytes:
    """An entry as a line: canonical, because the opening is, and stands where it belongs among sorted keys."""
    if salt is None or opening is None:
        return b'{"index":%d,"opening":null,"salt":null}\n' % index
    return b'{"index":%d,"opening":%s,"salt":"%s"}\n' % (index, opening, salt.hex().encode())


def row(index: int, said: Mapping[str, Any]) -> str:
    """An entry as a line of the spreadsheet."""
    who, what, written = said["actor"], said["object"] or ("", ""), io.StringIO()
    values = (
        *(index, said["at"], said["event"], who["kind"], who["duty"], who["officer"], who["authority"]),
        *(said["authority"], *what, said["reason"], tree.canonical(said["facts"]).decode(), len(said["rows"])),
    )
    csv.writer(written, lineterminator="\n").writerow(values)
    return written.getvalue()


HEAD = ",".join(COLUMNS) + "\n"
