"""The body of a request, read as it comes: gunicorn's own copies every byte some eight times on its way to the page."""

import os
from typing import Any

from gunicorn.http.body import Body, LengthReader

WORTH = 64 * 1024  # bytes asked for at once; who asks for less gets it as gunicorn gives it


class DirectBody(Body):  # type: ignore[misc]
    """A body of known length. A large read gives what is there, never more than asked; nothing at the end."""

    @classmethod
    def of(cls, body: Any) -> Any:
        """The same body, not yet read; one whose length is not known stays as it is."""
        return cls(body.reader) if type(getattr(body, "reader", None)) is LengthReader else body

    def read(self, size: int | None = None) -> Any:
        """Some bytes. Raises what the socket raises, and the connection is not used again."""
        if size is None or size < WORTH or self.buf.tell():
            return super().read(size)
        unreader = self.reader.unreader
        unreader.buf.seek(0, os.SEEK_END)
        wanted, there = min(size, self.reader.length), unreader.buf.tell()
        if there:
            return self._read_reader(min(wanted, there))
        if not wanted:
            return b""
        try:
            data = unreader.sock.recv(wanted)
        except Exception:
            self.failed = True
            raise
        self.reader.length -= len(data)
        return data
