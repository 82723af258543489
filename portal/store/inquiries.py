"""Rows of the register of inquiries (过问登记): who asked for a reporter's name outside the proper way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.store.base import Privacy, column, reference
from portal.store.confided import Confided, ConfidedKey


class Inquiry(Confided):
    """What an officer registered: who asked, about what, when. Sealed for audit and discipline, not for the author."""

    __tablename__ = "inquiries"

    registered_at: Mapped[datetime] = column(Privacy.STAFF, "", index=True)
    body: Mapped[bytes] = column(Privacy.SEALED, "who asked, when, about which case")


class InquiryKey(ConfidedKey):
    """The key of what was registered, wrapped to one desk that may read it."""

    __tablename__ = "inquiry_keys"

    inquiry_id: Mapped[UUID] = reference("inquiries.id")

    __table_args__ = (UniqueConstraint("inquiry_id", "desk_epoch_id"),)
