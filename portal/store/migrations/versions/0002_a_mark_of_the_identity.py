"""A mark that tells a repeated identity from a corrected one"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("leases")  # they are locks now: portal.store.leases
    op.add_column("reports", sa.Column("identity_mark", sa.LargeBinary(), nullable=True))
