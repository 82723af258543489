"""Nodes of the ledger's tree, so that proofs need not hash every leaf"""

import sqlalchemy as sa
from alembic import op

from crypto import tree
from portal.store import triggers

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
    for statement in triggers.TILES[op.get_bind().dialect.name]:
        op.execute(statement)


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
