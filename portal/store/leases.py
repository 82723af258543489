"""Leases: of several processes one does a piece of background work, and another takes over when it dies.

They are locks and not rows: a row would be rewritten all day, and its times, kept in the write-ahead log between what
reporters sent, would tell when each report arrived. A lock ends with its process, and no database writer can set it.
"""

import fcntl
import os
import zlib
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from portal.domain.errors import NotStoredError


class Lease(Protocol):
    """One piece of work."""

    def holds(self) -> bool:
        """Take or keep the lease; False while another process has it."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class FileLease:
    """For SQLite, whose processes share a disk: a lock on a file beside the database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._held = False

    def holds(self) -> bool:
        """Take or keep the lock; raises NotStoredError when its file cannot be opened."""
        if self._held:
            return True
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            raise NotStoredError("the lock file cannot be opened") from error
        self._held = True
        return True

    def close(self) -> None:
        """Let go."""
        if self._file is not None:
            os.close(self._file)
        self._file, self._held = None, False


class ServerLease:
    """For PostgreSQL: an advisory lock that lives as long as a connection of its own."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._number = engine, zlib.crc32(f"shaoyin/{name}".encode())
        self._connection: Connection | None = None

    def holds(self) -> bool:
        """Take or keep the lock; a connection that was lost has lost it. Raises NotStoredError."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            return self._take()
        except DBAPIError as error:
            self.close()
            raise NotStoredError(type(error).__name__) from error

    def _take(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": self._number}).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False

    def close(self) -> None:
        """End the connection, and the lock with it."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None
