"""What a maker hands back, and its refusal."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from portal.domain.evidence import Kept, Place, Removed


class UnmadeError(Exception):
    """No copy, for this reason."""

    def __init__(self, why: Kept) -> None:
        super().__init__(why)
        self.why = why


class Piece(NamedTuple):
    """One part, whole: a copy, or the picture of a page."""

    role: str
    position: int
    media: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Copy:
    """Parts, made while they are asked for, and what is told beside them."""

    pieces: Iterator[Piece]
    removed: frozenset[Removed]
    place: Place | None = None
