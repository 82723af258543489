"""Rows of sealed files: each names one that lies outside the database, and what its bytes must be."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.domain.evidence import BlobRole
from portal.domain.vocabulary import MOST_EXHIBITS, MOST_FILES
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Blob(Recorded, Base):
    """A sealed file: what was sent, the office's copy of it, or a picture of one of its pages.

    Its name in the blob store is its id. Its key is in the letter that tells of it, of a file of the case file in its
    paper; that of an original nobody but its reporter called harmless is a field of the reporter's identity.
    """

    __tablename__ = "blobs"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id")
    letter_id: Mapped[UUID | None] = reference("letters.id", index=True)
    number: Mapped[int] = column(Privacy.CLEAR, "which of the report's files, or after these of the case file's")
    role: Mapped[BlobRole] = column(Privacy.CLEAR, "as it was sent, the office's copy, or a page of it")
    page: Mapped[int] = column(Privacy.CLEAR, "which page")
    length: Mapped[int] = column(Privacy.CLEAR, "of the sealed file, padded")
    digest: Mapped[bytes] = column(Privacy.DIGEST, "of the sealed file")
    commitment: Mapped[bytes] = column(Privacy.DIGEST, "of the file itself, with a random number that is sealed")
    paper_id: Mapped[UUID | None] = reference("papers.id", index=True)

    __table_args__ = (
        UniqueConstraint("report_id", "number", "role", "page"),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_FILES + MOST_EXHIBITS}", name="number"),
        CheckConstraint("(letter_id IS NULL) = (paper_id IS NOT NULL)", name="told"),
        CheckConstraint(f"(number > {MOST_FILES}) = (paper_id IS NOT NULL)", name="exhibit"),
    )
