"""Rows of what needs a second person (双人复核)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from portal.domain.vocabulary import MotionKind, MotionState
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Motion(Recorded, Base):
    """What one officer proposed and signed, until another has confirmed and signed it, or it ends otherwise."""

    __tablename__ = "motions"

    id: Mapped[UUID] = identifier()
    kind: Mapped[MotionKind] = column(Privacy.STAFF)
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.STAFF, "whose staff or desk it is about")
    state: Mapped[MotionState] = column(Privacy.STAFF)
    proposer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    seconder_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF, "who confirmed or refused it")
    officer_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF, "whom it is about")
    officer_certificate_id: Mapped[UUID | None] = reference("certificates.id", Privacy.KEY, "their key at that time")
    desk_id: Mapped[UUID | None] = reference("desks.id", Privacy.STAFF)
    desk_epoch_id: Mapped[UUID | None] = column(Privacy.STAFF, "the key it would open; gone if that did not come")
    case_id: Mapped[UUID | None] = reference("cases.id", Privacy.RANDOM, "the case that a step is about")
    from_desk_id: Mapped[UUID | None] = reference("desks.id", Privacy.STAFF, "where a step of a case comes from")
    certificate: Mapped[bytes | None] = column(Privacy.KEY, "with the proposer's signature alone")
    content: Mapped[bytes | None] = column(Privacy.STAFF, "the office, name, edition or step that is proposed")
    proposed_at: Mapped[datetime] = column(Privacy.STAFF)
    expires_at: Mapped[datetime] = column(Privacy.STAFF)
    decided_at: Mapped[datetime | None] = column(Privacy.STAFF)
    first: Mapped[bytes] = column(Privacy.KEY, "the proposer's signature")
    second: Mapped[bytes | None] = column(Privacy.KEY, "the second person's signature")
    version: Mapped[int] = column(Privacy.RANDOM, "", recorded=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (declared so by SQLAlchemy)
    __table_args__ = (
        CheckConstraint("seconder_id <> proposer_id", name="two_people"),
        CheckConstraint("(state = 'confirmed') = (second IS NOT NULL)", name="confirmed"),
        CheckConstraint("second IS NULL OR seconder_id IS NOT NULL", name="seconded"),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(case_id IS NULL) = (from_desk_id IS NULL)", name="of_a_case"),
        Index("ix_motions_state", "state", "expires_at"),
        Index("ix_motions_authority", "authority_id", "state", "proposed_at"),
        Index("ix_motions_officer", "officer_id", "state"),
        Index("ix_motions_desk", "desk_id", "state"),
        Index("ix_motions_case", "case_id", "state"),
    )
