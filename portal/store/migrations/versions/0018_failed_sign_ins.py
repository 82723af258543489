"""Failed sign-ins of accounts there are, by the hour"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_sign_in_failures_officer_id")),
        sa.PrimaryKeyConstraint("officer_id", "hour", name=op.f("pk_sign_in_failures")),
    )
