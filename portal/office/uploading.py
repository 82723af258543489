"""Files that come in pieces over a slow link: each piece sealed under a key that only the reporter's page holds.

The key travels in a token that the portal seals for this mailbox; nothing that lies on the disk opens a piece. How far
an upload has come only the page knows; the portal knows what may still come (decision 033).
"""

import base64
import binascii
import json
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, Self
from uuid import UUID, uuid4

from crypto import envelope
from crypto.errors import CryptoError
from crypto.padding import padme
from crypto.primitives import Binding, derive
from portal.domain.errors import FlawedFileError, NotStoredError, UnfitFileError, UploadError
from portal.domain.evidence import Flaw, Snag
from portal.domain.files import AT_ONCE, MOST_UPLOADS, PIECE, Held
from portal.domain.filetypes import Unfit
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.sessions import Token

log = logging.getLogger("portal.uploading")


LIFE = timedelta(hours=1)  # afterwards the pieces are collected
READ = 4096  # bytes that a sealed slot has at the most
BLOCK = 128 * 1024  # bytes of a piece that are in memory at a time
TABLE = "uploads"  # of no database: the name under which tokens and pieces are bound to their place


class Source(Protocol):
    """What is read until it has no more."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way, as the token of its page says."""

    id: UUID
    slot: int  # which of the report's open uploads
    length: int  # bytes
    key: bytes = field(repr=False)

    @property
    def pieces(self) -> int:
        """How many there are."""
        return -(-self.length // PIECE)

    def holds(self, number: int, pieces: int) -> int:
        """How long so many pieces are from one on, from 0; raises UploadError when there is none of this number."""
        if not 0 <= number < self.pieces:
            raise UploadError(Snag.PIECE)
        return min(pieces * PIECE, self.length - number * PIECE)

    def token(self, house: House, session: Token, reporter: ReporterKey) -> str:
        """For the page: opens while this mailbox is open, and in no other."""
        said = b"".join((self.id.bytes, self.slot.to_bytes(1), self.length.to_bytes(8), self.key))
        sealed = envelope.seal(session.uploads(house.secret), said, _token_place(house, reporter))
        return base64.urlsafe_b64encode(sealed).decode()

    @classmethod
    def of(cls, house: House, session: Token, reporter: ReporterKey, token: str) -> Self:
        """Read it back; raises UploadError for what is no token of this mailbox."""
        try:
            sealed = base64.urlsafe_b64decode(token)
            said = envelope.unseal(session.uploads(house.secret), sealed, _token_place(house, reporter))
        except (binascii.Error, ValueError, CryptoError):
            raise UploadError(Snag.LOST) from None
        return cls(UUID(bytes=said[:16]), said[16], int.from_bytes(said[17:25]), said[25:])


@dataclass(frozen=True, slots=True)
class Slot:
    """What the portal keeps of one open upload of a report: no key, and nothing that its bytes could be known by."""

    upload: UUID
    length: int
    begun_at: datetime
    number: int | None = None  # which file of the report it became
    flaw: str = ""  # why it became none

    @property
    def ended(self) -> bool:
        """Whether it was finished; asked again, the answer is the same."""
        return self.number is not None or bool(self.flaw)

    def takes_room(self, now: datetime) -> bool:
        """Whether it may still become a file."""
        return not self.ended and now - self.begun_at <= LIFE

    def as_bytes(self) -> bytes:
        """The form that is sealed."""
        said = (self.upload.hex, self.length, self.begun_at.isoformat(), self.number, self.flaw)
        return json.dumps(said).encode()

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Read it back."""
        upload, length, begun_at, number, flaw = json.loads(data)
        return cls(UUID(hex=upload), length, datetime.fromisoformat(begun_at), number, flaw)


def begin(house: House, reporter: ReporterKey, held: Held, length: int, *, now: datetime) -> Upload:
    """Begin to take a file of so many bytes.

    Raises FlawedFileError when there is no room or no place for it, beside those that have begun; UnfitFileError when
    it is empty.
    """
    if length < 1:
        raise UnfitFileError(Unfit.EMPTY)
    others = _begun(house, reporter, now)
    _require_beside(held, length, others)
    free = secrets.choice([number for number in range(MOST_UPLOADS) if number not in others])
    upload = Upload(uuid4(), free, length, envelope.new_key())
    _keep(house, reporter, free, Slot(upload.id, length, now))
    _require_alone(house, reporter, held, upload, now)
    return upload


def _begun(house: House, reporter: ReporterKey, now: datetime) -> dict[int, Slot]:
    """The uploads of the report that may still become files."""
    slots = {number: _slot(house, reporter, number) for number in range(MOST_UPLOADS)}
    return {number: one for number, one in slots.items() if one is not None and one.takes_room(now)}


def _require_beside(held: Held, length: int, others: dict[int, Slot]) -> None:
    require_room(held, length + sum(one.length for one in others.values()), beside=len(others))


def _require_alone(house: House, reporter: ReporterKey, held: Held, upload: Upload, now: datetime) -> None:
    """Look once more: of those that begin in the same moment, none may go on that has no room beside the others."""
    others = {number: one for number, one in _begun(house, reporter, now).items() if one.upload != upload.id}
    try:
        _require_beside(held, upload.length, others)
    except FlawedFileError:
        house.blobs.delete(_slot_name(reporter, upload.slot))
        raise


def require_room(held: Held, length: int, *, beside: int = 0) -> None:
    """Raise FlawedFileError unless the report may have so many bytes more, and one file beside some that are coming."""
    if held.places <= beside:
        raise FlawedFileError(Flaw.TOO_MANY)
    if held.room() < length:
        raise FlawedFileError(Flaw.TOO_LARGE)


def put(
    house: House, reporter: ReporterKey, upload: Upload, number: int, source: Source, length: int, *, now: datetime
) -> None:
    """Keep a piece and what comes with it, sealed as it comes; once more is as good as once.

    Raises UploadError, and what the store raises. Of an upload that has ended nothing is kept: its length counts no
    more, and tokens would fill the disk one by one.
    """
    if state(house, reporter, upload, now=now).ended:
        raise UploadError(Snag.LOST)
    pieces = _pieces(length)
    if length != upload.holds(number, pieces) or not 1 <= pieces <= AT_ONCE:
        raise UploadError(Snag.PIECE, number)
    with house.blobs.write(_name(upload, number)) as sink:
        sealer = envelope.sealer(upload.key, _place(house, upload, number), sink)
        while block := source.read(BLOCK):
            sealer.write(block)
        if sealer.length != length:
            raise UploadError(Snag.PIECE, number)
        sealer.pad(padme(length))
        sealer.finish()


def read(house: House, upload: Upload) -> Iterator[bytes]:
    """Every piece in its order; raises UploadError with the first that is not there or does not open.

    What came together lies under the number of its first piece; what lies under the others then is older, and the same.
    """
    number = 0
    while number < upload.pieces:
        try:
            with house.blobs.read(_name(upload, number)) as source:
                opener = envelope.opener(upload.key, source, _place(house, upload, number))
                pieces = _pieces(opener.length)
                yield from opener.read(upload.holds(number, pieces))
        except CryptoError:
            log.error("a piece of an upload does not open")  # noqa: TRY400 — no values
            raise UploadError(Snag.MISSING, number) from None
        except NotStoredError:
            raise UploadError(Snag.MISSING, number) from None
        number += pieces


def _pieces(length: int) -> int:
    """How many pieces so many bytes are, padded or not: whole pieces have no padding."""
    return -(-length // PIECE)


def state(house: House, reporter: ReporterKey, upload: Upload, *, now: datetime) -> Slot:
    """What became of an upload; raises UploadError when another took its place, or its hour is over."""
    found = _slot(house, reporter, upload.slot)
    if found is None or found.upload != upload.id or not (found.ended or found.takes_room(now)):
        raise UploadError(Snag.LOST)
    return found


def end(
    house: House,
    reporter: ReporterKey,
    upload: Upload,
    *,
    number: int | None = None,
    flaw: StrEnum | None = None,
    now: datetime,
) -> None:
    """Remember for an hour what became of it, and take its pieces away; what is left all the same, `tick` finds."""
    _keep(house, reporter, upload.slot, Slot(upload.id, 0, now, number, flaw or ""))
    for one in range(upload.pieces):
        house.blobs.delete(_name(upload, one))


def _slot(house: House, reporter: ReporterKey, number: int) -> Slot | None:
    """What is kept there; None also for what does not open, which nobody can go on with."""
    try:
        with house.blobs.read(_slot_name(reporter, number)) as source:
            return Slot.of(envelope.unseal(_slot_key(reporter), source.read(READ), _slot_place(house, number)))
    except (NotStoredError, CryptoError):
        return None


def _keep(house: House, reporter: ReporterKey, number: int, slot: Slot) -> None:
    with house.blobs.write(_slot_name(reporter, number)) as sink:
        sink.write(envelope.seal(_slot_key(reporter), slot.as_bytes(), _slot_place(house, number)))


def _slot_key(reporter: ReporterKey) -> bytes:
    """Only whoever has the reporter's code knows how much is on its way."""
    return derive(reporter.secret.seed, "upload-slots")


def _slot_name(reporter: ReporterKey, number: int) -> str:
    return f"pieces/{derive(reporter.secret.seed, 'upload-slot', number.to_bytes(1))[:16].hex()}/0"


def _slot_place(house: House, number: int) -> Binding:
    return house.binding(TABLE, number.to_bytes(1), "slot")


def _token_place(house: House, reporter: ReporterKey) -> Binding:
    return house.binding(TABLE, reporter.report_id.bytes, "token")


def _name(upload: Upload, number: int) -> str:
    return f"pieces/{upload.id.hex}/{number}"


def _place(house: House, upload: Upload, number: int) -> Binding:
    return house.binding(TABLE, upload.id.bytes, "piece", number.to_bytes(4))
