"""Rows of payments (发放): to whom and how much is sealed to the payout desk; what for stands nowhere in them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from portal.domain.award_vocabulary import BankAnswer, BankListState, PayoutEnd, PayoutState
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Payout(Recorded, Base):
    """One payment under a random reference: its id, which the award's side keeps sealed."""

    __tablename__ = "payouts"

    id: Mapped[UUID] = identifier()
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the payout desk")
    state: Mapped[PayoutState] = column(Privacy.CLEAR)
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    wrapped: Mapped[bytes | None] = column(Privacy.KEY, "the key of the payee, wrapped to the payout desk")
    body: Mapped[bytes | None] = column(Privacy.SEALED, "payee, account and sum; gone after the accounting period")
    code: Mapped[bytes | None] = column(Privacy.DIGEST, "keyed, of the code for the counter")
    tries: Mapped[int] = column(Privacy.CLEAR, "wrong codes at the counter")
    tried_at: Mapped[datetime | None] = column(Privacy.CLEAR, "the last wrong code")
    claimed_on: Mapped[date] = column(Privacy.CLEAR, "the day of the claim, no finer")
    paid_on: Mapped[date | None] = column(Privacy.CLEAR)
    wiped_on: Mapped[date | None] = column(Privacy.CLEAR, "when payee and account were destroyed")
    motion_id: Mapped[UUID | None] = reference("motions.id", Privacy.STAFF, "the two people who released or ended it")
    ended: Mapped[PayoutEnd | None] = column(Privacy.CLEAR, "why it ended unpaid")
    ended_on: Mapped[date | None] = column(Privacy.CLEAR)
    list_id: Mapped[UUID | None] = reference("bank_lists.id", Privacy.CLEAR, "the list for the bank it stands in")

    __table_args__ = (
        CheckConstraint("(body IS NULL) = (wiped_on IS NOT NULL)", name="wiped"),
        CheckConstraint("(wrapped IS NULL) = (body IS NULL)", name="sealed"),
        CheckConstraint("state <> 'paid' OR paid_on IS NOT NULL", name="paid"),
        CheckConstraint("state NOT IN ('released', 'paid') OR motion_id IS NOT NULL", name="two_people"),
        CheckConstraint("(state = 'cancelled') = (ended IS NOT NULL)", name="ended"),
        CheckConstraint("(ended IS NULL) = (ended_on IS NULL)", name="ended_on"),
        Index("ix_payouts_desk", "desk_id", "state", "claimed_on", "id"),
        Index("ix_payouts_list_id", "list_id"),
    )


class BankList(Recorded, Base):
    """One list for the bank (付款批次): what was handed in together, under one number."""

    __tablename__ = "bank_lists"

    id: Mapped[UUID] = identifier()
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the payout desk")
    year: Mapped[int] = column(Privacy.CLEAR)
    position: Mapped[int] = column(Privacy.CLEAR, "which list of that desk and year")
    state: Mapped[BankListState] = column(Privacy.CLEAR)
    count: Mapped[int] = column(Privacy.CLEAR, "how many payments stand in it")
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, "who made it")
    made_on: Mapped[date] = column(Privacy.CLEAR)
    downloads: Mapped[int] = column(Privacy.CLEAR, "how often its file was given out")
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "the key of the sums, wrapped to the payout desk")
    body: Mapped[bytes] = column(Privacy.SEALED, "the sums: they name the fines; no payee")
    motion_id: Mapped[UUID | None] = reference("motions.id", Privacy.STAFF, "the two people who recalled it")

    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("downloads >= 0", name="downloads"),
        CheckConstraint("(state = 'recalled') = (motion_id IS NOT NULL)", name="two_people"),
        UniqueConstraint("desk_id", "year", "position"),
        Index("ix_bank_lists_desk", "desk_id", "made_on", "id"),
    )


class BankItem(Recorded, Base):
    """One payment in such a list, and what the bank answered."""

    __tablename__ = "bank_items"

    id: Mapped[UUID] = identifier()
    list_id: Mapped[UUID] = reference("bank_lists.id", Privacy.CLEAR)
    position: Mapped[int] = column(Privacy.CLEAR, "which line of the list")
    payout_id: Mapped[UUID] = reference("payouts.id", Privacy.CLEAR, "a payment, which names no award")
    claim: Mapped[bytes] = column(Privacy.DIGEST, "of the sealed claim as it was listed")
    answer: Mapped[BankAnswer] = column(Privacy.CLEAR)
    answered_on: Mapped[date | None] = column(Privacy.CLEAR, "the bank's day")

    __table_args__ = (
        CheckConstraint("(answered_on IS NULL) = (answer IN ('waiting', 'recalled'))", name="answered"),
        UniqueConstraint("list_id", "position"),
        Index("ix_bank_items_payout_id", "payout_id"),
        Index(
            "uq_bank_items_waiting",
            "payout_id",
            unique=True,
            sqlite_where=text("answer = 'waiting'"),
            postgresql_where=text("answer = 'waiting'"),
        ),
    )


class PayoutFile(Recorded, Base):
    """A sealed picture of a delegate's letter, under the reference of the payment alone.

    Its name in the blob store is its id; what opens it stands in the sealed claim.
    """

    __tablename__ = "payout_files"

    id: Mapped[UUID] = identifier()
    payout_id: Mapped[UUID] = reference("payouts.id", index=True)
    length: Mapped[int] = column(Privacy.CLEAR, "of the sealed file, padded")
    digest: Mapped[bytes] = column(Privacy.DIGEST, "of the sealed file")
