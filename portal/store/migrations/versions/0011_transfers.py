"""A case handed to another office, and its identity after it"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "transfers",
        {
            "case_id": "cases",
            "from_authority_id": "authorities",
            "to_authority_id": "authorities",
            "note_id": "letters",
        },
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        indexed=("case_id",),
    )
    _table(
        "rehomings",
        {
            "report_id": "reports",
            "lead_desk_id": "desks",
            "custody_desk_id": "desks",
            "mover_id": "officers",
            "custody_epoch_id": "desk_epochs",
        },
        sa.Column("transport", sa.LargeBinary(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("report_id", name=op.f("uq_rehomings_report_id")),
    )
    _table(
        "rehoming_shares",
        {"rehoming_id": "rehomings", "field_id": "identity_fields", "desk_epoch_id": "desk_epochs"},
        sa.Column("body", sa.LargeBinary(), nullable=False),
        indexed=("rehoming_id", "field_id"),
    )
    kind = "BLOB" if op.get_bind().dialect.name == "sqlite" else "UUID"  # a reference without a new table
    refers = "CONSTRAINT fk_reports_keeper_desk_id REFERENCES desks (id)"
    op.execute(f"ALTER TABLE reports ADD COLUMN keeper_desk_id {kind} {refers}")
    op.create_index(op.f("ix_reports_keeper_desk_id"), "reports", ["keeper_desk_id"], unique=False)


def _table(name: str, refers: Mapping[str, str], *parts: sa.schema.SchemaItem, indexed: tuple[str, ...] = ()) -> None:
    """A recorded table of references and a few columns more."""
    op.create_table(
        name,
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(column, Id(), nullable=False) for column in refers),
        sa.Column("entry_id", Id(), nullable=False),
        *parts,
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{name}_{column}"))
            for column, other in refers.items()
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f(f"fk_{name}_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in (*indexed, "entry_id"):
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
