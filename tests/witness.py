"""Watching requests: which entries each left, held against the table of routes, and that none says what was typed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g, request
from sqlalchemy import select

from portal.domain.replay import Replay
from portal.domain.replay_entries import Difference
from portal.store.ledger import Entry, LedgerHead
from tests.visitor import REPORT
from tests.web.routes import ROUTES
from tests.world import PASSWORD, World

REFUSED = frozenset({"refused", "passkey_doubted"})  # whoever is signed in can be refused anything
# Facts that came with decision 028, everywhere or in some events alone.
LATER = frozenset(
    ["intake", "lead", "custody", "above", "keeper", "superior", "officers", "report", "case", "removed", "filter"]
)
NEWER = frozenset({"parted"})  # as a whole: nothing older says it without its facts
LATER_HERE = {"submitted": {"clocks"}, "motion_proposed": {"officer", "desk", "duty", "expires"}}
# What people type that no entry may ever say; of the report what is theirs alone.
CANARIES = (*(REPORT[name] for name in ("respondent", "place", "description", "name", "phone")), PASSWORD)


@dataclass
class Witness:
    """What was written during requests of an application: endpoint → events."""

    world: World
    written: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self.world.app.before_request(self._before)
        self.world.app.after_request(self._after)

    def _before(self) -> None:
        g.entries_before = self._size()

    def _after(self, response: Response) -> Response:
        if (before := g.get("entries_before")) is not None and request.endpoint is not None:
            with self.world.store.reading() as session:
                events = session.scalars(select(Entry.event).where(Entry.index >= before))
                self.written[request.endpoint] |= set(events)
        return response

    def _size(self) -> int:
        with self.world.store.reading() as session:
            return session.get_one(LedgerHead, 1).size

    def require_told(self, *typed: str) -> None:
        """Every entry is one that its route is said to leave, none says what was typed, and each step was legal."""
        assert self.undeclared() == set(), self.undeclared()
        assert list(said(self.world.entries(), (*CANARIES, *(word for word in typed if len(word) > 1)))) == []
        assert self.world.replay() == ()
        assert before_028(self.world) == []

    def undeclared(self) -> set[tuple[str, str]]:
        """Entries that a route left and its row does not name."""
        return {
            (endpoint, event)
            for endpoint, events in self.written.items()
            if endpoint in ROUTES
            for event in events - declared(endpoint) - REFUSED
        }


def before_028(world: World) -> list[Difference]:
    """The same ledger as the version before would have written it: what it does not tell is not held against it."""
    replay = Replay()
    with world.store.reading() as session:
        for index, opening in session.execute(select(Entry.index, Entry.opening).order_by(Entry.index)):
            told = json.loads(opening)
            gone = set() if told["event"] in NEWER else LATER | LATER_HERE.get(told["event"], set())
            told["facts"] = {fact: value for fact, value in told["facts"].items() if fact not in gone}
            replay.hear(index, told)
    replay.finish()
    assert replay.untold
    return replay.differences


def declared(endpoint: str) -> set[str]:
    """Every event that a route may cause."""
    route = ROUTES[endpoint]
    return {*route.events, *route.others.split()}


def said(entries: Iterable[dict[str, Any]], words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word that an entry says, with the entry's event."""
    shapes = [(word, (word, word.replace("-", ""), json.dumps(word)[1:-1])) for word in words if word]
    for entry in entries:
        text = json.dumps(entry, ensure_ascii=False)
        yield from ((entry["event"], word) for word, spelt in shapes if any(one in text for one in spelt))
