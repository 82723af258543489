"""Rewards: awards of reports, payments that name none of them, budgets; letters and papers of both"""

import sqlalchemy as sa
from alembic import op

from portal.store import triggers
from portal.store.migrations.columns import id_column, moment, refer
from portal.store.migrations.widening import widen

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

STAFF = ("certify", "seat", "open", "turn", "resume", "found", "rename", "adopt")
PAPERS = ("note", "plan", "visit", "finding", "penalty", "conclusion", "order", "referral", "grounds", "review")
EDITIONS = ("holidays", "reasons", "clocks", "categories", "divisions", "authorities", "oversight")
LETTERS = ("narrative", "addition", "message", "feedback", "objection", "note", "statement", "file")
WIDER = (
    (
        "motions",
        "motionkind",
        "kind",
        (*STAFF, "extend", "conclude", "block", "review", "reward", "pay"),
    ),
    (
        "content_keys",
        "compartment",
        "compartment",
        ("report", "phone", "summary", "case", "motion", "proposal", "award"),
    ),
    ("editions", "editionkind", "kind", (*EDITIONS, "rewards")),
    ("papers", "paperkind", "kind", (*PAPERS, "reward")),
    ("letters", "letterkind", "kind", (*LETTERS, "award", "contest")),
)
AWARDS = ("submitted", "returned", "approved", "refused", "contested", "upheld", "given_up", "forfeited", "revoked")
PAYOUTS = ("claimed", "released", "paid", "failed", "cancelled")
STANDING = "state IN ('approved', 'contested', 'submitted')"


def upgrade() -> None:
    for table, name, column, values in WIDER:
        widen(table, name, column, values)
    if op.get_bind().dialect.name == "sqlite":  # a table made anew has no triggers
        for statement in triggers.STATEMENTS["sqlite"]:
            op.execute(statement)
    _awards()
    _awards_indexes()
    _budgets()
    _payouts()


def _awards() -> None:
    op.create_table(
        "awards",
        *(id_column(name) for name in ("id", "report_id", "case_id", "authority_id", "desk_id")),
        id_column("above_desk_id", nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        *(id_column(name) for name in ("motion_id", "proposal_id")),
        *(id_column(name, nullable=True) for name in ("judge_id", "reviewer_id", "letter_id", "contest_id")),
        moment("made_at"),
        moment("decided_at", nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        id_column("entry_id"),
        sa.CheckConstraint(f"state IN {AWARDS!r}", name=op.f("ck_awards_awardstate")),
        sa.CheckConstraint("state IN ('submitted', 'returned') OR judge_id IS NOT NULL", name=op.f("ck_awards_judged")),
        sa.CheckConstraint("(judge_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_awards_decided")),
        sa.CheckConstraint("reviewer_id IS NULL OR reviewer_id <> judge_id", name=op.f("ck_awards_two_judges")),
        sa.CheckConstraint("state <> 'contested' OR contest_id IS NOT NULL", name=op.f("ck_awards_contested")),
        *refer(
            "awards",
            report_id="reports",
            case_id="cases",
            authority_id="authorities",
            desk_id="desks",
            above_desk_id="desks",
            motion_id="motions",
            proposal_id="papers",
            judge_id="officers",
            reviewer_id="officers",
            letter_id="letters",
            contest_id="letters",
            entry_id="entries",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint("motion_id", name=op.f("uq_awards_motion_id")),
    )


def _awards_indexes() -> None:
    for column in ("report_id", "case_id", "entry_id"):
        op.create_index(op.f(f"ix_awards_{column}"), "awards", [column], unique=False)
    op.create_index("ix_awards_desk", "awards", ["desk_id", "state", "made_at"], unique=False)
    op.create_index("ix_awards_authority", "awards", ["authority_id", "state", "decided_at"], unique=False)
    where = sa.text(STANDING)
    op.create_index("uq_awards_open", "awards", ["report_id"], unique=True, sqlite_where=where, postgresql_where=where)


def _budgets() -> None:
    op.create_table(
        "budgets",
        *(id_column(name) for name in ("id", "authority_id")),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        id_column("officer_id"),
        moment("set_at"),
        id_column("entry_id"),
        sa.CheckConstraint("fen >= 0", name=op.f("ck_budgets_fen")),
        *refer("budgets", authority_id="authorities", officer_id="officers", entry_id="entries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("authority_id", "year", "position", name=op.f("uq_budgets_authority_id_year_position")),
    )
    op.create_index(op.f("ix_budgets_entry_id"), "budgets", ["entry_id"], unique=False)


def _payouts() -> None:
    op.create_table(
        "payouts",
        *(id_column(name) for name in ("id", "desk_id")),
        sa.Column("state", sa.String(32), nullable=False),
        id_column("desk_epoch_id"),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("wrapped", "body", "code")),
        sa.Column("tries", sa.Integer(), nullable=False),
        moment("tried_at", nullable=True),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("wiped_on", sa.Date(), nullable=True),
        id_column("motion_id", nullable=True),
        id_column("entry_id"),
        sa.CheckConstraint(f"state IN {PAYOUTS!r}", name=op.f("ck_payouts_payoutstate")),
        sa.CheckConstraint("(body IS NULL) = (wiped_on IS NOT NULL)", name=op.f("ck_payouts_wiped")),
        sa.CheckConstraint("(wrapped IS NULL) = (body IS NULL)", name=op.f("ck_payouts_sealed")),
        sa.CheckConstraint("state <> 'paid' OR paid_on IS NOT NULL", name=op.f("ck_payouts_paid")),
        sa.CheckConstraint(
            "state NOT IN ('released', 'paid') OR motion_id IS NOT NULL", name=op.f("ck_payouts_two_people")
        ),
        *refer("payouts", desk_id="desks", desk_epoch_id="desk_epochs", motion_id="motions", entry_id="entries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
    )
    op.create_index(op.f("ix_payouts_entry_id"), "payouts", ["entry_id"], unique=False)
    op.create_index("ix_payouts_desk", "payouts", ["desk_id", "state", "claimed_on", "id"], unique=False)
