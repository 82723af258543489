"""Indexes: what the queue is ordered by says when a case arrived; five that began like a unique one beside them go"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# Of cases: name, columns, and which rows stand in it.
LONGER = (
    ("ix_cases_desk_due", ("desk_id", "due_at", "id"), None),
    ("ix_cases_lead_desk_due", ("lead_desk_id", "due_at", "id"), None),
    ("ix_cases_raised_desk_due", ("raised_desk_id", "due_at", "id"), None),
    ("ix_cases_desk_closed", ("desk_id", "closed_at", "id"), "closed_at IS NOT NULL"),
    ("ix_cases_lead_desk_closed", ("lead_desk_id", "closed_at", "id"), "closed_at IS NOT NULL"),
)
SPARE = (
    ("ix_content_keys_report_id", "content_keys"),
    ("ix_content_keys_case_id", "content_keys"),
    ("ix_identity_fields_report_id", "identity_fields"),
    ("ix_identity_shares_field_id", "identity_shares"),
    ("ix_letters_report_id", "letters"),
)


def upgrade() -> None:
    for name, columns, rows in LONGER:
        where = sa.text(rows) if rows else None
        op.drop_index(name, table_name="cases")
        op.create_index(name, "cases", [*columns, "arrived_at"], sqlite_where=where, postgresql_where=where)
    for name, table in SPARE:
        op.drop_index(name, table_name=table)
