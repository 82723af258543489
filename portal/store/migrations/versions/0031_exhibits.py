"""Files of a case file (证据文件): told of by a paper in place of a letter, numbered after those of the report"""

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id
from portal.store.migrations.widening import anew, widen

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TYPED = ("name", "phone", "email", "address", "id_number", "relation", "cosigners")
FIELDS = (*TYPED, *(f"original_{number}" for number in range(1, 41)))
PAPERS = (
    "note",
    "plan",
    "visit",
    "finding",
    "penalty",
    "conclusion",
    "order",
    "referral",
    "grounds",
    "review",
    "reward",
)
WIDER = (
    ("papers", "paperkind", "kind", (*PAPERS, "exhibit")),
    ("identity_fields", "identityfield", "field", FIELDS),
    ("disclosure_fields", "identityfield", "field", FIELDS),
)
NUMBER = "number BETWEEN 1 AND 20"
CHECKS = {
    "number": "number BETWEEN 1 AND 40",
    "told": "(letter_id IS NULL) = (paper_id IS NOT NULL)",
    "exhibit": "(number > 20) = (paper_id IS NOT NULL)",
}


def upgrade() -> None:
    for table, name, column, values in WIDER:
        widen(table, name, column, values)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE blobs ADD COLUMN paper_id BLOB CONSTRAINT fk_blobs_paper_id REFERENCES papers (id)")
        anew("blobs", _changed)
    else:
        _add()
    op.create_index(op.f("ix_blobs_paper_id"), "blobs", ["paper_id"])


def _add() -> None:
    op.add_column("blobs", sa.Column("paper_id", Id(), nullable=True))
    op.create_foreign_key(op.f("fk_blobs_paper_id"), "blobs", "papers", ["paper_id"], ["id"])
    op.alter_column("blobs", "letter_id", nullable=True)
    op.drop_constraint(op.f("ck_blobs_number"), "blobs")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_blobs_{name}"), "blobs", condition)


def _changed(was: str) -> str:
    before = f"CONSTRAINT ck_blobs_number CHECK ({NUMBER})"
    after = ", ".join(f"CONSTRAINT ck_blobs_{name} CHECK ({condition})" for name, condition in CHECKS.items())
    made = was.replace(before, after).replace("letter_id BLOB NOT NULL", "letter_id BLOB")
    if made.count("CHECK") != was.count("CHECK") + 2 or "letter_id BLOB NOT NULL" in made:
        raise LookupError("blobs are not as they were made")
    return made
