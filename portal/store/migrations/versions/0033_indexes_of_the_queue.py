"""Indexes: the queue's hold what it counts and filters by; five that began like a unique one beside them go"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TOLD = ("arrived_at", "lane", "main_id")
DESKS = ("desk", "lead_desk")
# Of cases: name, columns, and which rows stand in it.
MADE = (
    *((f"ix_cases_{desk}_due", (f"{desk}_id", "due_at", "id", *TOLD), None) for desk in (*DESKS, "raised_desk")),
    *((f"ix_cases_{desk}_state_due", (f"{desk}_id", "state", "due_at", "id", *TOLD), None) for desk in DESKS),
    *(
        (f"ix_cases_{desk}_closed", (f"{desk}_id", "closed_at", "id", "arrived_at"), "closed_at IS NOT NULL")
        for desk in DESKS
    ),
    # The last: of several that seem to fit alike SQLite takes the newest, and these have fewer rows.
    *(
        (f"ix_cases_{desk}_lane", (f"{desk}_id", "lane", "due_at", "id", "main_id"), "lane IS NOT NULL")
        for desk in DESKS
    ),
    *((f"ix_cases_{desk}_news", (f"{desk}_id", "news_at", "id", "main_id"), "news_at IS NOT NULL") for desk in DESKS),
    *(
        (f"ix_cases_{desk}_supervised", (f"{desk}_id", "due_at", "id", "main_id"), "supervised_at IS NOT NULL")
        for desk in (*DESKS, "raised_desk")
    ),
)
SPARE = (
    ("ix_content_keys_report_id", "content_keys"),
    ("ix_content_keys_case_id", "content_keys"),
    ("ix_identity_fields_report_id", "identity_fields"),
    ("ix_identity_shares_field_id", "identity_shares"),
    ("ix_letters_report_id", "letters"),
)


def upgrade() -> None:
    for name, columns, rows in MADE:
        where = sa.text(rows) if rows else None
        op.drop_index(name, table_name="cases")
        op.create_index(name, "cases", list(columns), sqlite_where=where, postgresql_where=where)
    for name, table in SPARE:
        op.drop_index(name, table_name=table)
