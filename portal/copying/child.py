"""The child: confines itself, reads one file from its input, makes the copy in memory, says it in frames, and ends."""

import os
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast

from portal.copying import frames, sandbox
from portal.copying.made import Copy, UnmadeError
from portal.domain.evidence import Kept
from portal.domain.filetypes import Kind

MAKERS = MappingProxyType({Kind.IMAGE: "portal.copying.images", Kind.PDF: "portal.copying.pdf"})
MOST_BYTES = 100_000_000  # of a file that is to be copied
PROBE = "probe"
_PIECE = 1 << 20


def main() -> None:
    """Run `python -m portal.copying KIND PARENT`."""
    kind, parent = sys.argv[1], int(sys.argv[2])
    warnings.simplefilter("ignore")  # nobody would read them
    try:
        alone = sandbox.limit(parent)
        makers = [_maker(one) for one in (MAKERS if kind == PROBE else (Kind(kind),))]
        sandbox.lock()
    except (sandbox.UnconfinedError, ImportError):
        return _say(frames.KEPT, {"why": Kept.UNAVAILABLE})
    if kind == PROBE:
        return _say(frames.READY, {"alone": alone, "reads": [one for maker in makers for one in maker.reads()]})
    return _answer(makers[0].make)


class Maker(Protocol):
    """What a module for one kind gives."""

    def load(self) -> None:
        """Load and use every decoder once: later nothing can be loaded."""

    def reads(self) -> tuple[str, ...]:
        """Name what can be decoded."""

    def make(self, data: bytes) -> Copy:
        """Make the copy."""


def _maker(kind: Kind) -> Maker:
    maker = cast("Maker", import_module(MAKERS[kind]))
    maker.load()
    return maker


def _answer(make: Callable[[bytes], Copy]) -> None:
    try:
        copy = make(_read())
        pages = 0
        for piece in copy.pieces:
            pages += piece.role == "page"
            _say(frames.PART, {"role": piece.role, "position": piece.position, "media": piece.media})
            for frame in frames.pack_data(piece.data):
                _write(frame)
    except UnmadeError as error:
        _say(frames.KEPT, {"why": error.why})
    except MemoryError:
        _say(frames.KEPT, {"why": Kept.TOO_LARGE})
    except Exception:  # noqa: BLE001 — decoders raise what they like about a broken file
        _say(frames.KEPT, {"why": Kept.BROKEN})
    else:
        _say(frames.MADE, {"removed": sorted(copy.removed), "place": copy.place, "pages": pages})


def _read() -> bytes:
    whole = bytearray()
    while piece := os.read(0, _PIECE):
        whole += piece
        if len(whole) > MOST_BYTES:
            raise UnmadeError(Kept.TOO_LARGE)
    return bytes(whole)


def _say(tag: bytes, told: object) -> None:
    _write(frames.pack(tag, told))


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]
