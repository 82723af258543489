"""The index on sealed data: keyed marks, the key that two offices compare with, and the cases that wait for both"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keys()
    _parts()
    _cases()
    _marks()
    _waits()
    op.execute("INSERT INTO index_parts (desk_epoch_id, taken) VALUES (NULL, 0)")  # of what all desks compare
    no = "0" if op.get_bind().dialect.name == "sqlite" else "FALSE"
    for column in ("desk_id", "lead_desk_id", "raised_desk_id"):  # what is there already waits to be indexed
        op.execute(
            f"INSERT INTO index_waits (desk_id, compare, case_id) SELECT {column}, {no}, id FROM cases"  # noqa: S608 — our own names
            f" WHERE {column} IS NOT NULL"
        )


def _keys() -> None:
    op.create_table(
        "match_keys",
        sa.Column("id", Id(), nullable=False),
        sa.Column("desk_epoch_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["desk_epoch_id"], ["desk_epochs.id"], name=op.f("fk_match_keys_desk_epoch_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_match_keys_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_keys")),
        sa.UniqueConstraint("desk_epoch_id", name=op.f("uq_match_keys_desk_epoch_id")),
    )
    op.create_index(op.f("ix_match_keys_entry_id"), "match_keys", ["entry_id"], unique=False)


def _parts() -> None:
    op.create_table(
        "index_parts",
        sa.Column("part", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("desk_epoch_id", Id(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["desk_epoch_id"], ["desk_epochs.id"], name=op.f("fk_index_parts_desk_epoch_id")),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_index_parts")),
        sa.UniqueConstraint("desk_epoch_id", name=op.f("uq_index_parts_desk_epoch_id")),
    )


def _cases() -> None:
    op.create_table(
        "indexed_cases",
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("sizes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["part"], ["index_parts.part"], name=op.f("fk_indexed_cases_part")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_indexed_cases_case_id")),
        sa.PrimaryKeyConstraint("part", "number", name=op.f("pk_indexed_cases")),
        sa.UniqueConstraint("case_id", "part", name=op.f("uq_indexed_cases_case_id_part")),
        sqlite_with_rowid=False,
    )


def _marks() -> None:
    op.create_table(
        "index_marks",
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["part"], ["index_parts.part"], name=op.f("fk_index_marks_part")),
        sa.PrimaryKeyConstraint("part", "field", "slot", "mark", name=op.f("pk_index_marks")),
        sqlite_with_rowid=False,
    )


def _waits() -> None:
    op.create_table(
        "index_waits",
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("compare", sa.Boolean(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_index_waits_desk_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_index_waits_case_id")),
        sa.PrimaryKeyConstraint("desk_id", "compare", "case_id", name=op.f("pk_index_waits")),
        sqlite_with_rowid=False,
    )
