"""Decisions with a reason, letters that wait to be opened, and an index per filter of the queue"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("edition", sa.Text(), nullable=True),
        sa.Column("letter_id", Id(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("(reason IS NULL) = (edition IS NULL)", name=op.f("ck_decisions_reasoned")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decisions_case_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_decisions_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_decisions_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_case_id"), "decisions", ["case_id"], unique=False)
    op.create_index(op.f("ix_decisions_entry_id"), "decisions", ["entry_id"], unique=False)
    op.add_column("cases", sa.Column("news_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index("ix_cases_authority_due", "cases")
    op.create_index("ix_cases_desk_category_due", "cases", ["desk_id", "category", "due_at", "id"])
    op.create_index("ix_cases_lead_desk_state_due", "cases", ["lead_desk_id", "state", "due_at", "id"])
    op.create_index("ix_cases_lead_desk_category_due", "cases", ["lead_desk_id", "category", "due_at", "id"])
    op.create_index("ix_cases_lead_desk_authority_due", "cases", ["lead_desk_id", "authority_id", "due_at", "id"])
    for column in ("news_at", "closed_at"):
        for desk in ("desk", "lead_desk"):
            some = sa.text(f"{column} IS NOT NULL")
            op.create_index(
                f"ix_cases_{desk}_{column.removesuffix('_at')}",
                "cases",
                [f"{desk}_id", column, "id"],
                sqlite_where=some,
                postgresql_where=some,
            )
