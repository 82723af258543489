"""Rows of rewards (奖金) and of what an office may spend on them; sums are sealed, for they name the fine."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from portal.domain.award_vocabulary import AwardState, RevokeReason
from portal.domain.awards import OPEN
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference

_STANDING = f"state IN ({', '.join(repr(str(state)) for state in sorted(OPEN))})"
_UNDECIDED = "state IN ('submitted', 'returned')"


class Award(Recorded, Base):
    """The reward of one report: who proposed and judged it, and where it stands; never whether it was claimed."""

    __tablename__ = "awards"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id", index=True)
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR, "which office pays")
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the award desk that judges")
    above_desk_id: Mapped[UUID | None] = reference("desks.id", Privacy.CLEAR, "who judges what is contested")
    state: Mapped[AwardState] = column(Privacy.CLEAR)
    edition: Mapped[str] = column(Privacy.CLEAR, "of the rules of rewards")
    motion_id: Mapped[UUID] = reference("motions.id", why="the two people who proposed it", unique=True)
    proposal_id: Mapped[UUID] = reference("papers.id")
    judge_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF, "who decided first")
    reviewer_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF, "who decided what was contested")
    letter_id: Mapped[UUID | None] = reference("letters.id", why="the decision, as the reporter reads it")
    contest_id: Mapped[UUID | None] = reference("letters.id", why="what the reporter holds against it")
    made_at: Mapped[datetime] = column(Privacy.CLEAR)
    decided_at: Mapped[datetime | None] = column(Privacy.CLEAR)
    until: Mapped[date | None] = column(Privacy.CLEAR, "the last day for claiming; known once the notice was received")
    posted_on: Mapped[date | None] = column(Privacy.CLEAR, "when a public notice of the decision was put up")

    __table_args__ = (
        CheckConstraint(f"{_UNDECIDED} OR judge_id IS NOT NULL", name="judged"),
        CheckConstraint("(judge_id IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> judge_id", name="two_judges"),
        CheckConstraint("state <> 'contested' OR contest_id IS NOT NULL", name="contested"),
        Index(
            "uq_awards_open",
            "report_id",
            unique=True,
            sqlite_where=text(_STANDING),
            postgresql_where=text(_STANDING),
        ),
        Index("ix_awards_desk", "desk_id", "state", "made_at"),
        Index("ix_awards_authority", "authority_id", "state", "decided_at"),
    )


class Revocation(Recorded, Base):
    """That a reward which was granted is to be taken back, and what became of it; nothing came of one without motion.

    What is written to the reporter is sealed for the award desk, until another person has agreed.
    """

    __tablename__ = "revocations"

    id: Mapped[UUID] = identifier()
    award_id: Mapped[UUID] = reference("awards.id", index=True)
    reason: Mapped[RevokeReason] = column(Privacy.CLEAR)
    content_key_id: Mapped[UUID] = reference("content_keys.id")
    body: Mapped[bytes] = column(Privacy.SEALED, "padded to buckets")
    made_at: Mapped[datetime] = column(Privacy.STAFF)
    motion_id: Mapped[UUID | None] = reference("motions.id", why="the two people who revoked it", unique=True)
    granted_id: Mapped[UUID | None] = reference("letters.id", why="the grant that was taken back")
    contest_id: Mapped[UUID | None] = reference("letters.id", why="what the reporter holds against it")
    reviewer_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF, "who decided what was contested")
    decided_at: Mapped[datetime | None] = column(Privacy.CLEAR)

    __table_args__ = (
        CheckConstraint("(motion_id IS NULL) = (granted_id IS NULL)", name="revoked"),
        CheckConstraint("contest_id IS NULL OR motion_id IS NOT NULL", name="contested"),
        CheckConstraint("decided_at IS NULL OR contest_id IS NOT NULL", name="decided"),
        CheckConstraint("(reviewer_id IS NULL) = (decided_at IS NULL)", name="reviewed"),
    )


class Budget(Recorded, Base):
    """What an office may spend on rewards in a year, in fen; a later figure takes the place of an earlier one."""

    __tablename__ = "budgets"

    id: Mapped[UUID] = identifier()
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR)
    year: Mapped[int] = column(Privacy.CLEAR)
    position: Mapped[int] = column(Privacy.CLEAR, "which figure of that year")
    fen: Mapped[int] = column(Privacy.CLEAR, "what may be spent, in all", BigInteger())
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    set_at: Mapped[datetime] = column(Privacy.STAFF)

    __table_args__ = (
        CheckConstraint("fen >= 0", name="fen"),
        UniqueConstraint("authority_id", "year", "position"),
    )
