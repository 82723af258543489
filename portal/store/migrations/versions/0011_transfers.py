"""A case handed to another office"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REFERS = {
    "case_id": "cases",
    "from_authority_id": "authorities",
    "to_authority_id": "authorities",
    "note_id": "letters",
}


def upgrade() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(column, Id(), nullable=False) for column in REFERS),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_transfers_{column}"))
            for column, other in REFERS.items()
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_transfers_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
    )
    for column in ("case_id", "entry_id"):
        op.create_index(op.f(f"ix_transfers_{column}"), "transfers", [column], unique=False)
    kind = "BLOB" if op.get_bind().dialect.name == "sqlite" else "UUID"  # a reference without a new table
    refers = "CONSTRAINT fk_reports_keeper_desk_id REFERENCES desks (id)"
    op.execute(f"ALTER TABLE reports ADD COLUMN keeper_desk_id {kind} {refers}")
