"""Triage: what was handed to bodies outside, and objections to a transfer"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STATES = ("asked", "agreed", "refused", "made", "received", "answered", "returned")


def upgrade() -> None:
    _referrals()
    _disputes()


def _referrals() -> None:
    op.create_table(
        "referrals",
        _id("id"),
        _id("case_id"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        _id("asker_id"),
        _id("decider_id", nullable=True),
        _id("paper_id"),
        _id("answer_id", nullable=True),
        _at("asked_at"),
        _at("made_at", nullable=True),
        _at("ended_at", nullable=True),
        _id("entry_id"),
        sa.CheckConstraint("decider_id <> asker_id", name=op.f("ck_referrals_two_people")),
        sa.CheckConstraint(
            "(state IN ('agreed', 'asked', 'refused')) = (made_at IS NULL)", name=op.f("ck_referrals_made")
        ),
        sa.CheckConstraint(
            "(state IN ('answered', 'refused', 'returned')) = (ended_at IS NOT NULL)", name=op.f("ck_referrals_ended")
        ),
        sa.CheckConstraint(f"state IN {STATES!r}", name=op.f("ck_referrals_referralstate")),
        *_refer(
            "referrals",
            case_id="cases",
            asker_id="officers",
            decider_id="officers",
            paper_id="papers",
            answer_id="papers",
            entry_id="entries",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
    )
    op.create_index(op.f("ix_referrals_case_id"), "referrals", ["case_id"], unique=False)
    op.create_index(op.f("ix_referrals_entry_id"), "referrals", ["entry_id"], unique=False)


def _disputes() -> None:
    op.create_table(
        "disputes",
        _id("id"),
        _id("case_id"),
        _id("transfer_id"),
        _id("desk_id"),
        _id("note_id"),
        _at("raised_at"),
        _id("chosen_authority_id", nullable=True),
        _at("decided_at", nullable=True),
        _id("entry_id"),
        sa.CheckConstraint("(chosen_authority_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_disputes_decided")),
        *_refer(
            "disputes",
            case_id="cases",
            transfer_id="transfers",
            desk_id="desks",
            note_id="letters",
            chosen_authority_id="authorities",
            entry_id="entries",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("transfer_id", name=op.f("uq_disputes_transfer_id")),
    )
    op.create_index(op.f("ix_disputes_case_id"), "disputes", ["case_id"], unique=False)
    op.create_index(op.f("ix_disputes_entry_id"), "disputes", ["entry_id"], unique=False)


def _id(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refer(table: str, **targets: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint(
            [column],
            [f"{target}.id"],
            name=op.f(f"fk_{table}_{column}"),
            initially="DEFERRED" if target == "entries" else None,
            deferrable=True if target == "entries" else None,
        )
        for column, target in targets.items()
    )
