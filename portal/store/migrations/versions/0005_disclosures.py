"""Requests to learn something of an identity, and what is lifted and released for them"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _disclosures()
    _fields()


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        *_disclosures_columns(),
        *_disclosures_constraints(),
    )
    op.create_index("ix_disclosures_custody", "disclosures", ["custody_desk_id", "state", "asked_at"], unique=False)
    op.create_index("ix_disclosures_due", "disclosures", ["state", "expires_at"], unique=False)
    op.create_index(op.f("ix_disclosures_entry_id"), "disclosures", ["entry_id"], unique=False)
    op.create_index("ix_disclosures_lead", "disclosures", ["lead_desk_id", "state", "asked_at"], unique=False)
    op.create_index(op.f("ix_disclosures_report_id"), "disclosures", ["report_id"], unique=False)
    op.create_index("ix_disclosures_requester", "disclosures", ["requester_id", "asked_at"], unique=False)


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
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "lifted",
                "released",
                "refused",
                "lapsed",
                "closed",
                name="disclosurestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
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
        sa.CheckConstraint(
            "(state <> 'lifted' AND state <> 'released') OR lifter_id IS NOT NULL", name=op.f("ck_disclosures_lifted")
        ),
        sa.CheckConstraint("state <> 'released' OR releaser_id IS NOT NULL", name=op.f("ck_disclosures_released")),
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


def _fields() -> None:
    op.create_table(
        "disclosure_fields",
        *_fields_columns(),
        *_fields_constraints(),
    )
    op.create_index(op.f("ix_disclosure_fields_entry_id"), "disclosure_fields", ["entry_id"], unique=False)
    op.create_index(
        op.f("ix_disclosure_fields_identity_field_id"), "disclosure_fields", ["identity_field_id"], unique=False
    )


def _fields_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("disclosure_id", Id(), nullable=False),
        sa.Column("identity_field_id", Id(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "name",
                "phone",
                "email",
                "address",
                "id_number",
                "relation",
                "cosigners",
                name="identityfield",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "lifted",
                "released",
                "refused",
                "wiped",
                name="fieldstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("share", sa.LargeBinary(), nullable=True),
        sa.Column("share_epoch_id", Id(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("entry_id", Id(), nullable=False),
    ]


def _fields_constraints() -> list[sa.Constraint]:
    return [
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
