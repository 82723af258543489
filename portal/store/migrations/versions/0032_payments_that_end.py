"""Payments that end unpaid: why and when, and a kind of motion for the two people who end one"""

from alembic import op

from portal.store.migrations.widening import widen

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STAFF = ("certify", "seat", "open", "turn", "resume", "found", "rename", "adopt")
STEPS = ("extend", "conclude", "block", "review", "reward", "pay", "cancel")
ENDS = ("account", "uncollected", "revoked", "withdrawn")
# A CHECK comes with the last column that it names: SQLite adds none alone.
COLUMNS = (
    (
        "ended",
        "VARCHAR(32)",
        {"payoutend": f"ended IN {ENDS!r}", "ended": "(state = 'cancelled') = (ended IS NOT NULL)"},
    ),
    ("ended_on", "DATE", {"ended_on": "(ended IS NULL) = (ended_on IS NULL)"}),
)


def upgrade() -> None:
    widen("motions", "motionkind", "kind", (*STAFF, *STEPS))
    for column, kind, checks in COLUMNS:
        checked = " ".join(f"CONSTRAINT ck_payouts_{name} CHECK ({said})" for name, said in checks.items())
        op.execute(f"ALTER TABLE payouts ADD COLUMN {column} {kind} {checked}")
