"""Files: letters that tell of one, identity fields that open one, and what lies sealed outside the database"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store import triggers
from portal.store.base import Id
from portal.store.migrations.widening import widen

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TYPED = ("name", "phone", "email", "address", "id_number", "relation", "cosigners")
FIELDS = (*TYPED, *(f"original_{number}" for number in range(1, 21)))
KINDS = ("narrative", "addition", "message", "feedback", "objection", "note", "statement", "file")
ROLES = ("original", "copy", "page")
# Which CHECK of which table names more than it did.
WIDER = {
    "letters": ("letterkind", "kind", KINDS),
    "identity_fields": ("identityfield", "field", FIELDS),
    "disclosure_fields": ("identityfield", "field", FIELDS),
}


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    for table, (name, column, values) in WIDER.items():
        widen(table, name, column, values)
    if engine == "sqlite":
        for statement in triggers.STATEMENTS[engine]:
            op.execute(statement)
    _blobs()


def _blobs() -> None:
    op.create_table("blobs", *_columns(), *_constraints())
    op.create_index(op.f("ix_blobs_entry_id"), "blobs", ["entry_id"], unique=False)
    op.create_index(op.f("ix_blobs_letter_id"), "blobs", ["letter_id"], unique=False)


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("letter_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("number BETWEEN 1 AND 20", name=op.f("ck_blobs_number")),
        sa.CheckConstraint(f"role IN {ROLES!r}", name=op.f("ck_blobs_blobrole")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_blobs_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_blobs_letter_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_blobs_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
        sa.UniqueConstraint("report_id", "number", "role", "page", name=op.f("uq_blobs_report_id_number_role_page")),
    ]
