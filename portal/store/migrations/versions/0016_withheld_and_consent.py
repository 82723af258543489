"""Requests of which the reporter is told later, and requests that need their consent"""

import sqlalchemy as sa
from alembic import op

from portal.store import triggers
from portal.store.base import Id

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WITHHELD = "withheld_days BETWEEN 1 AND 90"
TOLD = "withheld_days IS NULL OR consent_by IS NULL"


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    if engine == "sqlite":  # it adds a column together with its CHECK, and no CHECK alone
        for said in (
            f"withheld_days INTEGER CONSTRAINT ck_disclosures_withheld CHECK ({WITHHELD})",
            f"consent_by DATETIME CONSTRAINT ck_disclosures_told CHECK ({TOLD})",
        ):
            op.execute(f"ALTER TABLE disclosures ADD COLUMN {said}")
    else:
        op.add_column("disclosures", sa.Column("withheld_days", sa.Integer(), nullable=True))
        op.add_column("disclosures", sa.Column("consent_by", sa.DateTime(timezone=True), nullable=True))
        op.create_check_constraint(op.f("ck_disclosures_withheld"), "disclosures", WITHHELD)
        op.create_check_constraint(op.f("ck_disclosures_told"), "disclosures", TOLD)
    _consents()
    for statement in triggers.DISCLOSURES[engine]:
        op.execute(statement)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", Id(), nullable=False),
        sa.Column("disclosure_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
        sa.CheckConstraint("position = 1 OR (position = 2 AND NOT agreed)", name=op.f("ck_consents_said")),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosures.id"], name=op.f("fk_consents_disclosure_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_consents_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("disclosure_id", "position", name=op.f("uq_consents_disclosure_id_position")),
    )
    op.create_index(op.f("ix_consents_entry_id"), "consents", ["entry_id"], unique=False)
