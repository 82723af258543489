"""One key derivation at a time per process: 64 MiB each is how a service dies (16 at once took 1 GB).

A few may queue for it and the rest are told at once to come back: each that waits holds a thread, and a flood of
sign-ins must leave threads for those who report.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from portal.domain.errors import BusyError

QUEUE = 3  # sign-ins that may wait in one process, a second or so in all
KNOWN_QUEUE = 6  # places for devices that have signed in before: a flood of strangers does not shut officers out
KDF_WAIT = 10  # seconds a sign-in may queue


@dataclass(slots=True)
class KdfGate:
    """Lets one key derivation run at a time in this process; lives on the house."""

    tell: Callable[[int], None] = lambda _change: None  # one more is here, or one less
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1 + QUEUE))
    _known_places: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1 + KNOWN_QUEUE))

    @contextmanager
    def turn(self, *, known: bool = False) -> Iterator[None]:
        """Wait for a turn; raises BusyError when too many wait already, or the wait is too long."""
        places = self._known_places if known else self._places
        if not places.acquire(blocking=False):
            raise BusyError("too many people are signing in")
        self.tell(1)
        try:
            if not self._lock.acquire(timeout=KDF_WAIT):
                raise BusyError("too many people are signing in")
            try:
                yield
            finally:
                self._lock.release()
        finally:
            self.tell(-1)
            places.release()
