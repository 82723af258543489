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
    report_id: Mapped[UUID] = reference("reports.id")
    field: Mapped[Field] = column(Privacy.CLEAR, "which field was given, not what it says")
    given_at: Mapped[datetime] = column(Privacy.CLEAR, "the hour it was given")
    body: Mapped[bytes] = column(Privacy.SEALED, "under both shares together")

    __table_args__ = (UniqueConstraint("report_id", "field"),)


class IdentityShare(Recorded, Base):
    """Half of a field's key, wrapped to the lead or the custody desk."""

    __tablename__ = "identity_shares"

    id: Mapped[UUID] = identifier()
    field_id: Mapped[UUID] = reference("identity_fields.id")
    holder: Mapped[Holder] = column(Privacy.CLEAR)
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "one half of the field's key")

    __table_args__ = (UniqueConstraint("field_id", "holder"),)


class Rehoming(Recorded, Base):
    """The lead's offer to hand an identity to the desks that follow its case now, until custody agrees (移交保管).

    The lead's halves are sealed to the new lead desk and then closed under a key of the custody desk: neither half
    moves before both do.
    """

    __tablename__ = "rehomings"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id", unique=True)
    lead_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    custody_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    mover_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    custody_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    transport: Mapped[bytes] = column(Privacy.KEY, "the key of what is on its way, wrapped to the custody desk")
    offered_at: Mapped[datetime] = column(Privacy.CLEAR)


class RehomingShare(Recorded, Base):
    """One lead's half on its way: what becomes a share of this id."""

    __tablename__ = "rehoming_shares"

    id: Mapped[UUID] = identifier()
    rehoming_id: Mapped[UUID] = reference("rehomings.id", index=True)
    field_id: Mapped[UUID] = reference("identity_fields.id", index=True)
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    body: Mapped[bytes] = column(
        Privacy.SEALED, "one half, wrapped to the new lead desk and closed until custody agrees"
    )
