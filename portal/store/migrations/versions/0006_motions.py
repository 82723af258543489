"""What needs a second person; officers who draw their own keys; desk keys that are proposed; seats that triggers guard"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store import triggers
from portal.store.base import Id

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OFFICERS = "id, username, authority_id, state, locked_keys, public_key, verify_key, certificate_id, entry_id"
EPOCHS = "id, desk_id, epoch, public_key, certificate_id, previous, opened_at, closed_at, entry_id"
SEATS = "id, desk_epoch_id, officer_id, wrapped, seated_at, left_at, entry_id"
STATES = "state IN ('enrolling', 'active', 'suspended', 'left')"
CHECKS = {
    "officers": {
        "pair": "(public_key IS NULL) = (verify_key IS NULL)",
        "drawn": "public_key IS NOT NULL OR state IN ('enrolling', 'left')",
        "certified": "certificate_id IS NULL OR public_key IS NOT NULL",
    },
    "desk_epochs": {
        "opened": "(opened_at IS NULL) = (certificate_id IS NULL)",
        "closed": "closed_at IS NULL OR opened_at IS NOT NULL",
    },
}
NULLABLE = {
    "officers": ("public_key", "verify_key", "certificate_id"),
    "desk_epochs": ("certificate_id", "opened_at"),
}
CURRENT = "opened_at IS NOT NULL AND closed_at IS NULL"
HELD = "left_at IS NULL"


def upgrade() -> None:
    op.create_table("motions", *_motions_columns(), *_motions_constraints())
    op.create_index(op.f("ix_motions_entry_id"), "motions", ["entry_id"], unique=False)
    op.create_index("ix_motions_state", "motions", ["state", "expires_at"], unique=False)
    op.create_index("ix_motions_authority", "motions", ["authority_id", "state", "proposed_at"], unique=False)
    op.create_index("ix_motions_officer", "motions", ["officer_id", "state"], unique=False)
    op.create_index("ix_motions_desk", "motions", ["desk_id", "state"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _anew("officers", OFFICERS, *_officers())
        _anew("desk_epochs", EPOCHS, *_epochs())
        _anew("seats", SEATS, *_seats())
        op.create_index(op.f("ix_seats_officer_id"), "seats", ["officer_id"], unique=False)
    else:
        _alter()
    _partial("uq_desk_epochs_current", "desk_epochs", ["desk_id"], CURRENT)
    _partial("uq_seats_held", "seats", ["desk_epoch_id", "officer_id"], HELD)
    for statement in triggers.SEATS[op.get_bind().dialect.name]:
        op.execute(statement)


def _alter() -> None:
    for table, columns in NULLABLE.items():
        for column in columns:
            op.alter_column(table, column, nullable=True)
    for table, checks in CHECKS.items():
        for name, said in checks.items():
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, said)
    op.drop_index("uq_desk_epochs_current", "desk_epochs")
    op.drop_constraint(op.f("uq_seats_desk_epoch_id_officer_id"), "seats")


def _anew(table: str, kept: str, *parts: Any) -> None:
    """SQLite changes no constraint of a table: it is made anew, and takes the old one's name and rows."""
    op.create_table(f"{table}_anew", *parts)
    op.execute(f"INSERT INTO {table}_anew ({kept}) SELECT {kept} FROM {table}")  # noqa: S608 — our own names
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)
    op.create_index(op.f(f"ix_{table}_entry_id"), table, ["entry_id"], unique=False)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _entry(table: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["entry_id"], ["entries.id"], name=op.f(f"fk_{table}_entry_id"), initially="DEFERRED", deferrable=True
    )


def _refers(table: str, column: str, other: str) -> sa.Constraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _checks(table: str) -> list[sa.Constraint]:
    return [sa.CheckConstraint(said, name=op.f(f"ck_{table}_{name}")) for name, said in CHECKS[table].items()]


def _officers() -> list[Any]:
    keyed = "locked_keys IS NOT NULL OR state IN ('enrolling', 'left')"
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("locked_keys", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("verify_key", sa.LargeBinary(), nullable=True),
        sa.Column("certificate_id", Id(), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_officers_officerstate")),
        sa.CheckConstraint(keyed, name=op.f("ck_officers_keyed")),
        *_checks("officers"),
        _refers("officers", "authority_id", "authorities"),
        _refers("officers", "certificate_id", "certificates"),
        _entry("officers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("username", name=op.f("uq_officers_username")),
    ]


def _epochs() -> list[Any]:
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("desk_id", Id(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_id", Id(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("(epoch = 1) = (previous IS NULL)", name=op.f("ck_desk_epochs_chained")),
        *_checks("desk_epochs"),
        _refers("desk_epochs", "certificate_id", "certificates"),
        _refers("desk_epochs", "desk_id", "desks"),
        _entry("desk_epochs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_epochs")),
        sa.UniqueConstraint("desk_id", "epoch", name=op.f("uq_desk_epochs_desk_id_epoch")),
    ]


def _seats() -> list[Any]:
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("desk_epoch_id", Id(), nullable=False),
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        _refers("seats", "desk_epoch_id", "desk_epochs"),
        _refers("seats", "officer_id", "officers"),
        _entry("seats"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    ]


def _motions_columns() -> list[sa.Column[Any]]:
    kinds = ("certify", "seat", "open", "turn", "resume")
    states = ("proposed", "confirmed", "refused", "withdrawn", "lapsed")
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", _words("motionkind", *kinds), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column("state", _words("motionstate", *states), nullable=False),
        sa.Column("proposer_id", Id(), nullable=False),
        sa.Column("seconder_id", Id(), nullable=True),
        sa.Column("officer_id", Id(), nullable=True),
        sa.Column("officer_certificate_id", Id(), nullable=True),
        sa.Column("desk_id", Id(), nullable=True),
        sa.Column("desk_epoch_id", Id(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first", sa.LargeBinary(), nullable=False),
        sa.Column("second", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
    ]


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _motions_constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("seconder_id <> proposer_id", name=op.f("ck_motions_two_people")),
        sa.CheckConstraint("(state = 'confirmed') = (second IS NOT NULL)", name=op.f("ck_motions_confirmed")),
        sa.CheckConstraint("second IS NULL OR seconder_id IS NOT NULL", name=op.f("ck_motions_seconded")),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_motions_decided")),
        _refers("motions", "authority_id", "authorities"),
        _refers("motions", "proposer_id", "officers"),
        _refers("motions", "seconder_id", "officers"),
        _refers("motions", "officer_id", "officers"),
        _refers("motions", "officer_certificate_id", "certificates"),
        _refers("motions", "desk_id", "desks"),
        _entry("motions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_motions")),
    ]
