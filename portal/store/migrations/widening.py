"""A constraint that is otherwise than it was, on both engines: SQLite makes the table anew for it."""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op


def widen(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    """Let a column hold these values: SQLite makes the table anew as it was but for that CHECK, with its rows."""
    if op.get_bind().dialect.name == "sqlite":
        _anew(table, name, column, values)
    else:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"{column} IN {values!r}")


def _anew(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    def changed(was: str) -> str:
        before, check, after = _cut(was, f"CONSTRAINT ck_{table}_{name} CHECK (")
        return f"{before}{check}{column} IN {values!r}{after}"

    anew(table, changed)


def anew(table: str, changed: Callable[[str], str]) -> None:
    """SQLite changes no constraint of a table: it is made anew as `changed` writes it, and takes its name and rows."""
    connection = op.get_bind()
    was = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table}
    ).scalar_one()
    indexes = connection.scalars(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql IS NOT NULL"),
        {"name": table},
    ).all()
    op.execute(changed(was).replace(table, f"{table}_anew", 1))
    op.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")  # noqa: S608 — our own names
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)
    for index in indexes:
        op.execute(index)


def _cut(sql: str, check: str) -> tuple[str, str, str]:
    """What stands before a CHECK, its beginning, and what stands behind what it says."""
    before, _, rest = sql.partition(check)
    depth, end = 1, 0
    for end, char in enumerate(rest):  # noqa: B007 — where it stops is what is wanted
        depth += {"(": 1, ")": -1}.get(char, 0)
        if not depth:
            break
    return before, check, rest[end:]
