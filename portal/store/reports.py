"""Rows of reports, their receipts, content keys and letters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from portal.domain.case_vocabulary import Channel
from portal.domain.vocabulary import (
    Compartment,
    GrantState,
    LetterKind,
    ReceiptState,
    ReportState,
    Sender,
)
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference

ONE_READER = (
    "(CASE WHEN desk_epoch_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN officer_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN receipt_id IS NULL THEN 0 ELSE 1 END) = 1"
)


class Report(Recorded, Base):
    """What a person sent (举报件): sealed, never edited; the desks chosen at arrival are kept, until a transfer."""

    __tablename__ = "reports"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    state: Mapped[ReportState] = column(Privacy.CLEAR)
    channel: Mapped[Channel] = column(Privacy.CLEAR)
    marked: Mapped[bool] = column(Privacy.CLEAR, "over a limit, or the trap field filled")
    arrived_at: Mapped[datetime] = column(Privacy.CLEAR, "the hour of arrival")
    intake_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "which desk received it")
    lead_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    custody_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    above_desk_id: Mapped[UUID | None] = reference("desks.id", Privacy.CLEAR)
    keeper_desk_id: Mapped[UUID | None] = reference(
        "desks.id", Privacy.CLEAR, "the lead desk that still holds the first shares, after a transfer", index=True
    )
    phone: Mapped[bytes | None] = column(Privacy.SEALED, "only when the reporter ticked that they may be phoned")
    phone_key_id: Mapped[UUID | None] = column(Privacy.RANDOM)
    identity_mark: Mapped[bytes | None] = column(Privacy.DIGEST, "keyed by the code, which is not kept")
    name_mark: Mapped[bytes | None] = column(
        Privacy.SEALED, "under the code, which is not kept: a keyed digest of the name, where one was given"
    )


class Receipt(Recorded, Base):
    """One code (查询码) of a report: its lookup digest and public key, never the code."""

    __tablename__ = "receipts"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id", index=True)
    lookup: Mapped[bytes] = column(Privacy.DIGEST, "of the code, salted by the installation", unique=True)
    public_key: Mapped[bytes] = column(Privacy.KEY)
    state: Mapped[ReceiptState] = column(Privacy.CLEAR)


class ContentKey(Recorded, Base):
    """One generation of one compartment's key; the key itself is only in its grants."""

    __tablename__ = "content_keys"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID | None] = reference("reports.id")
    case_id: Mapped[UUID | None] = reference("cases.id")
    compartment: Mapped[Compartment] = column(Privacy.CLEAR, "which part, not what it says")
    generation: Mapped[int] = column(Privacy.CLEAR)

    __table_args__ = (
        CheckConstraint("(report_id IS NULL) <> (case_id IS NULL)", name="one_owner"),
        UniqueConstraint("report_id", "compartment", "generation"),
        UniqueConstraint("case_id", "compartment", "generation"),
    )


class KeyGrant(Recorded, Base):
    """A permission (授权): a content key wrapped to exactly one reader."""

    __tablename__ = "key_grants"

    id: Mapped[UUID] = identifier()
    content_key_id: Mapped[UUID] = reference("content_keys.id", index=True)
    desk_epoch_id: Mapped[UUID | None] = reference("desk_epochs.id", Privacy.CLEAR)
    officer_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF)
    receipt_id: Mapped[UUID | None] = reference("receipts.id")
    state: Mapped[GrantState] = column(Privacy.CLEAR)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "the content key wrapped to the reader")

    __table_args__ = (CheckConstraint(ONE_READER, name="one_reader"),)


class Letter(Recorded, Base):
    """Any sealed text between people; the narrative is a report's first."""

    __tablename__ = "letters"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id")
    content_key_id: Mapped[UUID] = reference("content_keys.id")
    disclosure_id: Mapped[UUID | None] = reference("disclosures.id", why="on which request to learn who they are")
    kind: Mapped[LetterKind] = column(Privacy.CLEAR)
    sender: Mapped[Sender] = column(Privacy.CLEAR)
    position: Mapped[int] = column(Privacy.CLEAR, "order within the report")
    sent_at: Mapped[datetime] = column(Privacy.CLEAR, "reporters: the hour; officers: the moment")
    served_at: Mapped[datetime | None] = column(Privacy.CLEAR, "the hour the reporter first opened it")
    body: Mapped[bytes] = column(Privacy.SEALED, "padded to buckets")

    __table_args__ = (
        UniqueConstraint("report_id", "position"),
        CheckConstraint("(kind = 'statement') = (disclosure_id IS NOT NULL)", name="stated"),
        Index(
            "uq_letters_narrative",
            "report_id",
            unique=True,
            sqlite_where=text("kind = 'narrative'"),
            postgresql_where=text("kind = 'narrative'"),
        ),
    )
