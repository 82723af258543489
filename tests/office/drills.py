"""What the owner of the database can do: anything, with triggers, keys and checks out of the way."""

import sqlite3
from contextlib import closing

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
