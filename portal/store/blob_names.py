"""What files are called in a blob store, and what one learns by listing: never what a person called them."""

import re
from datetime import datetime
from typing import NamedTuple, Protocol

SPACES = ("files", "pieces")
OWNER = "installation"  # beside them: whose files they are
NAME = re.compile(r"files/[0-9a-f]{32}|pieces/[0-9a-f]{32}/(?:0|[1-9][0-9]{0,5})")


class Sink(Protocol):
    """Takes the bytes of one blob, in order."""

    def write(self, data: bytes, /) -> None:
        """Add them. Raises NoRoomError, or NotStoredError when they cannot be kept for another reason."""


class Stored(NamedTuple):
    """One blob as it lies there."""

    name: str
    length: int
    modified_at: datetime  # by the store's own clock; a folder tells the hour alone


def is_name(name: str) -> bool:
    """Say whether it is `files/<32 hex>` or `pieces/<32 hex>/<number>`: nothing else reaches a disk or a bucket."""
    return NAME.fullmatch(name) is not None


def checked(name: str) -> str:
    """Return the name; raises ValueError where it is none."""
    if not is_name(name):
        raise ValueError("no name of a blob")
    return name


def space_of(space: str) -> str:
    """Return the name of a space; raises ValueError where there is none of that name."""
    if space not in SPACES:
        raise ValueError("no space of blobs")
    return space
