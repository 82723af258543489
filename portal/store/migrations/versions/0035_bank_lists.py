"""Lists for the bank (付款批次), counters (领取地点), why a proposed reward went back; the motions for the first two"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id
from portal.store.migrations.columns import id_column, refer
from portal.store.migrations.widening import widen

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

STAFF = ("certify", "seat", "open", "turn", "resume", "found", "rename", "adopt", "locate")
STEPS = ("extend", "conclude", "block", "review", "reward", "pay", "cancel", "recall")
STATES, ANSWERS = ("open", "settled", "recalled"), ("waiting", "paid", "returned", "recalled")
PAPERS = ("note", "plan", "visit", "finding", "penalty", "conclusion", "order", "referral", "grounds", "review")
WAITING = "answer = 'waiting'"


def upgrade() -> None:
    widen("motions", "motionkind", "kind", (*STAFF, *STEPS))
    widen("papers", "paperkind", "kind", (*PAPERS, "reward", "return", "exhibit"))
    _lists()
    _items()
    _counters()
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE payouts ADD COLUMN list_id BLOB CONSTRAINT fk_payouts_list_id REFERENCES bank_lists (id)"
        )
    else:
        op.add_column("payouts", sa.Column("list_id", Id(), nullable=True))
        op.create_foreign_key(op.f("fk_payouts_list_id"), "payouts", "bank_lists", ["list_id"], ["id"])
    op.create_index("ix_payouts_list_id", "payouts", ["list_id"])


def _lists() -> None:
    op.create_table(
        "bank_lists",
        *(id_column(name) for name in ("id", "desk_id", "officer_id", "desk_epoch_id", "entry_id")),
        id_column("motion_id", nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("year", "position", "count", "downloads")),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("wrapped", "body")),
        sa.CheckConstraint(f"state IN {STATES!r}", name=op.f("ck_bank_lists_bankliststate")),
        sa.CheckConstraint("count > 0", name=op.f("ck_bank_lists_count")),
        sa.CheckConstraint("downloads >= 0", name=op.f("ck_bank_lists_downloads")),
        sa.CheckConstraint("(state = 'recalled') = (motion_id IS NOT NULL)", name=op.f("ck_bank_lists_two_people")),
        *refer(
            "bank_lists",
            desk_id="desks",
            officer_id="officers",
            desk_epoch_id="desk_epochs",
            motion_id="motions",
            entry_id="entries",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_lists")),
        sa.UniqueConstraint("desk_id", "year", "position", name=op.f("uq_bank_lists_desk_id_year_position")),
    )
    op.create_index("ix_bank_lists_desk", "bank_lists", ["desk_id", "made_on", "id"])
    op.create_index(op.f("ix_bank_lists_entry_id"), "bank_lists", ["entry_id"])


def _items() -> None:
    op.create_table(
        "bank_items",
        *(id_column(name) for name in ("id", "list_id", "payout_id", "entry_id")),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("claim", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.CheckConstraint(f"answer IN {ANSWERS!r}", name=op.f("ck_bank_items_bankanswer")),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (answer IN ('waiting', 'recalled'))", name=op.f("ck_bank_items_answered")
        ),
        *refer("bank_items", list_id="bank_lists", payout_id="payouts", entry_id="entries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_items")),
        sa.UniqueConstraint("list_id", "position", name=op.f("uq_bank_items_list_id_position")),
    )
    op.create_index("ix_bank_items_payout_id", "bank_items", ["payout_id"])
    op.create_index(op.f("ix_bank_items_entry_id"), "bank_items", ["entry_id"])
    waiting = sa.text(WAITING)
    op.create_index(
        "uq_bank_items_waiting",
        "bank_items",
        ["payout_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _counters() -> None:
    op.create_table(
        "counters",
        *(id_column(name) for name in ("id", "authority_id", "entry_id")),
        sa.Column("since", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "address", "hours", "telephone")),
        *refer("counters", authority_id="authorities", entry_id="entries"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counters")),
        sa.UniqueConstraint("authority_id", "since", name=op.f("uq_counters_authority_id_since")),
    )
    op.create_index(op.f("ix_counters_entry_id"), "counters", ["entry_id"])
