"""Rewards that two people take back, contested; and the day on which a public notice of a decision was put up"""

import sqlalchemy as sa
from alembic import op

from portal.store.migrations.columns import id_column, moment, refer
from portal.store.migrations.widening import widen

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

STAFF = ("certify", "seat", "open", "turn", "resume", "found", "rename", "adopt", "locate")
STEPS = ("extend", "conclude", "block", "review", "reward", "revoke", "pay", "cancel", "recall")
STATES = (
    "submitted",
    "returned",
    "approved",
    "refused",
    "contested",
    "upheld",
    "given_up",
    "forfeited",
    "revoked",
    "disputed",
)
REASONS = ("fabricated", "duty", "collusion", "name", "other")
STANDING = "state IN ('approved', 'contested', 'disputed', 'submitted')"
CHECKS = {
    "revokereason": f"reason IN {REASONS!r}",
    "revoked": "(motion_id IS NULL) = (granted_id IS NULL)",
    "contested": "contest_id IS NULL OR motion_id IS NOT NULL",
    "decided": "decided_at IS NULL OR contest_id IS NOT NULL",
    "reviewed": "(reviewer_id IS NULL) = (decided_at IS NULL)",
}


def upgrade() -> None:
    op.drop_index("uq_awards_open", "awards")  # which says what stands, and that is one state more
    widen("motions", "motionkind", "kind", (*STAFF, *STEPS))
    widen("awards", "awardstate", "state", STATES)
    where = sa.text(STANDING)
    op.create_index("uq_awards_open", "awards", ["report_id"], unique=True, sqlite_where=where, postgresql_where=where)
    op.execute("ALTER TABLE awards ADD COLUMN posted_on DATE")
    _revocations()


def _revocations() -> None:
    op.create_table(
        "revocations",
        *(id_column(name) for name in ("id", "award_id")),
        sa.Column("reason", sa.String(32), nullable=False),
        id_column("content_key_id"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        moment("made_at"),
        *(id_column(name, nullable=True) for name in ("motion_id", "granted_id", "contest_id", "reviewer_id")),
        moment("decided_at", nullable=True),
        id_column("entry_id"),
        *(sa.CheckConstraint(said, name=op.f(f"ck_revocations_{name}")) for name, said in CHECKS.items()),
        *refer(
            "revocations",
            award_id="awards",
            content_key_id="content_keys",
            motion_id="motions",
            granted_id="letters",
            contest_id="letters",
            reviewer_id="officers",
            entry_id="entries",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocations")),
        sa.UniqueConstraint("motion_id", name=op.f("uq_revocations_motion_id")),
    )
    for column in ("award_id", "entry_id"):
        op.create_index(op.f(f"ix_revocations_{column}"), "revocations", [column], unique=False)
