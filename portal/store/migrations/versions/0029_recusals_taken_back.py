"""Recusal: what was declared can be compared, and a recusal can be taken back"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}
ID = {"sqlite": "BLOB", "postgresql": "UUID"}
INSTANT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}
# Columns that come to tables there are: table, column, type, whither it refers.
COLUMNS = (
    ("declarations", "marks", BYTES, None),
    ("recusals", "plea_id", ID, "papers"),
    ("recusals", "lifter_id", ID, "officers"),
    ("recusals", "lifted_at", INSTANT, None),
)
# A CHECK comes with the last column that it names: SQLite adds none alone.
CHECKS = {
    ("recusals", "lifter_id"): ("two_people", "lifter_id <> officer_id"),
    ("recusals", "lifted_at"): ("lifted", "(lifted_at IS NULL) = (lifter_id IS NULL)"),
}


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    for table, column, kind, target in COLUMNS:
        refers = f" CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)" if target else ""
        name, condition = CHECKS.get((table, column), ("", ""))
        checked = f" CONSTRAINT ck_{table}_{name} CHECK ({condition})" if name else ""
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind[engine]}{refers}{checked}")
