"""Reward rules can be adopted as editions: one more kind of them"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = ("holidays", "reasons", "clocks", "categories", "divisions", "authorities", "oversight", "rewards")
CHECK = "ck_editions_editionkind"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _widen_sqlite()
    else:
        op.drop_constraint(op.f(CHECK), "editions")
        op.create_check_constraint(op.f(CHECK), "editions", f"kind IN {KINDS!r}")


def _widen_sqlite() -> None:
    """SQLite changes no constraint of a table: it is made anew as it was, but for the list of kinds."""
    schema = sa.text("SELECT name, sql FROM sqlite_master WHERE tbl_name = 'editions' AND sql IS NOT NULL")
    made = {row.name: row.sql for row in op.get_bind().execute(schema)}
    table = made.pop("editions")
    wider = ", ".join(f"'{kind}'" for kind in KINDS)
    anew, changed = re.subn(
        rf"(CONSTRAINT {CHECK} CHECK \(kind IN \()[^)]*(\)\))", rf"\g<1>{wider}\g<2>", table, count=1
    )
    if not changed:
        raise RuntimeError("the kinds of editions are not where they were")
    op.execute(re.sub(r'CREATE TABLE "?editions"?', "CREATE TABLE editions_anew", anew, count=1))
    op.execute("INSERT INTO editions_anew SELECT * FROM editions")
    op.drop_table("editions")
    op.rename_table("editions_anew", "editions")
    for index in made.values():
        op.execute(index)
