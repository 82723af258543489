"""Columns and references as migrations write them again and again."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.store.base import Id


def id_column(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """An id of 16 bytes."""
    return sa.Column(name, Id(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A moment, with its zone."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def refer(table: str, **targets: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    """References by column; an entry is written after the row that it names, so that one waits for the end."""
    return tuple(
        sa.ForeignKeyConstraint(
            [column],
            [f"{target}.id"],
            name=op.f(f"fk_{table}_{column}"),
            initially="DEFERRED" if target == "entries" else None,
            deferrable=True if target == "entries" else None,
        )
        for column, target in targets.items()
    )
