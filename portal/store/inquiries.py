"""Rows of the register of inquiries (过问登记): who asked for a reporter's name outside the proper way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Inquiry(Recorded, Base):
    """What an officer registered: who asked, about what, when. Sealed for audit and discipline, not for the author."""

    __tablename__ = "inquiries"

    id: Mapped[UUID] = identifier()
    author_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.STAFF)
    registered_at: Mapped[datetime] = column(Privacy.STAFF, "", index=True)
    body: Mapped[bytes] = column(Privacy.SEALED, "who asked, when, about which case")


class InquiryKey(Recorded, Base):
    """The key of what was registered, wrapped to one desk that may read it."""

    __tablename__ = "inquiry_keys"

    id: Mapped[UUID] = identifier()
    inquiry_id: Mapped[UUID] = reference("inquiries.id")
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.STAFF, index=True)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "the key wrapped to the desk")

    __table_args__ = (UniqueConstraint("inquiry_id", "desk_epoch_id"),)
