"""One key derivation at a time per process: 64 MiB each is how a service dies (16 at once took 1 GB)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from portal.domain.errors import BusyError

KDF_WAIT = 10  # seconds a sign-in may queue


@dataclass(slots=True)
class KdfGate:
    """Lets one key derivation run at a time in this process; lives on the house."""

    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn; raises BusyError when the queue is too long."""
        if not self._lock.acquire(timeout=KDF_WAIT):
            raise BusyError("too many people are signing in")
        try:
            yield
        finally:
            self._lock.release()
