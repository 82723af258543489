"""Passkeys of officers"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", Id(), nullable=False),
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("officer_key", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_passkeys_officer_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_passkeys_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_entry_id"), "passkeys", ["entry_id"], unique=False)
    op.create_index(op.f("ix_passkeys_officer_id"), "passkeys", ["officer_id"], unique=False)
    op.create_table(
        "passkey_uses",
        sa.Column("passkey_id", Id(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.CheckConstraint("count >= 0", name=op.f("ck_passkey_uses_counted")),
        sa.ForeignKeyConstraint(["passkey_id"], ["passkeys.id"], name=op.f("fk_passkey_uses_passkey_id")),
        sa.PrimaryKeyConstraint("passkey_id", name=op.f("pk_passkey_uses")),
    )
    op.create_table(
        "used_challenges",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_challenges")),
    )
