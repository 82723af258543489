"""Statements on a raw PostgreSQL database, written as for SQLite: ids are 16 bytes, instants text, `?` is a value."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tests.world import World

SHAPES = (
    (
        re.compile(r"CAST\(replace\(CAST\(opening AS TEXT\), ('[^']*'), ('[^']*')\) AS BLOB\)"),
        r"convert_to(replace(convert_from(opening, 'UTF8'), \1, \2), 'UTF8')",
    ),
    (re.compile(r"randomblob\(16\)"), "gen_random_uuid()"),
    (re.compile(r"x'([0-9a-f]{32})'"), r"'\1'::uuid"),
    (re.compile(r"x'([0-9a-f]*)'"), r"'\\x\1'::bytea"),
)
ID_BYTES = 16


def on_server(world: World, statement: str, values: tuple[Any, ...] = (), *, owner: bool = False) -> list[tuple]:
    """Run it; `owner`: with triggers and foreign keys out of the way, as the owner of the database may."""
    for shape, meant in SHAPES:
        statement = shape.sub(meant, statement)
    statement = statement.replace("%", "%%").replace("?", "%s")
    sent = [UUID(bytes=one) if isinstance(one, bytes) and len(one) == ID_BYTES else one for one in values]
    with world.server.connect(world.database) as connection:
        if owner:
            connection.execute("SET session_replication_role = replica")
        found = connection.execute(statement, sent)
        return [tuple(map(_plain, row)) for row in found.fetchall()] if found.description else []


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return int(value) if isinstance(value, bool) else value
