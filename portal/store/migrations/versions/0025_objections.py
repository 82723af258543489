"""Objections: what a reporter objects to, which desk reviews it, what became of it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None

STATES = ("open", "rejected", "upheld")


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=False)


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    late = target == "entries"
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_objections_{column}"),
        initially="DEFERRED" if late else None,
        deferrable=late or None,
    )


def upgrade() -> None:
    op.create_table(
        "objections",
        _id("id"),
        _id("report_id"),
        _id("letter_id"),
        _id("desk_id"),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        _id("entry_id"),
        sa.CheckConstraint(f"state IN {STATES!r}", name=op.f("ck_objections_objectionstate")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_objections_decided")),
        *(
            _refers(column, target)
            for column, target in (
                ("report_id", "reports"),
                ("letter_id", "letters"),
                ("desk_id", "desks"),
                ("entry_id", "entries"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_objections_letter_id")),
    )
    for name, columns in (
        ("ix_objections_report_id", ["report_id"]),
        ("ix_objections_entry_id", ["entry_id"]),
        ("ix_objections_desk", ["desk_id", "state", "made_at"]),
    ):
        op.create_index(op.f(name), "objections", columns, unique=False)
    where = sa.text("state = 'open'")
    op.create_index(
        "uq_objections_open", "objections", ["report_id"], unique=True, sqlite_where=where, postgresql_where=where
    )
