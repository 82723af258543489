"""Who works on a case"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REFERS = {
    "case_id": "cases",
    "officer_id": "officers",
    "assigner_id": "officers",
    "content_key_id": "content_keys",
}


def upgrade() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("assigner_id", Id(), nullable=False),
        sa.Column("narrative", sa.Boolean(), nullable=False),
        sa.Column("content_key_id", Id(), nullable=False),
        sa.Column("brief", sa.LargeBinary(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_assignments_{column}"))
            for column, other in REFERS.items()
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_assignments_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    for column in ("case_id", "officer_id", "entry_id"):
        op.create_index(op.f(f"ix_assignments_{column}"), "assignments", [column], unique=False)
    where = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_assignments_active",
        "assignments",
        ["case_id", "officer_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
