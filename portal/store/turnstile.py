"""Whose turn it is to write: SQLite takes one writer at a time and lets the others poll with growing sleeps.

Under load that starves some for seconds. Here threads of a process queue on a lock and processes on a file lock that
is asked for every half millisecond; whoever comes without the file (a tool, a backup) still meets SQLite's own lock.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.domain.errors import NotStoredError

POLL = 0.0005  # seconds


class Turnstile:
    """For databases that queue their writers themselves."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nothing to wait for."""
        yield

    def close(self) -> None:
        """Nothing to give back."""


class FileTurnstile(Turnstile):
    """One writer at a time in all processes that share a file."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._lock = threading.Lock()
        self._file: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn; raises NotStoredError when it does not come in time."""
        deadline = time.monotonic() + self._seconds
        if not self._lock.acquire(timeout=self._seconds):
            raise NotStoredError("too many are writing")
        try:
            handle = self._handle()
            _take(handle, deadline)
            try:
                yield
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _handle(self) -> int:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise NotStoredError("the lock file cannot be opened") from error
        return self._file


def _take(handle: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise NotStoredError("too many are writing") from None
            time.sleep(POLL)
        else:
            return
