"""Counters for rate limits in a small SQLite file of their own, shared by all workers and allowed to be lost.

A fixed-window store for `limits`; keys are keyed digests under a salt that is thrown away every day.
"""

import sqlite3
import threading
import time
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from limits.storage import Storage

from crypto.primitives import random_bytes

BUSY_SECONDS = 1
SWEEP_EVERY = 60  # seconds between two sweeps of what has expired
LONGEST = 86_400  # seconds of a window; one that ends later was counted while the clock was wrong

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS salts (day TEXT PRIMARY KEY, salt BLOB NOT NULL) WITHOUT ROWID;
"""
_HIT = """
INSERT INTO counters (key, count, expires) VALUES (:key, :amount, :expires)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN expires = :expires THEN count + :amount ELSE :amount END,
  expires = :expires
RETURNING count
"""


class FileCounters(Storage):
    """Fixed windows in a file; `sqlite:///path`.

    Windows stand on the clock, all alike, so that an end tells nothing of when somebody came.
    """

    STORAGE_SCHEME = ["portal-sqlite"]  # noqa: RUF012  (declared so by limits)

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(uri, **options)
        self._path = Path(uri.removeprefix("portal-sqlite://"))
        self._local = threading.local()
        self.clock: Callable[[], float] = time.time
        self._swept = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What `limits` takes for a fault of the store."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count in the window that runs now."""
        now = self.clock()
        if abs(now - self._swept) > SWEEP_EVERY:
            self._swept = now
            self._connection().execute("DELETE FROM counters WHERE expires NOT BETWEEN ? AND ?", (now, now + LONGEST))
        values = {"key": key, "amount": amount, "now": now, "expires": (now // expiry + 1) * expiry}
        count: int = self._connection().execute(_HIT, values).fetchone()[0]
        return count

    def get(self, key: str) -> int:
        """The count of a window that has not ended."""
        row = self._row(key)
        return int(row[0]) if row else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends."""
        row = self._row(key)
        return float(row[1]) if row else self.clock()

    def check(self) -> bool:
        """Whether the file can be used."""
        return bool(self._connection().execute("SELECT 1").fetchone() == (1,))

    def reset(self) -> int:
        """Forget everything."""
        return self._connection().execute("DELETE FROM counters").rowcount

    def clear(self, key: str) -> None:
        """Forget one window."""
        self._connection().execute("DELETE FROM counters WHERE key = ?", (key,))

    def daily_salt(self) -> bytes:
        """Today's salt, drawn by whoever asks first; yesterday's is gone."""
        today = datetime.now(UTC).date().isoformat()
        connection = self._connection()
        connection.execute("DELETE FROM salts WHERE day < ?", (today,))
        connection.execute("INSERT OR IGNORE INTO salts (day, salt) VALUES (?, ?)", (today, random_bytes(32)))
        salt: bytes = connection.execute("SELECT salt FROM salts WHERE day = ?", (today,)).fetchone()[0]
        return salt

    def _row(self, key: str) -> tuple[int, float] | None:
        found: tuple[int, float] | None = (
            self._connection()
            .execute("SELECT count, expires FROM counters WHERE key = ? AND expires > ?", (key, self.clock()))
            .fetchone()
        )
        return found

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            weakref.finalize(self, connection.close)  # each thread uses its own; whichever ends the app closes all
            for pragma in ("journal_mode = WAL", "synchronous = OFF", "secure_delete = ON"):
                connection.execute(f"PRAGMA {pragma}").close()
            connection.executescript(_SCHEMA)
            self._local.connection = connection
        return connection
