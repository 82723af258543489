"""Looking for words on a disk: in every encoding in which they could lie there."""

import base64
import gzip
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gbk")


def shapes(word: str) -> set[bytes]:
    """The bytes a word may have: plain, percent-encoded, and inside base64 at each of its three alignments."""
    plain = {word.encode(encoding) for encoding in ENCODINGS}
    inside = set()
    for data in plain:
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + data)
            # Of the first and the last character beside only the bits that are the word's own are known; those between
            # are too many to turn up in a signature by chance, as four of them do.
            inside.add(coded[-(-8 * shift // 6) : 8 * (shift + len(data)) // 6])
    return plain | inside | {quote(word).encode(), quote(word).lower().encode()}


def texts(data: bytes) -> Iterator[bytes]:
    """The bytes of a file, and of every gzip or zlib stream that begins in it."""
    yield data
    for magic, wbits in ((gzip.compress(b"")[:3], 31), (b"\x78\x01", 15), (b"\x78\x9c", 15), (b"\x78\xda", 15)):
        at = data.find(magic)
        while at >= 0:
            stream = zlib.decompressobj(wbits)
            with suppress(zlib.error):
                yield stream.decompress(data[at : at + (1 << 20)])
            at = data.find(magic, at + 1)


def held_open(group: int) -> Iterator[Path]:
    """Files that processes of a group hold open, those without a name too: temporary files are unlinked at birth."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if os.getpgid(int(process.name)) == group:
                for handle in (process / "fd").iterdir():
                    with suppress(OSError):
                        if stat.S_ISREG(handle.stat().st_mode):
                            yield handle


def _bytes(file: Path) -> bytes:
    """What a file holds; one that another program has just taken away holds nothing."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def found(places: Iterable[Path], words: Iterable[str]) -> list[str]:
    """Each word that can be read in a file below the places."""
    wanted = [(word, shapes(word)) for word in words]
    hits = []
    for place in places:
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            if file.is_file():
                content = list(texts(_bytes(file)))
                hits += [
                    f"{word} in {file}"
                    for word, spellings in wanted
                    if any(spelling in text for text in content for spelling in spellings)
                ]
    return hits
