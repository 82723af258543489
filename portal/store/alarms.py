"""Rows of alarms (警报), and of the duty roster (值班表)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from portal.domain.alarms import AlarmKind, Checked
from portal.domain.alarms import Protection as Measure
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference

_OPEN = "signed_off_at IS NULL"


class Alarm(Recorded, Base):
    """One alarm about a case; it rings until somebody signs off (签收)."""

    __tablename__ = "alarms"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    kind: Mapped[AlarmKind] = column(Privacy.CLEAR, "what is alarming, which the kind of hazard says too")
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the desk that was rung last")
    level: Mapped[int] = column(Privacy.CLEAR, "how many desks above the first")
    raised_at: Mapped[datetime] = column(Privacy.CLEAR, "the moment it was raised: its time limit counts from there")
    rung_at: Mapped[datetime] = column(Privacy.CLEAR, "when that desk was rung")
    signed_off_at: Mapped[datetime | None] = column(Privacy.STAFF)
    signed_off_by: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF)
    down: Mapped[str | None] = column(Privacy.STAFF, "a code: why there was nothing to come out for")

    __table_args__ = (
        CheckConstraint("(signed_off_at IS NULL) = (signed_off_by IS NULL)", name="signed_off"),
        CheckConstraint("down IS NULL OR signed_off_at IS NOT NULL", name="stood_down"),
        CheckConstraint("level >= 0", name="levelled"),
        Index("ix_alarms_open", "rung_at", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index(
            "uq_alarms_open",
            "case_id",
            "kind",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
    )


class Protection(Recorded, Base):
    """How the reporter of a case is protected from retaliation (先行保护), and what a check of it came to."""

    __tablename__ = "protections"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    measure: Mapped[Measure] = column(Privacy.CLEAR, "how the reporter is protected from retaliation")
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    paper_id: Mapped[UUID] = reference("papers.id")
    made_at: Mapped[datetime] = column(Privacy.CLEAR, "when protection was put in place")
    outcome: Mapped[Checked | None] = column(Privacy.CLEAR, "whether there was retaliation")
    checker_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF)
    found_id: Mapped[UUID | None] = reference("papers.id", why="of what the check came to")
    checked_at: Mapped[datetime | None] = column(Privacy.CLEAR, "when it was checked")

    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (checked_at IS NULL)", name="dated"),
        CheckConstraint("(outcome IS NULL) = (found_id IS NULL)", name="found"),
    )


class DutyShift(Recorded, Base):
    """An officer's watch at a desk."""

    __tablename__ = "duty_shifts"

    id: Mapped[UUID] = identifier()
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.STAFF)
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    starts_at: Mapped[datetime] = column(Privacy.STAFF)
    ends_at: Mapped[datetime] = column(Privacy.STAFF)
    removed_at: Mapped[datetime | None] = column(Privacy.STAFF)

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="forward"),
        Index("ix_duty_shifts_desk_ends", "desk_id", "ends_at"),
    )
