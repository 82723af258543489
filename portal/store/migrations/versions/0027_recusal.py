"""Recusal: what officers declared of themselves, and who keeps out of which case"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "declarations",
        {"author_id": "officers", "authority_id": "authorities", "entry_id": "entries"},
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        indexes=("declared_at", "entry_id"),
    )
    _table(
        "declaration_keys",
        {"declaration_id": "declarations", "desk_epoch_id": "desk_epochs", "entry_id": "entries"},
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_declaration_keys_declaration_id")),
        indexes=("desk_epoch_id", "entry_id"),
    )
    _table(
        "recusals",
        {
            "case_id": "cases",
            "officer_id": "officers",
            "orderer_id": "officers",
            "paper_id": "papers",
            "entry_id": "entries",
        },
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("case_id", "officer_id", name=op.f("uq_recusals_case_id_officer_id")),
        indexes=("officer_id", "entry_id"),
    )


def _table(name: str, refers: dict[str, str], *rest: Any, indexes: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("id", Id(), nullable=False),
        *(sa.Column(column, Id(), nullable=False) for column in refers),
        *rest,
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=op.f(f"fk_{name}_{column}"),
                initially="DEFERRED" if target == "entries" else None,
                deferrable=True if target == "entries" else None,
            )
            for column, target in refers.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    for column in indexes:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column], unique=False)
