"""Names of payees: a mark of the reporter's name that the receipt opens; files of a delegate's letter under a payment"""

import sqlalchemy as sa
from alembic import op

from portal.store.migrations.columns import id_column, refer

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("name_mark", sa.LargeBinary(), nullable=True))
    op.create_table(
        "payout_files",
        *(id_column(name) for name in ("id", "payout_id")),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        id_column("entry_id"),
        *refer("payout_files", payout_id="payouts", entry_id="entries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_files")),
    )
    for name in ("payout_id", "entry_id"):
        op.create_index(op.f(f"ix_payout_files_{name}"), "payout_files", [name])
