"""What a letter says that tells of a file, and what opens a file as it was sent: the two texts that hold file keys."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from crypto.errors import FormatError
from portal.domain.evidence import Fate, Kept, Kind, Removed, Scan
from portal.domain.proofs import file_digest

VERSION = 1


@dataclass(frozen=True, slots=True)
class FileKey:
    """What opens one sealed file, and what its bytes are once it is open."""

    blob: UUID
    media: str  # of its bytes, as its own content says
    length: int  # bytes
    key: bytes = field(repr=False)
    digest: bytes = field(repr=False)  # SHA-256 of its bytes
    nonce: bytes = field(repr=False)

    @property
    def commitment(self) -> bytes:
        """What the row of the sealed file says of its bytes: nobody without the nonce can try a file against it."""
        return file_digest(self.nonce, self.digest)

    def as_json(self) -> dict[str, object]:
        """For sealing."""
        return {
            "blob": self.blob.hex,
            "media": self.media,
            "length": self.length,
            "key": b64encode(self.key).decode(),
            "digest": self.digest.hex(),
            "nonce": self.nonce.hex(),
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back; raises KeyError, TypeError and ValueError."""
        return cls(
            UUID(hex=said["blob"]),
            str(said["media"]),
            int(said["length"]),
            b64decode(said["key"], validate=True),
            bytes.fromhex(said["digest"]),
            bytes.fromhex(said["nonce"]),
        )

    def as_text(self) -> str:
        """As a value of an identity field."""
        return _written({"v": VERSION, **self.as_json()})

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Read it back; raises FormatError."""
        try:
            return cls.of(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError("a file's key of an unknown form") from error


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a file is, what became of it, and what opens what the office may see of it."""

    number: int  # which of the report's files, from 1
    kind: Kind
    media: str
    length: int  # bytes, as it was sent
    fate: Fate
    scan: Scan = Scan.UNASKED
    found: str = ""  # the scanner's name of what it found
    why: Kept | None = None  # why there is no copy
    removed: tuple[Removed, ...] = ()  # what a copy lacks
    caption: str = ""
    mark: bytes = b""  # by which the reporter's key alone knows the file again
    copy: FileKey | None = None  # of the file itself where it is shown as it is
    pages: tuple[FileKey, ...] = ()  # pictures, in their order

    @property
    def pictures(self) -> tuple[FileKey, ...]:
        """What can be looked at in a page: pages of a document, or the copy of a picture; all made anew."""
        return self.pages or ((self.copy,) if self.copy and self.fate is Fate.COPIED else ())

    def as_bytes(self) -> bytes:
        """The form that is sealed."""
        return _written(
            {
                "v": VERSION,
                "number": self.number,
                "kind": self.kind,
                "media": self.media,
                "length": self.length,
                "fate": self.fate,
                "scan": self.scan,
                "found": self.found,
                "why": self.why,
                "removed": list(self.removed),
                "caption": self.caption,
                "mark": self.mark.hex(),
                "copy": self.copy and self.copy.as_json(),
                "pages": [one.as_json() for one in self.pages],
            }
        ).encode()

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Read it back; raises FormatError."""
        try:
            said = json.loads(data)
            return cls(
                number=int(said["number"]),
                kind=Kind(said["kind"]),
                media=str(said["media"]),
                length=int(said["length"]),
                fate=Fate(said["fate"]),
                scan=Scan(said["scan"]),
                found=str(said["found"]),
                why=Kept(said["why"]) if said["why"] else None,
                removed=tuple(map(Removed, said["removed"])),
                caption=str(said["caption"]),
                mark=bytes.fromhex(said["mark"]),
                copy=FileKey.of(said["copy"]) if said["copy"] else None,
                pages=tuple(map(FileKey.of, said["pages"])),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError("a file's letter of an unknown form") from error


def _written(said: Mapping[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
