"""Rows of background work: mail to send, and refusals to enter."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from portal.store.base import Base, Index, Privacy, column, identifier, reference


class Outbox(Base):
    """A content-free message to a desk, or a checkpoint to a witness; written in the transaction that caused it."""

    __tablename__ = "outbox"

    id: Mapped[UUID] = identifier()
    kind: Mapped[str] = column(Privacy.STAFF, "which fixed sentence", recorded=False)
    desk_id: Mapped[UUID | None] = reference("desks.id", Privacy.STAFF, recorded=False)
    address: Mapped[str | None] = column(Privacy.STAFF, "of a witness", recorded=False)
    checkpoint: Mapped[int | None] = column(
        Privacy.RANDOM, "its size: one that is public by then", Index, recorded=False
    )
    created_at: Mapped[datetime] = column(Privacy.STAFF, "", recorded=False, index=True)
    sent_at: Mapped[datetime | None] = column(Privacy.STAFF, "", recorded=False)

    __table_args__ = (
        CheckConstraint(
            "(desk_id IS NULL) = (address IS NOT NULL) AND (address IS NULL) = (checkpoint IS NULL)",
            name="one_receiver",
        ),
    )


class RefusalCount(Base):
    """Refusals without a session, counted and entered once an hour per kind."""

    __tablename__ = "refusal_counts"

    kind: Mapped[str] = column(Privacy.CLEAR, "", primary_key=True)
    hour: Mapped[datetime] = column(Privacy.CLEAR, "", primary_key=True)
    count: Mapped[int] = column(Privacy.CLEAR, "", recorded=False)
    entered: Mapped[bool] = column(Privacy.CLEAR, "", recorded=False)
