"""Triage: what was handed to bodies outside, and objections to a transfer"""

import sqlalchemy as sa
from alembic import op

from portal.store.migrations.columns import id_column, moment, refer

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
        id_column("id"),
        id_column("case_id"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        id_column("asker_id"),
        id_column("decider_id", nullable=True),
        id_column("paper_id"),
        id_column("answer_id", nullable=True),
        moment("asked_at"),
        moment("made_at", nullable=True),
        moment("ended_at", nullable=True),
        id_column("entry_id"),
        sa.CheckConstraint("decider_id <> asker_id", name=op.f("ck_referrals_two_people")),
        sa.CheckConstraint(
            "(state IN ('agreed', 'asked', 'refused')) = (made_at IS NULL)", name=op.f("ck_referrals_made")
        ),
        sa.CheckConstraint(
            "(state IN ('answered', 'refused', 'returned')) = (ended_at IS NOT NULL)", name=op.f("ck_referrals_ended")
        ),
        sa.CheckConstraint(f"state IN {STATES!r}", name=op.f("ck_referrals_referralstate")),
        *refer(
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
        id_column("id"),
        id_column("case_id"),
        id_column("transfer_id"),
        id_column("desk_id"),
        id_column("note_id"),
        moment("raised_at"),
        id_column("chosen_authority_id", nullable=True),
        moment("decided_at", nullable=True),
        id_column("entry_id"),
        sa.CheckConstraint("(chosen_authority_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_disputes_decided")),
        *refer(
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
