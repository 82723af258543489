"""Files with a report (附件): sealed as they came, a copy made for the office, both named in the ledger.

What was sent is sealed like a name, under two shares; the office works with a copy that was made anew. Where no copy
can be made the office sees nothing of the file, unless its sender said that it shows nobody and it is no picture: then
it is shown as it is.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.orm import Session

from crypto.keys import SecretKey
from crypto.stream import Sink
from portal.domain import access, filetypes, proofs
from portal.domain.access import ReportDesks
from portal.domain.audit import hour_of
from portal.domain.errors import FlawedFileError, NotCopiedError, SentAlreadyError, StaleError
from portal.domain.evidence import BlobRole, Fate, Flaw, Place, fate_without_copy
from portal.domain.files import Held
from portal.domain.filetypes import FileType
from portal.domain.vocabulary import MOST_FILES, IdentityField, LetterKind, Sender
from portal.office import copying, file_rows, keeping, scanning, sealed_files, sealing, writing
from portal.office.batch import Batch
from portal.office.copying import Quota
from portal.office.house import House
from portal.office.keyring import Reader
from portal.office.manifests import FileKey, Manifest
from portal.office.recording import Draft
from portal.office.scanning import Verdict
from portal.office.sealed_files import SealedFile, Sealing
from portal.office.writing import Prepared
from portal.store.files import Blob
from portal.store.reports import Letter, Report

ADDED = "file_added"
FORMS = MappingProxyType({BlobRole.ORIGINAL: "content", BlobRole.COPY: "copy"})  # as facts of the entry


@dataclass(frozen=True, slots=True)
class Part:
    """A sealed file and what it is."""

    role: BlobRole
    page: int
    sealed: SealedFile


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that has come, with what was made of it; its number is not drawn yet."""

    manifest: Manifest
    parts: tuple[Part, ...]
    place: Place | None = None  # where a photo was taken: for whoever sent it, and kept nowhere

    @property
    def blobs(self) -> tuple[UUID, ...]:
        """What lies in the store for it."""
        return tuple(part.sealed.file.blob for part in self.parts)

    @property
    def apart(self) -> FileKey | None:
        """What opens the file as it was sent, where that is for nobody alone."""
        if self.manifest.fate is Fate.AS_IS:
            return None
        return next(part.sealed.file for part in self.parts if part.role is BlobRole.ORIGINAL)


def take(
    house: House,
    arrived: Sealing,
    *,
    harmless: bool,
    caption: str,
    own: SecretKey | None,
    known: Collection[bytes] = (),
    quota: Quota | None = None,
) -> Taken:
    """Store a file that has come to its end, have it scanned, and make what the office may see of it.

    `harmless`: its sender says that it shows nobody. `own`: the reporter's key, by which alone the same file is known
    again, and `known` what it knows already: nothing is made twice of one file. `quota`: how long the decoder may work
    for its sender. Raises UnfitFileError for what is no kind of evidence, SentAlreadyError, NoRoomError, and what the
    store raises; nothing stays then.
    """
    try:
        found = filetypes.recognise(arrived.head)
        original, mark = _own(own, arrived.finish(found.media))
    except BaseException:
        arrived.abandon()
        raise
    if mark in known:
        sealed_files.discard(house, original.sealed.file.blob)
        raise SentAlreadyError("the same file")
    length, verdict = original.sealed.file.length, _scanned(house, original)
    said = Manifest(0, found.kind, found.media, length, Fate.KEPT, *verdict, caption=caption, mark=mark)
    return _copied(house, original, found, said, quota, harmless=harmless)


def _scanned(house: House, original: Part) -> Verdict:
    """What a scanner says of the file; it is taken whatever that is."""
    try:
        return scanning.ask(house.scanner, sealed_files.chunks(house, original.sealed.file))
    except BaseException:
        sealed_files.discard(house, original.sealed.file.blob)
        raise


def _copied(
    house: House, original: Part, found: FileType, said: Manifest, quota: Quota | None, *, harmless: bool
) -> Taken:
    """The file with the office's copy, or with why there is none."""
    file, parts = original.sealed.file, _Parts(house)
    try:
        made = copying.make(found.kind, sealed_files.chunks(house, file), parts.open, quota)
    except NotCopiedError as refusal:
        parts.discard()
        fate = fate_without_copy(found.kind, refusal.why, harmless=harmless)
        shown = file if fate is Fate.AS_IS else None
        return Taken(replace(said, fate=fate, why=refusal.why, copy=shown), (original,))
    except BaseException:
        sealed_files.discard(house, file.blob, *parts.blobs)
        raise
    copies = {part.role: part.sealed.file for part in parts.made}
    pages = tuple(part.sealed.file for part in parts.made if part.role is BlobRole.PAGE)
    said = replace(said, fate=Fate.COPIED, removed=made.removed, copy=copies.get(BlobRole.COPY), pages=pages)
    return Taken(said, (original, *parts.made), made.place)


class _Parts:
    """What the copier makes, sealed while it comes."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.made: list[Part] = []

    @property
    def blobs(self) -> tuple[UUID, ...]:
        return tuple(part.sealed.file.blob for part in self.made)

    @contextmanager
    def open(self, part: copying.Part) -> Iterator[Sink]:
        writing_ = Sealing(self._house)
        try:
            yield writing_
            sealed = writing_.finish(part.media)
        except BaseException:
            writing_.abandon()
            raise
        self.made.append(Part(BlobRole(part.role), part.position, sealed))

    def discard(self) -> None:
        sealed_files.discard(self._house, *self.blobs)


def _own(own: SecretKey | None, sealed: SealedFile) -> tuple[Part, bytes]:
    """The file as it was sent, under a number that the reporter's key gives again; and by what that key knows it.

    Of the office's files there is no such mark, and their number was drawn.
    """
    if own is None:
        return Part(BlobRole.ORIGINAL, 0, sealed), b""
    mark = proofs.file_mark(own.seed, sealed.file.digest)
    file = replace(sealed.file, nonce=proofs.file_nonce(own.seed, mark))
    return Part(BlobRole.ORIGINAL, 0, replace(sealed, file=file)), mark


@dataclass(frozen=True, slots=True)
class Added:
    """A file's letter and rows, sealed, and the desks it was sealed apart for."""

    prepared: Prepared
    desks: ReportDesks
    manifest: Manifest


def prepare(
    session: Session,
    house: House,
    report: Report,
    reader: Reader,
    draft: Draft,
    taken: Taken,
    *,
    sender: Sender,
    now: datetime,
) -> Added:
    """Seal the letter that tells of a file, and what opens the file as it was sent.

    Raises EnoughError where the report has as many as it may have, and FlawedFileError where others that came in the
    same moment took the room: their numbers meet, so one of two is sealed anew.
    """
    manifest = numbered(taken, file_rows.held(session, house, report.id))
    sent_at = hour_of(now) if sender is Sender.REPORTER else now
    prepared = writing.prepare_letter(
        session, house, report, reader, draft, kind=LetterKind.FILE, sender=sender, sent_at=sent_at, text=manifest
    )
    (letter,) = prepared.batch.rows(Letter)
    return store_with(session, house, report, prepared, taken, manifest, letter["id"], now=now)


def numbered(taken: Taken, there: Held) -> Manifest:
    """What is said of a file under its number. Raises EnoughError, FlawedFileError."""
    number = there.next()
    if there.room() < taken.manifest.length:
        raise FlawedFileError(Flaw.TOO_LARGE)
    return replace(taken.manifest, number=number)


def store_with(
    session: Session,
    house: House,
    report: Report,
    prepared: Prepared,
    taken: Taken,
    manifest: Manifest,
    teller_id: UUID,
    *,
    now: datetime,
) -> Added:
    """Store a file's parts, and what opens it as it was sent, with the letter or paper that tells of it."""
    desks, (draft,), number = writing.desks_of(session, house, report), prepared.drafts, manifest.number
    digests = {FORMS[one.role]: one.sealed.file.commitment.hex() for one in taken.parts if one.role in FORMS}
    draft.facts = {**draft.facts, "file": number, **digests}
    teller = "paper_id" if number > MOST_FILES else "letter_id"
    for part in taken.parts:
        _add_blob(
            prepared.batch, draft, report.id, {"letter_id": None, "paper_id": None, teller: teller_id}, number, part
        )
    if taken.apart is not None:
        _seal_apart(session, house, prepared.batch, draft, report, desks, {number: taken.apart}, now)
    return Added(prepared, desks, manifest)


def require_current(session: Session, house: House, report: Report, added: Added) -> None:
    """Raise StaleError when the report was handed on meanwhile; what is on its way to other desks begins anew.

    An identity is handed over whole: a half that came after the offer would stay behind.
    """
    if writing.desks_of(session, house, report) != added.desks:
        raise StaleError("it was handed on while this was being sealed")
    (draft,) = added.prepared.drafts
    keeping.drop(session, draft, report.id)


def _add_blob(
    batch: Batch, draft: Draft, report_id: UUID, teller: Mapping[str, UUID | None], number: int, part: Part
) -> None:
    sealed = part.sealed
    batch.add(
        draft,
        Blob,
        sealed.file.blob,
        report_id=report_id,
        **teller,
        number=number,
        role=part.role,
        page=part.page,
        length=sealed.length,
        digest=sealed.digest,
        commitment=sealed.file.commitment,
    )


def _seal_apart(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    report: Report,
    desks: ReportDesks,
    files: Mapping[int, FileKey],
    now: datetime,
) -> None:
    """Seal what opens files under two shares each: whoever made one may be seen in it."""
    fields = {IdentityField.original(number): file.as_text() for number, file in files.items()}
    draft.facts = {**draft.facts, "fields": sorted(fields)}
    sealing.seal_identity(
        house,
        batch,
        draft,
        report_id=report.id,
        fields=fields,
        desks=desks,
        keys=house.directories.keys(session, set(access.holders(desks).values())),
        hour=hour_of(now),
    )
