"""Somebody else's step in the middle of another's, on a connection of its own: PostgreSQL lets writers run so."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread, get_ident
from typing import Any

import psycopg
from sqlalchemy import event

from tests.racing import waits
from tests.waiting import until
from tests.world import World

Deed = Callable[[], Any]
RECORDING = "UPDATE ledger_head"  # the last that is asked: everything was decided, nothing is entered yet


@dataclass
class Meanwhile:
    """Takes a step right before this thread says something to the server for the first time."""

    world: World
    deed: Deed
    before: str
    reader: int = field(default_factory=get_ident)
    other: Thread | None = None
    met: list[Exception] = field(default_factory=list)

    def heard(self, said: Any) -> None:
        if self.other is None and get_ident() == self.reader and str(said).lstrip().startswith(self.before):
            self.other = other = Thread(target=self.take)
            other.start()
            until(lambda: not other.is_alive() or waits(self.world))

    def take(self) -> None:
        try:
            self.deed()
        except Exception as error:  # noqa: BLE001 — told to the test
            self.met.append(error)


@contextmanager
def meanwhile(world: World, deed: Deed, before: str = RECORDING) -> Iterator[Meanwhile]:
    """What is done in the `with` is interrupted by a deed, which is done or waits for it when it goes on."""
    made = Meanwhile(world, deed, before)

    class Telling(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **how: Any) -> Any:
            made.heard(query)
            return super().execute(query, *values, **how)

    def tell(connection: Any, *_: object) -> None:
        connection.cursor_factory = Telling

    world.store.close()
    event.listen(world.store.writer, "connect", tell)
    try:
        yield made
        assert made.other is not None, "it never came to that"
    finally:
        if made.other is not None:
            made.other.join()
        event.remove(world.store.writer, "connect", tell)
        world.store.close()
    assert made.met == [], made.met
