"""Reading one policy file strictly: every key is asked for by type, whatever is left over is an error.

It knows JSON, TOML and how to name the place of a mistake, nothing of what a policy means.
"""

import json
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, NoReturn, TypeVar

from portal.domain.errors import PolicyError

_UNSEEN = frozenset({"Cf", "Cs", "Co"})  # as an escape of JSON they would pass every cleaning of what is typed
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
NO_KEY = "is not a key of this table"
BETWEEN = ";\n"  # faults that are said together
DOTS = 32  # of one key: reading a key takes time by their square


class Table:
    """A table of a policy file that remembers where it stands and which of its keys were read."""

    __slots__ = ("_left", "_values", "_where")

    def __init__(self, where: str, values: dict[str, Any]) -> None:
        self._where = where
        self._values = values
        self._left = set(values)

    def refuse(self, key: str, why: str) -> NoReturn:
        """Raise PolicyError naming the file and the key."""
        raise PolicyError(f"{self._where}{key}: {why}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; empty only where the default is."""
        value = self._take(key, str, default)
        if not value and default is None:
            self.refuse(key, "is empty")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return a text, or None where the key is absent or null."""
        if self._values.get(key) is None:
            self._left.discard(key)
            return None
        return self.text(key)

    def number(self, key: str) -> int:
        """Return a whole number."""
        return self._take(key, int, None)

    def number_or_none(self, key: str) -> int | None:
        """Return a whole number, or None where the key is absent."""
        return self.number(key) if key in self._values else None

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        return self._take(key, bool, default)

    def day(self, key: str) -> date:
        """Return a date: TOML's own, or text as in 2026-03-02."""
        self._left.discard(key)
        value = self._values.get(key)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                self.refuse(key, "is not a date such as 2026-03-02")
        if type(value) is not date:
            self.refuse(key, "needs a date such as 2026-03-02")
        return value

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of dates, empty where the key is absent."""
        return tuple(self._list(key, date))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is absent."""
        return tuple(self._list(key, str))

    def one_of(self, key: str, kind: type[E], *, default: E | None = None) -> E:
        """Return a member of an enum by its value."""
        return self.member(key, kind, self.text(key, str(default) if default else None))

    def members(self, key: str, kind: type[E]) -> tuple[E, ...]:
        """Return a list of members of an enum, empty where the key is absent."""
        return tuple(self.member(key, kind, value) for value in self.texts(key))

    def member(self, key: str, kind: type[E], value: str) -> E:
        """Return the member of an enum with this value."""
        try:
            return kind(value)
        except ValueError:
            self.refuse(key, f"{value!r} is none of {', '.join(kind)}")

    def table(self, key: str) -> "Table":
        """Return the table under a key."""
        return Table(f"{self._where}{key}.", self._take(key, dict, None))

    def optional(self, key: str, build: Callable[["Table"], T]) -> T | None:
        """Build a value from the table under a key, None where it is absent."""
        return self.table(key).whole(build) if key in self._values else None

    def tables(self, key: str) -> Iterator["Table"]:
        """Yield the tables of a list; absent = none."""
        for number, value in enumerate(self._list(key, dict), 1):
            yield Table(f"{self._where}{key}[{value.get('code', number)}].", value)

    def rows(self, key: str, build: Callable[["Table"], T]) -> tuple[T, ...]:
        """Build a value from each table of a list, and see that each table was read whole."""
        return tuple(table.whole(build) for table in self.tables(key))

    def whole(self, build: Callable[["Table"], T]) -> T:
        """Build a value from this table and refuse keys that nobody asked for."""
        value = build(self)
        if self._left:
            self.refuse(min(self._left), NO_KEY)
        return value

    def anything(self, key: str) -> object:
        """Return what stands there, whatever it is; None where nothing does."""
        self._left.discard(key)
        return self._values.get(key)

    def unasked(self) -> tuple[str, ...]:
        """Return the keys that nobody has asked for."""
        return tuple(sorted(self._left))

    def keys(self) -> tuple[str, ...]:
        """Return the keys as they stand."""
        return tuple(self._values)

    def _take(self, key: str, kind: type[T], default: T | None) -> T:
        self._left.discard(key)
        value = self._values.get(key, default)
        if type(value) is not kind:  # exactly: True is no number here
            self.refuse(key, "is missing" if value is None else f"is not a {kind.__name__}")
        return value

    def _list(self, key: str, kind: type[T]) -> list[T]:
        values: list[T] = self._take(key, list, [])
        if not all(type(value) is kind for value in values):
            self.refuse(key, f"is not a list of {kind.__name__}")
        return values


class Faults:
    """What is wrong with a file, gathered, so that one reading says all of it."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: list[str] = []

    def attempt(self, build: Callable[[], T], instead: T) -> T:
        """Build a value, or note why not and go on with another."""
        try:
            return build()
        except PolicyError as error:
            self._said.append(str(error))
            return instead

    def leftover(self, table: Table) -> None:
        """Note each key that nobody has asked for."""
        for key in table.unasked():
            self.attempt(partial(table.refuse, key, NO_KEY), None)
            table.anything(key)

    def done(self) -> None:
        """Raise PolicyError with everything that was noted, in the order of the file's keys."""
        if self._said:
            raise PolicyError(BETWEEN.join(self._said))


def parse(name: str, data: bytes) -> Table:
    """Return the top table of a .json or .toml file; PolicyError where it is neither."""
    try:
        values = _toml(data.decode()) if name.endswith(".toml") else json.loads(data)
        text = json.dumps(values, ensure_ascii=False, default=str)
    except ValueError as error:
        raise PolicyError(f"{name}: cannot be read: {error}") from None
    except RecursionError:
        raise PolicyError(f"{name}: is nested too deeply") from None
    if not isinstance(values, dict):
        raise PolicyError(f"{name}: does not hold a table")
    if _UNSEEN & set(map(unicodedata.category, text)):
        raise PolicyError(f"{name}: holds characters that cannot be seen")
    return Table(f"{name}: ", values)


def _toml(text: str) -> Any:
    if any(line.partition("=")[0].count(".") > DOTS for line in text.splitlines()):
        raise ValueError("a key of too many parts")
    return tomllib.loads(text)
