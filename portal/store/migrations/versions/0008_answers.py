"""Requests that are answered yes or no: what the person said, for the custodian alone"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IDENTITY = ("name", "phone", "email", "address", "id_number", "relation", "cosigners")
REQUESTS = ("asked", "lifted", "released", "answered", "refused", "lapsed", "closed", "done")
FIELDS = ("asked", "lifted", "released", "matched", "unmatched", "refused", "wiped")
RELEASED = "(state <> 'released' AND state <> 'answered') OR releaser_id IS NOT NULL"
CLAIMS = {
    "claim": "(claim IS NULL) = (claim_key IS NULL)",
    "claim_epoch": "(claim IS NULL) = (claim_epoch_id IS NULL)",
    "claimed": "claim IS NULL OR state IN ('asked', 'lifted')",
}
INDEXES = {
    "ix_disclosures_custody": ["custody_desk_id", "state", "asked_at"],
    "ix_disclosures_due": ["state", "expires_at"],
    "ix_disclosures_entry_id": ["entry_id"],
    "ix_disclosures_lead": ["lead_desk_id", "state", "asked_at"],
    "ix_disclosures_report_id": ["report_id"],
    "ix_disclosures_requester": ["requester_id", "asked_at"],
    "ix_disclosure_fields_entry_id": ["entry_id"],
    "ix_disclosure_fields_identity_field_id": ["identity_field_id"],
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _anew("disclosures", [*_disclosures_columns(), *_disclosures_constraints()])
        _anew("disclosure_fields", [*_fields_columns(), *_fields_constraints()])
    else:
        _alter()


def _alter() -> None:
    for column in _claim():
        op.add_column("disclosure_fields", column)
    op.create_foreign_key(
        op.f("fk_disclosure_fields_claim_epoch_id"), "disclosure_fields", "desk_epochs", ["claim_epoch_id"], ["id"]
    )
    for name, said in CLAIMS.items():
        op.create_check_constraint(op.f(f"ck_disclosure_fields_{name}"), "disclosure_fields", said)
    for table, name, said in (
        ("disclosures", "disclosurestate", f"state IN {REQUESTS!r}"),
        ("disclosures", "released", RELEASED),
        ("disclosure_fields", "fieldstate", f"state IN {FIELDS!r}"),
    ):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, said)


def _anew(table: str, parts: list[Any]) -> None:
    """SQLite changes no constraint of a table: it is made anew, and takes the old one's name and rows."""
    op.create_table(f"{table}_anew", *parts)
    new = {"claim", "claim_key", "claim_epoch_id"}
    kept = ", ".join(one.name for one in parts if isinstance(one, sa.Column) and one.name not in new)
    op.execute(f"INSERT INTO {table}_anew ({kept}) SELECT {kept} FROM {table}")  # noqa: S608 — our own names
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)
    for name, columns in INDEXES.items():
        if name.startswith(f"ix_{table}_"):
            op.create_index(name, table, columns, unique=False)


def _claim() -> list[sa.Column[Any]]:
    return [
        sa.Column("claim", sa.LargeBinary(), nullable=True),
        sa.Column("claim_key", sa.LargeBinary(), nullable=True),
        sa.Column("claim_epoch_id", Id(), nullable=True),
    ]


def _disclosures_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("requester_id", Id(), nullable=False),
        sa.Column("requester_desk_id", Id(), nullable=False),
        sa.Column("lead_desk_id", Id(), nullable=False),
        sa.Column("custody_desk_id", Id(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifter_id", Id(), nullable=True),
        sa.Column("releaser_id", Id(), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("why_requester", sa.LargeBinary(), nullable=False),
        sa.Column("why_lead", sa.LargeBinary(), nullable=False),
        sa.Column("why_custody", sa.LargeBinary(), nullable=False),
        sa.Column("lead_epoch_id", Id(), nullable=False),
        sa.Column("custody_epoch_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
    ]


def _disclosures_constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(f"state IN {REQUESTS!r}", name=op.f("ck_disclosures_disclosurestate")),
        sa.CheckConstraint(
            "(state <> 'lifted' AND state <> 'released') OR lifter_id IS NOT NULL", name=op.f("ck_disclosures_lifted")
        ),
        sa.CheckConstraint(RELEASED, name=op.f("ck_disclosures_released")),
        sa.CheckConstraint("hours BETWEEN 1 AND 72", name=op.f("ck_disclosures_hours")),
        sa.CheckConstraint(
            "requester_id <> lifter_id AND requester_id <> releaser_id AND lifter_id <> releaser_id",
            name=op.f("ck_disclosures_three_people"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_disclosures_case_id")),
        sa.ForeignKeyConstraint(["custody_desk_id"], ["desks.id"], name=op.f("fk_disclosures_custody_desk_id")),
        sa.ForeignKeyConstraint(["custody_epoch_id"], ["desk_epochs.id"], name=op.f("fk_disclosures_custody_epoch_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_disclosures_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["lead_desk_id"], ["desks.id"], name=op.f("fk_disclosures_lead_desk_id")),
        sa.ForeignKeyConstraint(["lead_epoch_id"], ["desk_epochs.id"], name=op.f("fk_disclosures_lead_epoch_id")),
        sa.ForeignKeyConstraint(["lifter_id"], ["officers.id"], name=op.f("fk_disclosures_lifter_id")),
        sa.ForeignKeyConstraint(["releaser_id"], ["officers.id"], name=op.f("fk_disclosures_releaser_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_disclosures_report_id")),
        sa.ForeignKeyConstraint(["requester_desk_id"], ["desks.id"], name=op.f("fk_disclosures_requester_desk_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["officers.id"], name=op.f("fk_disclosures_requester_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
    ]


def _fields_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("disclosure_id", Id(), nullable=False),
        sa.Column("identity_field_id", Id(), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=True),
        sa.Column("share_epoch_id", Id(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        *_claim(),
        sa.Column("entry_id", Id(), nullable=False),
    ]


def _fields_constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(f"field IN {IDENTITY!r}", name=op.f("ck_disclosure_fields_identityfield")),
        sa.CheckConstraint(f"state IN {FIELDS!r}", name=op.f("ck_disclosure_fields_fieldstate")),
        *(sa.CheckConstraint(said, name=op.f(f"ck_disclosure_fields_{name}")) for name, said in CLAIMS.items()),
        sa.ForeignKeyConstraint(
            ["claim_epoch_id"], ["desk_epochs.id"], name=op.f("fk_disclosure_fields_claim_epoch_id")
        ),
        sa.CheckConstraint("(state = 'lifted') = (share IS NOT NULL)", name=op.f("ck_disclosure_fields_lifted")),
        sa.CheckConstraint("(state = 'released') = (body IS NOT NULL)", name=op.f("ck_disclosure_fields_released")),
        sa.CheckConstraint("(body IS NULL) = (wrapped IS NULL)", name=op.f("ck_disclosure_fields_value")),
        sa.CheckConstraint("(share IS NULL) = (share_epoch_id IS NULL)", name=op.f("ck_disclosure_fields_share")),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosures.id"], name=op.f("fk_disclosure_fields_disclosure_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["entries.id"],
            name=op.f("fk_disclosure_fields_entry_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["share_epoch_id"], ["desk_epochs.id"], name=op.f("fk_disclosure_fields_share_epoch_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_fields")),
        sa.UniqueConstraint("disclosure_id", "field", name=op.f("uq_disclosure_fields_disclosure_id_field")),
    ]
