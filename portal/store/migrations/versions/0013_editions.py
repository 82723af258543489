"""Offices that are added, names that are given, editions that are adopted: motions with a content, and editions"""

import re

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NEW = ("found", "rename", "adopt")
EDITIONS = ("holidays", "reasons", "clocks", "categories", "divisions", "authorities")
CHECK = "ck_motions_motionkind"


def upgrade() -> None:
    op.add_column("motions", sa.Column("content", sa.LargeBinary(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _widen_sqlite()
    else:
        _widen()
    op.create_table(
        "editions",
        sa.Column("id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*EDITIONS, name="editionkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("motion_id", Id(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["motion_id"], ["motions.id"], name=op.f("fk_editions_motion_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_editions_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_editions_kind_name")),
    )
    op.create_index(op.f("ix_editions_entry_id"), "editions", ["entry_id"], unique=False)


def _widen() -> None:
    """The kinds there are, and the new ones: whatever migrations before this one have made of them."""
    asked = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    before = op.get_bind().execute(asked, {"name": CHECK}).scalar_one()
    kinds = tuple(re.findall(r"'(\w+)'::", before))
    op.drop_constraint(op.f(CHECK), "motions")
    op.create_check_constraint(op.f(CHECK), "motions", f"kind IN {(*kinds, *NEW)!r}")


def _widen_sqlite() -> None:
    """SQLite changes no constraint of a table: it is made anew as it was, but for the list of kinds."""
    schema = sa.text("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'motions' AND sql IS NOT NULL")
    made = {row.name: row.sql for row in op.get_bind().execute(schema)}
    table = made.pop("motions")
    listed = re.search(rf"CONSTRAINT {CHECK} CHECK \(kind IN \(([^)]*)\)\)", table)
    if listed is None:
        raise RuntimeError("the kinds of motions are not where they were")
    wider = ", ".join((listed[1], *(f"'{kind}'" for kind in NEW)))
    anew = table[: listed.start(1)] + wider + table[listed.end(1) :]
    op.execute(re.sub(r'CREATE TABLE "?motions"?', "CREATE TABLE motions_anew", anew, count=1))
    op.execute("INSERT INTO motions_anew SELECT * FROM motions")
    op.drop_table("motions")
    op.rename_table("motions_anew", "motions")
    for index in made.values():
        op.execute(index)
