"""`portal audit replay`: read every entry in its order and judge each step by those before it (`domain.replay`).

Whether entries are genuine is what `verifying` says; this reads their openings and nothing else of the database.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.domain import clock_changes
from portal.domain.errors import LedgerError
from portal.domain.replay import Replay
from portal.domain.replay_entries import Difference
from portal.policy.loader import load_policies
from portal.store.ledger import Entry, LedgerHead
from portal.store.session import Store

PART = 2000  # entries fetched at once: memory does not grow with the ledger


@dataclass(frozen=True, slots=True)
class Findings:
    """What a replay found."""

    entries: int
    differences: tuple[Difference, ...]
    untold: Mapping[str, int]  # rule → how often an older entry does not tell what it takes
    emptied: int

    def as_json(self) -> dict[str, Any]:
        """For another program."""
        return {
            "entries": self.entries,
            "differences": [
                {
                    "index": one.index,
                    "event": one.event,
                    "rule": str(one.rule),
                    "expected": one.expected,
                    "basis": one.basis,
                }
                for one in self.differences
            ],
            "untold": dict(self.untold),
            "emptied": self.emptied,
        }


def replay(store: Store) -> Findings:
    """Judge the whole ledger. Raises LedgerError where entries are missing or are none."""
    made = Replay(ceilings=ceilings())
    for index, opening in _openings(store):
        made.hear(index, opening)
    made.finish()
    untold = {str(rule): count for rule, count in sorted(made.untold.items())}
    return Findings(made.heard, tuple(made.differences), untold, made.emptied)


def ceilings() -> Mapping[str, int]:
    """By how many of its units each time limit may be extended, as the editions of the package say."""
    rules = load_policies().clocks.rules
    return {code: most for code, rule in rules.items() if (most := clock_changes.ceiling(rule)) is not None}


def _openings(store: Store) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    """Every opening by its index, part by part, each part in a transaction of its own: nobody waits for it."""
    with store.reading() as session:
        size = session.get_one(LedgerHead, 1).size
    for first in range(0, size, PART):
        past = min(size, first + PART)
        wanted = select(Entry.index, Entry.opening).where(Entry.index >= first, Entry.index < past)
        with store.reading() as session:
            rows = session.execute(wanted.order_by(Entry.index)).all()
        if [index for index, _ in rows] != list(range(first, past)):
            raise LedgerError(f"entries from {first} on are not whole; run `portal audit verify`")
        yield from ((index, _read(index, opening)) for index, opening in rows)


def _read(index: int, opening: bytes | None) -> Mapping[str, Any] | None:
    try:
        said: Mapping[str, Any] | None = None if opening is None else json.loads(opening)
    except ValueError as error:
        raise LedgerError(f"entry {index} cannot be read; run `portal audit verify`") from error
    return said
