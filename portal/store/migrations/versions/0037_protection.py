"""How reporters are protected from retaliation, and what was checked; the queue's age has indexes of its own"""

import sqlalchemy as sa
from alembic import op

from portal.store.migrations.columns import id_column, moment, refer

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

MEASURES = ("contact", "warned", "stopped", "labour", "police", "not_wanted", "over", "no_sign")
TOLD = ("arrived_at", "lane", "main_id")
NARROWED = (("desk", "category"), ("lead_desk", "category"), ("lead_desk", "authority_id"))
# Of what is open, and of what is over: what came long ago is found by that alone.
AGES = (("age", "due_at", ("lane", "main_id")), ("done_age", "closed_at", ("main_id",)))
OUTCOMES = ("confirmed", "handed", "unconfirmed")


def upgrade() -> None:
    op.create_table(
        "protections",
        *(id_column(name) for name in ("id", "case_id")),
        sa.Column("measure", sa.String(32), nullable=False),
        *(id_column(name) for name in ("officer_id", "paper_id")),
        moment("made_at"),
        sa.Column("outcome", sa.String(32), nullable=True),
        *(id_column(name, nullable=True) for name in ("checker_id", "found_id")),
        moment("checked_at", nullable=True),
        id_column("entry_id"),
        sa.CheckConstraint(f"measure IN {MEASURES!r}", name=op.f("ck_protections_protection")),
        sa.CheckConstraint(f"outcome IN {OUTCOMES!r}", name=op.f("ck_protections_checked")),
        sa.CheckConstraint("(outcome IS NULL) = (checked_at IS NULL)", name=op.f("ck_protections_dated")),
        sa.CheckConstraint("(outcome IS NULL) = (found_id IS NULL)", name=op.f("ck_protections_found")),
        *refer(
            "protections",
            case_id="cases",
            officer_id="officers",
            paper_id="papers",
            checker_id="officers",
            found_id="papers",
            entry_id="entries",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protections")),
    )
    for column in ("case_id", "entry_id"):
        op.create_index(f"ix_protections_{column}", "protections", [column])
    for desk, column in NARROWED:
        name = f"ix_cases_{desk}_{column.removesuffix('_id')}_due"
        op.drop_index(name, table_name="cases")
        op.create_index(name, "cases", [f"{desk}_id", column, "due_at", "id", *TOLD])
    for desk in ("desk", "lead_desk"):
        for name, held, told in AGES:
            where = sa.text(f"{held} IS NOT NULL")
            columns = [f"{desk}_id", "arrived_at", "id", held, *told]
            op.create_index(f"ix_cases_{desk}_{name}", "cases", columns, sqlite_where=where, postgresql_where=where)
