"""What auditors filter by: three more columns of an entry, indexes for each filter, and rules of oversight as editions"""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.domain.audit import EVENTS
from portal.store import triggers

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = ("holidays", "reasons", "clocks", "categories", "divisions", "authorities", "oversight")
CHECK = "ck_editions_editionkind"
COLUMNS = ("effect", "duty", "reason")
INDEXES = {
    "ix_entries_trail": ["authority_id", "at", "index"],
    "ix_entries_trail_effect": ["authority_id", "effect", "at", "index"],
    "ix_entries_trail_event": ["authority_id", "event", "at", "index"],
    "ix_entries_trail_actor": ["actor_id", "authority_id", "at", "index"],
    "ix_entries_trail_actor_effect": ["actor_id", "authority_id", "effect", "at", "index"],
    "ix_entries_trail_actor_event": ["actor_id", "authority_id", "event", "at", "index"],
    "ix_entries_trail_reason": ["reason", "authority_id", "at", "index"],
}
PART = 5000


def upgrade() -> None:
    engine = op.get_bind().dialect.name
    for name in COLUMNS:
        op.add_column("entries", sa.Column(name, sa.Text(), nullable=True))
    for statement in triggers.OPENED_FOR_COLUMNS[engine]:
        op.execute(statement)
    _fill()
    for statement in triggers.CLOSED_WITH_COLUMNS[engine]:
        op.execute(statement)
    op.drop_index("ix_entries_authority_at", "entries")
    op.drop_index("ix_entries_actor_at", "entries")
    for name, columns in INDEXES.items():
        given = sa.text(f"{columns[0]} IS NOT NULL") if columns[0] != "authority_id" else None
        op.create_index(name, "entries", columns, unique=False, sqlite_where=given, postgresql_where=given)
    if engine == "sqlite":
        _widen_sqlite()
    else:
        op.drop_constraint(op.f(CHECK), "editions")
        op.create_check_constraint(op.f(CHECK), "editions", f"kind IN {KINDS!r}")


def _fill() -> None:
    """What the openings say, in columns; `portal audit verify` compares them from now on."""
    bind, first = op.get_bind(), 0
    read = sa.text(
        'SELECT "index", event, opening FROM entries WHERE "index" >= :first AND "index" < :past ORDER BY "index"'
    )
    write = sa.text('UPDATE entries SET effect = :effect, duty = :duty, reason = :reason WHERE "index" = :at')
    size = bind.execute(sa.text('SELECT COALESCE(MAX("index") + 1, 0) FROM entries')).scalar_one()
    while first < size:
        rows = bind.execute(read, {"first": first, "past": first + PART}).all()
        values = [_values(*row) for row in rows]
        if values:
            bind.execute(write, values)
        first += PART


def _values(index: int, event: str, opening: bytes | None) -> dict[str, object]:
    said: dict[str, Any] = json.loads(bytes(opening)) if opening is not None else {"actor": {}}
    effect = str(EVENTS[event].effect) if event in EVENTS else None
    return {"at": index, "effect": effect, "duty": said["actor"].get("duty"), "reason": said.get("reason")}


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
