"""Casework: lanes and merged cases, clocks that stand still, steps of a case for two people, papers"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id
from portal.store.migrations.widening import widen

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STAFF = ("certify", "seat", "open", "turn", "resume", "found", "rename", "adopt")
WIDER = {
    "motions": ("motionkind", "kind", (*STAFF, "extend", "conclude", "block", "review")),
    "clocks": ("clockstate", "state", ("running", "late", "stopped", "suspended", "superseded")),
    "content_keys": ("compartment", "compartment", ("report", "phone", "summary", "case", "motion")),
}
PAPERS = ("note", "plan", "visit", "finding", "penalty", "conclusion", "order", "referral", "grounds", "review")
ID = {"sqlite": "BLOB", "postgresql": "UUID"}
INSTANT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}
# Columns that come to tables there are: table, column, type, whither it refers.
COLUMNS = (
    ("cases", "main_id", ID, "cases"),
    ("cases", "lane", "VARCHAR(32)", None),
    ("cases", "supervised_at", INSTANT, None),
    ("assignments", "reviewing", "BOOLEAN", None),
    ("clocks", "extended", "INTEGER", None),
    ("clocks", "suspended_at", INSTANT, None),
    ("clocks", "reminded_at", INSTANT, None),
    ("motions", "case_id", ID, "cases"),
    ("motions", "from_desk_id", ID, "desks"),
)
# A CHECK comes with the last column that it names: SQLite adds none alone.
CHECKS = {
    ("cases", "main_id"): ("merged", "(state = 'merged') = (main_id IS NOT NULL)"),
    ("cases", "lane"): ("lane", "lane IN ('urgent', 'spam')"),
    ("clocks", "extended"): ("extended", "extended IS NULL OR extended > 0"),
    ("clocks", "suspended_at"): ("suspended", "state <> 'suspended' OR suspended_at IS NOT NULL"),
    ("motions", "from_desk_id"): ("of_a_case", "(case_id IS NULL) = (from_desk_id IS NULL)"),
}
INDEXES = (
    ("ix_cases_main_id", "cases", ["main_id"], None),
    ("ix_cases_desk_lane", "cases", ["desk_id", "lane", "due_at", "id"], "lane IS NOT NULL"),
    ("ix_cases_lead_desk_lane", "cases", ["lead_desk_id", "lane", "due_at", "id"], "lane IS NOT NULL"),
    ("ix_cases_desk_supervised", "cases", ["desk_id", "due_at", "id"], "supervised_at IS NOT NULL"),
    ("ix_cases_lead_desk_supervised", "cases", ["lead_desk_id", "due_at", "id"], "supervised_at IS NOT NULL"),
    ("ix_cases_raised_desk_supervised", "cases", ["raised_desk_id", "due_at", "id"], "supervised_at IS NOT NULL"),
    ("ix_motions_case", "motions", ["case_id", "state"], None),
)


def upgrade() -> None:
    for table, (name, column, values) in WIDER.items():
        widen(table, name, column, values)
    engine = op.get_bind().dialect.name
    for table, column, kind, target in COLUMNS:
        said = kind if isinstance(kind, str) else kind[engine]
        refers = f" CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)" if target else ""
        name, condition = CHECKS.get((table, column), ("", ""))
        checked = f" CONSTRAINT ck_{table}_{name} CHECK ({condition})" if name else ""
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {said}{refers}{checked}")
    for index, table, columns, given in INDEXES:
        where = sa.text(given) if given else None
        op.create_index(index, table, columns, unique=False, sqlite_where=where, postgresql_where=where)
    _papers()


def _id(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Id(), nullable=nullable)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    late = target == "entries"
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}"),
        initially="DEFERRED" if late else None,
        deferrable=late or None,
    )


def _papers() -> None:
    op.create_table(
        "papers",
        _id("id"),
        _id("case_id"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _id("about_id", nullable=True),
        _id("author_id"),
        _id("content_key_id"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _id("entry_id"),
        sa.CheckConstraint(f"kind IN {PAPERS!r}", name=op.f("ck_papers_paperkind")),
        *(
            _refers("papers", column, target)
            for column, target in (
                ("about_id", "papers"),
                ("author_id", "officers"),
                ("case_id", "cases"),
                ("content_key_id", "content_keys"),
                ("entry_id", "entries"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_papers_case_id_position")),
    )
    op.create_index(op.f("ix_papers_entry_id"), "papers", ["entry_id"], unique=False)
