"""One-time codes on paper: which one comes next"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("otp_steps", sa.Column("printed", sa.Integer(), nullable=False, server_default="0"))
