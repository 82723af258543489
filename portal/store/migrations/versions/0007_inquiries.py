"""The register of inquiries: who asked for a reporter's name outside the proper way"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inquiries",
        sa.Column("id", Id(), nullable=False),
        sa.Column("author_id", Id(), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["officers.id"], name=op.f("fk_inquiries_author_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["authorities.id"], name=op.f("fk_inquiries_authority_id")),
        _entry("inquiries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiries")),
    )
    op.create_index(op.f("ix_inquiries_entry_id"), "inquiries", ["entry_id"], unique=False)
    op.create_index(op.f("ix_inquiries_registered_at"), "inquiries", ["registered_at"], unique=False)
    op.create_table(
        "inquiry_keys",
        sa.Column("id", Id(), nullable=False),
        sa.Column("inquiry_id", Id(), nullable=False),
        sa.Column("desk_epoch_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["desk_epoch_id"], ["desk_epochs.id"], name=op.f("fk_inquiry_keys_desk_epoch_id")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiries.id"], name=op.f("fk_inquiry_keys_inquiry_id")),
        _entry("inquiry_keys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry_keys")),
        sa.UniqueConstraint("inquiry_id", "desk_epoch_id", name=op.f("uq_inquiry_keys_inquiry_id_desk_epoch_id")),
    )
    op.create_index(op.f("ix_inquiry_keys_desk_epoch_id"), "inquiry_keys", ["desk_epoch_id"], unique=False)
    op.create_index(op.f("ix_inquiry_keys_entry_id"), "inquiry_keys", ["entry_id"], unique=False)


def _entry(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["entry_id"], ["entries.id"], name=op.f(f"fk_{table}_entry_id"), initially="DEFERRED", deferrable=True
    )
