"""Nodes of the ledger's tree, so that proofs need not hash every leaf; messages to witnesses"""

import sqlalchemy as sa
from alembic import op

from crypto import tree
from portal.store import triggers
from portal.store.base import Id

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WIDTH = 256


def upgrade() -> None:
    op.create_table(
        "tile_hashes",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("level > 0", name=op.f("ck_tile_hashes_above_leaves")),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_tile_hashes")),
    )
    op.create_index("ix_checkpoints_size_signed_at", "checkpoints", ["size", "signed_at"], unique=False)
    _fill(op.get_bind())
    _outbox()
    for statement in triggers.TILES[op.get_bind().dialect.name]:
        op.execute(statement)


def _outbox() -> None:
    """Desk or witness. SQLite changes no constraint of a table: it is made anew, with its rows."""
    index = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    receiver = "(desk_id IS NULL) = (address IS NOT NULL) AND (address IS NULL) = (checkpoint IS NULL)"
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("outbox", "desk_id", nullable=True)
        op.add_column("outbox", sa.Column("address", sa.Text(), nullable=True))
        op.add_column("outbox", sa.Column("checkpoint", index, nullable=True))
        op.create_check_constraint(op.f("ck_outbox_one_receiver"), "outbox", receiver)
        return
    op.create_table(
        "outbox_anew",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("desk_id", Id(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("checkpoint", index, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(receiver, name=op.f("ck_outbox_one_receiver")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_outbox_desk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    kept = "id, kind, desk_id, created_at, sent_at"
    op.execute(f"INSERT INTO outbox_anew ({kept}) SELECT {kept} FROM outbox")  # noqa: S608 — our own names
    op.drop_table("outbox")
    op.rename_table("outbox_anew", "outbox")
    op.create_index(op.f("ix_outbox_created_at"), "outbox", ["created_at"], unique=False)


def _fill(connection: sa.Connection) -> None:
    """For the leaves that are signed; the signer writes the rest."""
    size = connection.execute(sa.text("SELECT MAX(size) FROM checkpoints")).scalar_one() or 0
    level, below = 1, 'SELECT hash FROM leaves WHERE "index" >= :start AND "index" < :end ORDER BY "index"'
    while whole := size // WIDTH**level:
        for index in range(whole):
            span = {"start": index * WIDTH, "end": (index + 1) * WIDTH, "level": level - 1}
            node = tree.root(connection.execute(sa.text(below), span).scalars())
            connection.execute(
                sa.text('INSERT INTO tile_hashes (level, "index", hash) VALUES (:level, :index, :hash)'),
                {"level": level, "index": index, "hash": node},
            )
        below = (
            'SELECT hash FROM tile_hashes WHERE level = :level AND "index" >= :start AND "index" < :end'
            ' ORDER BY "index"'
        )
        level += 1
