"""Rows of background work: messages to send, refusals and failed sign-ins to enter."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, text
from sqlalchemy import Index as PlainIndex
from sqlalchemy.orm import Mapped

from portal.store.base import Base, Index, Privacy, column, identifier, reference

_HOLDS = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("desk_id", "officer_id", "address"))
_WAITING = "sent_at IS NULL AND given_up_at IS NULL"


class Outbox(Base):
    """Content-free: something happened at a desk; or a message to an officer, a gateway or a witness.

    The first is written in the transaction that caused it; whoever sends makes messages of it.
    """

    __tablename__ = "outbox"

    id: Mapped[UUID] = identifier()
    kind: Mapped[str] = column(Privacy.STAFF, "which fixed sentence", recorded=False)
    desk_id: Mapped[UUID | None] = reference("desks.id", Privacy.STAFF, recorded=False)
    officer_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF, recorded=False)
    address: Mapped[str | None] = column(Privacy.STAFF, "of a witness", recorded=False)
    checkpoint: Mapped[int | None] = column(
        Privacy.RANDOM, "its size: one that is public by then", Index, recorded=False
    )
    created_at: Mapped[datetime] = column(Privacy.STAFF, "", recorded=False, index=True)
    sent_at: Mapped[datetime | None] = column(Privacy.STAFF, "", recorded=False)
    tries: Mapped[int] = column(Privacy.STAFF, "that failed", recorded=False, default=0, server_default="0")
    next_at: Mapped[datetime | None] = column(Privacy.STAFF, "when it is tried again", recorded=False)
    given_up_at: Mapped[datetime | None] = column(Privacy.STAFF, "", recorded=False)
    failure: Mapped[str | None] = column(Privacy.STAFF, "a code: why the last try failed", recorded=False)

    __table_args__ = (
        CheckConstraint(
            f"{_HOLDS} = CASE WHEN kind = 'hook' THEN 0 ELSE 1 END AND (address IS NULL) = (checkpoint IS NULL)",
            name="one_receiver",
        ),
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="sent_or_not"),
        PlainIndex(
            "uq_outbox_digest",
            "officer_id",
            "created_at",
            unique=True,
            sqlite_where=text("kind = 'digest'"),
            postgresql_where=text("kind = 'digest'"),
        ),
        PlainIndex(
            "ix_outbox_waiting", "created_at", "id", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)
        ),
    )


class RefusalCount(Base):
    """Refusals without a session, counted and entered once an hour per kind."""

    __tablename__ = "refusal_counts"

    kind: Mapped[str] = column(Privacy.CLEAR, "", primary_key=True)
    hour: Mapped[datetime] = column(Privacy.CLEAR, "", primary_key=True)
    count: Mapped[int] = column(Privacy.CLEAR, "", recorded=False)
    entered: Mapped[bool] = column(Privacy.CLEAR, "", recorded=False)


class SignInFailure(Base):
    """Failed sign-ins of an account there is, entered once an hour and then gone."""

    __tablename__ = "sign_in_failures"

    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, recorded=False, primary_key=True)
    hour: Mapped[datetime] = column(Privacy.STAFF, "", recorded=False, primary_key=True)
    count: Mapped[int] = column(Privacy.STAFF, "", recorded=False)
