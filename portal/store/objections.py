"""Rows of objections (异议) and what became of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from portal.domain.paper_vocabulary import ObjectionState
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Objection(Recorded, Base):
    """An objection of a reporter to a conclusion, or to being turned away; its words are a letter."""

    __tablename__ = "objections"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id", index=True)
    letter_id: Mapped[UUID] = reference("letters.id", unique=True)
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the lead desk that reviews")
    state: Mapped[ObjectionState] = column(Privacy.CLEAR)
    made_at: Mapped[datetime] = column(Privacy.CLEAR, "the hour of the objection")
    decided_at: Mapped[datetime | None] = column(Privacy.CLEAR)

    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_objections_open",
            "report_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_objections_desk", "desk_id", "state", "made_at"),
    )
