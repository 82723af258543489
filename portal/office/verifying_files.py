"""Sealed files outside the database against their rows: each is there, as long and as it was when it was stored.

A file that no row names is no mistake here: it is on its way in, or waits to be collected.
"""

import hashlib
from collections.abc import Callable
from contextlib import closing
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.primitives import same
from portal.domain.errors import LedgerError, NotStoredError, StartError
from portal.office.sealed_files import name_of
from portal.store.blobs import Blobs
from portal.store.files import Blob
from portal.store.payouts import PayoutFile
from portal.store.session import Store

PIECE = 1 << 20  # bytes of a file that are in memory at once
ROWS = 500
NAMING: tuple[type[Blob | PayoutFile], ...] = (Blob, PayoutFile)  # whose rows name a file by their ids


def count(session: Session) -> tuple[int, int]:
    """How many files rows name, and how many bytes these have together."""
    found = [session.execute(select(func.count(), func.coalesce(func.sum(one.length), 0))).one() for one in NAMING]
    return sum(files for files, _ in found), sum(int(length) for _, length in found)


def read(store: Store, session: Session, blobs: Blobs, told: Callable[[int], None]) -> None:
    """Read every file that a row names; rows were compared with their entries before.

    Raises LedgerError naming the row of the first whose file is not as it should be, StartError when the store
    cannot be read at all.
    """
    for one in NAMING:
        wanted = select(one.id, one.length, one.digest).order_by(one.id).execution_options(yield_per=ROWS)
        with closing(session.execute(wanted)) as rows:
            for blob_id, length, digest in rows:
                wrong = _wrong(blobs, blob_id, length, digest, told)
                if wrong and _is_named(store, one, blob_id):
                    raise LedgerError(f"{one.__tablename__} {blob_id}: its file {wrong}")


def _wrong(blobs: Blobs, blob_id: UUID, length: int, digest: bytes, told: Callable[[int], None]) -> str:
    """In what a file is not as its row says; empty where it is."""
    found, seen = hashlib.sha256(), 0
    try:
        with blobs.read(name_of(blob_id)) as file:
            while piece := file.read(PIECE):
                found.update(piece)
                seen += len(piece)
                if seen > length:
                    return f"is longer than the {length} bytes that were stored"
                told(len(piece))
    except NotStoredError as error:
        _require_store(blobs)
        return f"is gone from the store, or cannot be read there ({error})"
    if seen < length:
        return f"has {seen} of the {length} bytes that were stored"
    if not same(found.digest(), digest):
        return f"was altered: expected {digest.hex()}, found {found.hexdigest()}"
    return ""


def _require_store(blobs: Blobs) -> None:
    """Tell one file that is gone from a store that does not answer, or is not mounted."""
    try:
        blobs.now()
    except NotStoredError as error:
        raise StartError(
            f"files cannot be read here ({error}); run --deep where PORTAL_BLOB_URL leads to them, or without --deep"
        ) from None


def _is_named(store: Store, row: type[Blob | PayoutFile], blob_id: UUID) -> bool:
    """Whether the row still is there: what is erased while all this is read may be collected at once."""
    with store.reading() as later:
        return later.get(row, blob_id) is not None
