"""What the owner of the database can do: anything, with triggers, keys and checks out of the way."""

import sqlite3
from contextlib import closing

from portal.store.models import Base
from tests import raw
from tests.world import World


def tamper(world: World, *statements: str) -> None:
    """Change rows as if the portal had no say."""
    if world.server is not None:
        for statement in (one for one in statements if not one.startswith("PRAGMA")):
            raw.on_server(world, statement, owner=True)
        return
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def changed(table: str, column: str) -> str:
    """One row's column with another value of its kind."""
    kind = type(Base.metadata.tables[table].columns[column].type).__name__
    other = {
        "Id": "randomblob(16)",
        "LargeBinary": f"zeroblob(COALESCE(length({column}), 9))",
        "Instant": "'2031-01-01 00:00:00.000000'",
        "Date": "'2031-01-01'",
        "Boolean": f"1 - COALESCE({column}, 0)",
        "Integer": f"COALESCE({column}, 0) + 1",
        "BigInteger": f"COALESCE({column}, 0) + 1",
        "Text": f"COALESCE({column}, '') || 'x'",
    }
    if kind == "Enum":
        *_, one, two = Base.metadata.tables[table].columns[column].type.enums
        if column in {"holder", "role"}:  # the others are taken: a word that is none
            return "'nobody'"
        return f"CASE {column} WHEN '{two}' THEN '{one}' ELSE '{two}' END"
    return other[kind]
