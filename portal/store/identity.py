"""Rows of who reported: one sealed field each, its key split in two shares with different holders."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.domain.vocabulary import Holder
from portal.domain.vocabulary import IdentityField as Field
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class IdentityField(Recorded, Base):
    """One sealed piece of identity; erasing deletes the row, the entry that says so remains."""

    __tablename__ = "identity_fields"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id", index=True)
    field: Mapped[Field] = column(Privacy.CLEAR, "which field was given, not what it says")
    given_at: Mapped[datetime] = column(Privacy.CLEAR, "the hour it was given")
    body: Mapped[bytes] = column(Privacy.SEALED, "under both shares together")

    __table_args__ = (UniqueConstraint("report_id", "field"),)


class IdentityShare(Recorded, Base):
    """Half of a field's key, wrapped to the lead or the custody desk."""

    __tablename__ = "identity_shares"

    id: Mapped[UUID] = identifier()
    field_id: Mapped[UUID] = reference("identity_fields.id", index=True)
    holder: Mapped[Holder] = column(Privacy.CLEAR)
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "one half of the field's key")

    __table_args__ = (UniqueConstraint("field_id", "holder"),)
