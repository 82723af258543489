"""The letter of a delegate (委托书) as a photo or a document: made anew like evidence, sealed under the payment alone.

What is kept is pictures made from pixels; the file as it came is thrown away at once, with whatever a telephone wrote
into it. Their keys stand in the sealed claim, so that the payout desk opens them and nobody else; their rows name the
reference of the payment, and no report, award or mailbox.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain import filetypes
from portal.domain.errors import FlawedFileError, LedgerError, NotCopiedError, StrangerError, UnfitFileError
from portal.domain.evidence import BlobRole, Fate, Flaw, Kept, Kind
from portal.domain.filetypes import Unfit
from portal.domain.payee import LETTER_BYTES, Claimed
from portal.office import evidence, sealed_files
from portal.office.batch import Batch
from portal.office.copying import Quota
from portal.office.evidence import Part
from portal.office.house import House
from portal.office.manifests import FileKey
from portal.office.recording import Draft
from portal.office.sealed_files import SealedFile, Sealing
from portal.store.payouts import PayoutFile

KINDS = frozenset({Kind.IMAGE, Kind.PDF})
Pictures = tuple[SealedFile, ...]


def take(house: House, arrived: Sealing, quota: Quota | None = None) -> Pictures:
    """The pictures made of a letter that has come; of the file itself nothing stays, whatever becomes of it.

    Raises UnfitFileError, FlawedFileError, NotCopiedError where none can be made of it, and what the store raises.
    """
    try:
        _require_fit(arrived)
    except BaseException:
        arrived.abandon()
        raise
    taken = evidence.take(house, arrived, harmless=False, caption="", own=None, quota=quota)
    pages = [one for one in taken.parts if one.role is BlobRole.PAGE]
    shown = pages or [one for one in taken.parts if one.role is BlobRole.COPY and taken.manifest.fate is Fate.COPIED]
    _discard_others(house, taken.parts, shown)
    if not shown:
        raise NotCopiedError(taken.manifest.why or Kept.BROKEN)
    return tuple(one.sealed for one in shown)


def _require_fit(arrived: Sealing) -> None:
    if arrived.length > LETTER_BYTES:
        raise FlawedFileError(Flaw.TOO_LARGE)
    if filetypes.recognise(arrived.head).kind not in KINDS:
        raise UnfitFileError(Unfit.UNKNOWN)


def _discard_others(house: House, parts: Iterable[Part], shown: Iterable[Part]) -> None:
    kept = {one.sealed.file.blob for one in shown}
    sealed_files.discard(house, *(one.sealed.file.blob for one in parts if one.sealed.file.blob not in kept))


def discard(house: House, pictures: Pictures) -> None:
    """Throw away what no row names: the claim was not taken."""
    sealed_files.discard(house, *(one.file.blob for one in pictures))


def keys(pictures: Pictures) -> tuple[Mapping[str, Any], ...]:
    """What opens them, for the sealed claim."""
    return tuple(one.file.as_json() for one in pictures)


def add(batch: Batch, draft: Draft, payout_id: UUID, pictures: Pictures) -> None:
    """Their rows, beside the payment's."""
    for one in pictures:
        batch.add(draft, PayoutFile, one.file.blob, payout_id=payout_id, length=one.length, digest=one.digest)


def drop(session: Session, draft: Draft, payout_id: UUID) -> None:
    """Take the rows of a payment's pictures away; the files themselves are collected."""
    for row in session.scalars(select(PayoutFile).where(PayoutFile.payout_id == payout_id)).all():
        draft.erases(row, row.id)
        session.execute(delete(PayoutFile).where(PayoutFile.id == row.id))


def picture(claimed: Claimed, number: int) -> FileKey:
    """What opens the nth picture, from 0. Raises StrangerError where there is none, LedgerError for no key."""
    if number >= len(claimed.letters):
        raise StrangerError("no such picture")
    try:
        return FileKey.of(claimed.letters[number])
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError("a picture's key of an unknown form") from error
