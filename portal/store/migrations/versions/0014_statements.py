"""The reporter's statements: letters beside a request to learn who they are"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store import triggers
from portal.store.base import Id

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("narrative", "addition", "message", "feedback", "objection", "note", "statement")
SENDERS = ("reporter", "office")
STATED = "(kind = 'statement') = (disclosure_id IS NOT NULL)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _anew()
    else:
        _alter()
    for statement in triggers.STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)


def _alter() -> None:
    op.add_column("letters", sa.Column("disclosure_id", Id(), nullable=True))
    op.create_foreign_key(op.f("fk_letters_disclosure_id"), "letters", "disclosures", ["disclosure_id"], ["id"])
    op.drop_constraint(op.f("ck_letters_letterkind"), "letters")
    op.create_check_constraint(op.f("ck_letters_letterkind"), "letters", f"kind IN {KINDS!r}")
    op.create_check_constraint(op.f("ck_letters_stated"), "letters", STATED)


def _anew() -> None:
    """SQLite changes no constraint of a table: it is made anew, and takes the old one's name and rows."""
    columns = _columns()
    op.create_table("letters_anew", *columns, *_constraints())
    kept = ", ".join(one.name for one in columns if one.name != "disclosure_id")
    op.execute(f"INSERT INTO letters_anew ({kept}) SELECT {kept} FROM letters")  # noqa: S608 — our own names
    op.drop_table("letters")
    op.rename_table("letters_anew", "letters")
    for column in ("entry_id", "report_id"):
        op.create_index(op.f(f"ix_letters_{column}"), "letters", [column], unique=False)
    op.create_index(
        "uq_letters_narrative", "letters", ["report_id"], unique=True, sqlite_where=sa.text("kind = 'narrative'")
    )


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("content_key_id", Id(), nullable=False),
        sa.Column("disclosure_id", Id(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("sender", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", Id(), nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(f"kind IN {KINDS!r}", name=op.f("ck_letters_letterkind")),
        sa.CheckConstraint(f"sender IN {SENDERS!r}", name=op.f("ck_letters_sender")),
        sa.CheckConstraint(STATED, name=op.f("ck_letters_stated")),
        sa.ForeignKeyConstraint(["content_key_id"], ["content_keys.id"], name=op.f("fk_letters_content_key_id")),
        sa.ForeignKeyConstraint(["disclosure_id"], ["disclosures.id"], name=op.f("fk_letters_disclosure_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_letters_entry_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_letters_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("report_id", "position", name=op.f("uq_letters_report_id_position")),
    ]
