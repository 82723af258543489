"""Officers who are still to enrol, their codes, and desk keys wrapped to the recovery keys"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES = "state IN ('enrolling', 'active', 'suspended', 'left')"
KEYED = "locked_keys IS NOT NULL OR state IN ('enrolling', 'left')"
KEPT = "id, username, authority_id, state, locked_keys, public_key, verify_key, certificate_id, entry_id"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _officers_anew()
    else:
        op.drop_constraint(op.f("ck_officers_officerstate"), "officers")
        op.create_check_constraint(op.f("ck_officers_officerstate"), "officers", STATES)
        op.alter_column("officers", "locked_keys", nullable=True)
        op.create_check_constraint(op.f("ck_officers_keyed"), "officers", KEYED)
    _enrolments()
    _recovery_grants()


def _enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("id", Id(), nullable=False),
        sa.Column("officer_id", Id(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("locked_keys", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("used_at IS NULL OR locked_keys IS NULL", name=op.f("ck_enrolments_used_up")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_enrolments_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=op.f("fk_enrolments_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("lookup", name=op.f("uq_enrolments_lookup")),
    )
    op.create_index(op.f("ix_enrolments_entry_id"), "enrolments", ["entry_id"], unique=False)
    op.create_index(op.f("ix_enrolments_officer_id"), "enrolments", ["officer_id"], unique=False)


def _recovery_grants() -> None:
    op.create_table(
        "recovery_grants",
        sa.Column("id", Id(), nullable=False),
        sa.Column("desk_epoch_id", Id(), nullable=False),
        sa.Column("certificate_id", Id(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_recovery_grants_certificate_id")
        ),
        sa.ForeignKeyConstraint(["desk_epoch_id"], ["desk_epochs.id"], name=op.f("fk_recovery_grants_desk_epoch_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
            name=op.f("fk_recovery_grants_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_grants")),
        sa.UniqueConstraint(
            "desk_epoch_id", "certificate_id", name=op.f("uq_recovery_grants_desk_epoch_id_certificate_id")
        ),
    )
    op.create_index(op.f("ix_recovery_grants_entry_id"), "recovery_grants", ["entry_id"], unique=False)


def _officers_anew() -> None:
    """SQLite changes no constraint of a table: it is made anew, and takes the old one's name and rows."""
    op.create_table(
        "officers_anew",
        sa.Column("id", Id(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("authority_id", Id(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("locked_keys", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("verify_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_id", Id(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_officers_officerstate")),
        sa.CheckConstraint(KEYED, name=op.f("ck_officers_keyed")),
        sa.ForeignKeyConstraint(["authority_id"], ["authorities.id"], name=op.f("fk_officers_authority_id")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificates.id"], name=op.f("fk_officers_certificate_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_officers_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officers")),
        sa.UniqueConstraint("username", name=op.f("uq_officers_username")),
    )
    op.execute(f"INSERT INTO officers_anew ({KEPT}) SELECT {KEPT} FROM officers")  # noqa: S608 — our own names
    op.drop_table("officers")
    op.rename_table("officers_anew", "officers")
    op.create_index(op.f("ix_officers_entry_id"), "officers", ["entry_id"], unique=False)
