"""Alarms, the duty roster, where an officer's mail goes, and messages that are tried again"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = ("danger", "death", "concealment", "retaliation")
HOLDS = " + ".join(f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("desk_id", "officer_id", "address"))
RECEIVER = f"{HOLDS} = CASE WHEN kind = 'hook' THEN 0 ELSE 1 END AND (address IS NULL) = (checkpoint IS NULL)"
SENT = "sent_at IS NULL OR given_up_at IS NULL"
WAITING = sa.text("sent_at IS NULL AND given_up_at IS NULL")
DIGEST = sa.text("kind = 'digest'")
OPEN = sa.text("signed_off_at IS NULL")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("officers", sa.Column("mail", sa.Text(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _outbox_anew()
    else:
        _outbox()
    op.create_index(
        "uq_outbox_digest",
        "outbox",
        ["officer_id", "created_at"],
        unique=True,
        sqlite_where=DIGEST,
        postgresql_where=DIGEST,
    )
    op.create_index("ix_outbox_waiting", "outbox", ["created_at", "id"], sqlite_where=WAITING, postgresql_where=WAITING)
    _alarms()
    _shifts()


def _outbox() -> None:
    op.drop_constraint(op.f("ck_outbox_one_receiver"), "outbox")
    op.add_column("outbox", sa.Column("officer_id", Id(), nullable=True))
    op.add_column("outbox", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("next_at", INSTANT, nullable=True))
    op.add_column("outbox", sa.Column("given_up_at", INSTANT, nullable=True))
    op.add_column("outbox", sa.Column("failure", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_outbox_officer_id"), "outbox", "officers", ["officer_id"], ["id"])
    op.create_check_constraint(op.f("ck_outbox_one_receiver"), "outbox", RECEIVER)
    op.create_check_constraint(op.f("ck_outbox_sent_or_not"), "outbox", SENT)


def _outbox_anew() -> None:
    """SQLite changes no constraint of a table: it is made anew, with its rows."""
    index = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "outbox_anew",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("desk_id", Id(), nullable=True),
        sa.Column("officer_id", Id(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("checkpoint", index, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("next_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(RECEIVER, name=op.f("ck_outbox_one_receiver")),
        sa.CheckConstraint(SENT, name=op.f("ck_outbox_sent_or_not")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_outbox_desk_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_outbox_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    kept = "id, kind, desk_id, address, checkpoint, created_at, sent_at"
    op.execute(f"INSERT INTO outbox_anew ({kept}) SELECT {kept} FROM outbox")  # noqa: S608 — our own names
    op.drop_table("outbox")
    op.rename_table("outbox_anew", "outbox")
    op.create_index(op.f("ix_outbox_created_at"), "outbox", ["created_at"], unique=False)


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("rung_at", INSTANT, nullable=False),
        sa.Column("signed_off_at", INSTANT, nullable=True),
        sa.Column("signed_off_by", Id(), nullable=True),
        sa.Column("down", sa.Text(), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS!r}", name=op.f("ck_alarms_alarmkind")),
        sa.CheckConstraint("(signed_off_at IS NULL) = (signed_off_by IS NULL)", name=op.f("ck_alarms_signed_off")),
        sa.CheckConstraint("down IS NULL OR signed_off_at IS NOT NULL", name=op.f("ck_alarms_stood_down")),
        sa.CheckConstraint("level >= 0", name=op.f("ck_alarms_levelled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_alarms_case_id")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_alarms_desk_id")),
        sa.ForeignKeyConstraint(["signed_off_by"], ["officers.id"], name=op.f("fk_alarms_signed_off_by")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_alarms_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index(op.f("ix_alarms_case_id"), "alarms", ["case_id"], unique=False)
    op.create_index(op.f("ix_alarms_entry_id"), "alarms", ["entry_id"], unique=False)
    op.create_index("ix_alarms_open", "alarms", ["rung_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "uq_alarms_open", "alarms", ["case_id", "kind"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def _shifts() -> None:
    op.create_table(
        "duty_shifts",
        sa.Column("id", Id(), nullable=False),
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("removed_at", INSTANT, nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_duty_shifts_forward")),
        sa.ForeignKeyConstraint(["desk_id"], ["desks.id"], name=op.f("fk_duty_shifts_desk_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_duty_shifts_officer_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_duty_shifts_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
    )
    op.create_index("ix_duty_shifts_desk_ends", "duty_shifts", ["desk_id", "ends_at"], unique=False)
    op.create_index(op.f("ix_duty_shifts_entry_id"), "duty_shifts", ["entry_id"], unique=False)
