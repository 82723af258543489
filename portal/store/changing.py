"""Changing many rows that were read in the same transaction, by a statement for all of them."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, bindparam, literal_column, update
from sqlalchemy.orm import Session

from portal.domain.errors import StaleError
from portal.store.base import Base, table_of
from portal.store.driving import Turn, compiled, cursor, turn_of

VERSION = "version"


def change_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *names: str) -> None:
    """Store these columns of rows, in the order of their ids; a version goes up by one.

    Raises StaleError when one of them is no longer there, or has another version than was read.
    """
    if not rows:
        return
    connection = session.connection()
    sql, binds = _statement(model, names, connection.dialect)
    ordered = sorted(rows, key=lambda row: row["id"].bytes)
    values = [[bind(row[name]) if bind else row[name] for name, bind in binds] for row in ordered]
    with cursor(connection) as made:
        made.executemany(sql, values)
        if made.rowcount != len(rows):
            raise StaleError("somebody else changed it in the meantime")


@cache
def _statement(model: type[Base], names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[tuple[str, Turn], ...]]:
    """SQL, and the columns in its order, each with what turns its values into the engine's."""
    table = table_of(model)
    known = ["id", VERSION] if VERSION in table.c else ["id"]
    wanted = update(table).where(*(table.c[name] == bindparam(f"its_{name}") for name in known))
    changed: dict[str, Any] = {name: bindparam(f"its_{name}") for name in names}
    if VERSION in table.c:
        changed[VERSION] = table.c[VERSION] + literal_column("1")
    sql, order = compiled(wanted.values(changed), dialect)
    given = [name.removeprefix("its_") for name in order]
    return sql, tuple((name, turn_of(table.c[name].type, dialect)) for name in given)
