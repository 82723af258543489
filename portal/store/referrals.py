"""Rows of what was handed to bodies outside (移送), and of objections to a transfer within (争议)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.domain.case_vocabulary import ReferralState
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Referral(Recorded, Base):
    """One matter in the hands of a body outside, or on its way: to whom is clear, what is said is a sealed paper."""

    __tablename__ = "referrals"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    body: Mapped[str] = column(Privacy.CLEAR, "code of the list of bodies")
    edition: Mapped[str] = column(Privacy.CLEAR, "of that list")
    whole: Mapped[bool] = column(Privacy.CLEAR, "whether the case ended with it")
    state: Mapped[ReferralState] = column(Privacy.CLEAR)
    asker_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    decider_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF)
    paper_id: Mapped[UUID] = reference("papers.id")
    answer_id: Mapped[UUID | None] = reference("papers.id", why="what was answered, or why it was refused")
    asked_at: Mapped[datetime] = column(Privacy.CLEAR)
    made_at: Mapped[datetime | None] = column(Privacy.CLEAR)
    ended_at: Mapped[datetime | None] = column(Privacy.CLEAR)

    __table_args__ = (
        CheckConstraint("decider_id <> asker_id", name="two_people"),
        CheckConstraint("(state IN ('agreed', 'asked', 'refused')) = (made_at IS NULL)", name="made"),
        CheckConstraint("(state IN ('answered', 'refused', 'returned')) = (ended_at IS NOT NULL)", name="ended"),
    )


class Dispute(Recorded, Base):
    """An office that a case was handed to says that it is not theirs; the lead above both decides (C03, C04)."""

    __tablename__ = "disputes"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    transfer_id: Mapped[UUID] = reference("transfers.id", why="the transfer that is objected to")
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the lead desk that decides")
    note_id: Mapped[UUID] = reference("letters.id", why="why it is not theirs; the reporter never sees it")
    raised_at: Mapped[datetime] = column(Privacy.CLEAR)
    chosen_authority_id: Mapped[UUID | None] = reference("authorities.id", Privacy.CLEAR, "who handles it")
    decided_at: Mapped[datetime | None] = column(Privacy.CLEAR)

    __table_args__ = (
        CheckConstraint("(chosen_authority_id IS NULL) = (decided_at IS NULL)", name="decided"),
        UniqueConstraint("transfer_id"),
    )
