"""Clocks that are superseded keep their start: of one start one stands; for how long each stood still"""

import sqlalchemy as sa
from alembic import op

from portal.store.migrations.widening import anew

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

OWNERS = ("case_id", "report_id")
CHAIN = "fk_clocks_superseded_by"
INDEXES = (
    *(
        (f"uq_clocks_{owner}_rule_started_at", [owner, "rule", "started_at"], "superseded_by IS NULL")
        for owner in OWNERS
    ),
    ("ix_clocks_superseded_by", ["superseded_by"], None),
    ("ix_clocks_provisional", ["due_at"], "provisional AND state = 'running'"),
    ("ix_clocks_target", ["target_at"], "target_at IS NOT NULL AND reminded_at IS NULL AND state = 'running'"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        anew("clocks", _without)
    else:
        for owner in OWNERS:
            op.drop_constraint(op.f(f"uq_clocks_{owner}_rule_started_at"), "clocks")
        op.drop_constraint(op.f(CHAIN), "clocks")
        op.create_foreign_key(
            op.f(CHAIN), "clocks", "clocks", ["superseded_by"], ["id"], deferrable=True, initially="DEFERRED"
        )
    op.execute(
        "ALTER TABLE clocks ADD COLUMN stood INTEGER CONSTRAINT ck_clocks_stood CHECK (stood IS NULL OR stood > 0)"
    )
    for name, columns, given in INDEXES:
        where = sa.text(given) if given else None
        op.create_index(
            name, "clocks", columns, unique=name.startswith("uq"), sqlite_where=where, postgresql_where=where
        )


def _without(was: str) -> str:
    """The table as it was, but for two constraints that go and one that waits for the commit."""
    kept = [line for line in was.splitlines() if "CONSTRAINT uq_clocks_" not in line]
    chain = "REFERENCES clocks (id)"
    return "\n".join(
        line.replace(chain, f"{chain} DEFERRABLE INITIALLY DEFERRED") if CHAIN in line else line for line in kept
    )
