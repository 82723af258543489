"""What is known of very many rows, in 48 bytes each: sorted, searched by bisection, the same in memory and in a file.

It knows neither what a row is nor what is known of it: keys and values come as digests.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from mmap import mmap

KEY, VALUE = 16, 32  # bytes
WIDTH = KEY + VALUE
GONE = b""  # in place of a value: nothing is known any more


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows in the order of their keys, which are all different."""

    held: bytes | mmap = b""
    start: int = 0  # where the first of them lies
    count: int = 0

    def get(self, key: bytes) -> bytes:
        """What is known by a key; GONE where that is nothing."""
        at = self._find(key)
        return self._value(at) if at < self.count and self._key(at) == key else GONE

    def changed(self, changes: Mapping[bytes, bytes]) -> Iterator[bytes | memoryview]:
        """Piece by piece the rows as they are after changes; what is unchanged in between is not copied."""
        rows, done = memoryview(self.held), 0
        for key in sorted(changes):
            at = self._find(key, done)
            if at > done:
                yield rows[self._place(done) : self._place(at)]
            if changes[key]:
                yield key + changes[key]
            done = at + (at < self.count and self._key(at) == key)
        if done < self.count:
            yield rows[self._place(done) : self._place(self.count)]

    def after(self, changes: Mapping[bytes, bytes]) -> "Packed":
        """The same rows in memory of this process."""
        held = b"".join(self.changed(changes))
        return Packed(held, 0, len(held) // WIDTH)

    def _find(self, key: bytes, low: int = 0) -> int:
        return bisect_left(range(self.count), key, low, self.count, key=self._key)

    def _place(self, at: int) -> int:
        return self.start + at * WIDTH

    def _key(self, at: int) -> bytes:
        place = self.start + at * WIDTH
        return self.held[place : place + KEY]

    def _value(self, at: int) -> bytes:
        place = self._place(at)
        return self.held[place + KEY : place + WIDTH]
