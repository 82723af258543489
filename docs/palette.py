"""Make a PNG lighter with nothing but the standard library: at most 256 colours, one byte for each pixel."""  # noqa: INP001

import struct
import zlib
from collections import Counter
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COARSE = bytes(min(255, (value + 4) // 8 * 8) for value in range(256))  # letters fade in 32 steps, not in 256


def lighten(path: Path) -> None:
    """Rewrite a PNG of eight-bit RGB without interlacing, as Chromium makes them."""
    width, height, pixels = _read(path.read_bytes())
    colours = [pixels[at : at + 3].translate(COARSE) for at in range(0, len(pixels), 3)]
    palette = [colour for colour, _ in Counter(colours).most_common(256)]
    index = {colour: number for number, colour in enumerate(palette)}
    for colour in set(colours) - index.keys():
        index[colour] = min(range(len(palette)), key=lambda number: _distance(palette[number], colour))
    flat = bytes(map(index.__getitem__, colours))
    rows = b"".join(b"\0" + flat[at : at + width] for at in range(0, len(flat), width))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    path.write_bytes(SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts))


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _read(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and the bytes of all pixels (PNG, third edition, 9.2: filters)."""
    at, compressed, width, height = len(SIGNATURE), b"", 0, 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, height, *form = struct.unpack(">IIBBBBB", body)
            if form != [8, 2, 0, 0, 0]:
                raise ValueError("not eight-bit RGB")
        elif kind == b"IDAT":
            compressed += body
        at += size + 12
    raw, step, above = zlib.decompress(compressed), 3 * width, bytes(3 * width)
    rows = []
    for row in range(height):
        start = row * (step + 1)
        above = _unfilter(raw[start], raw[start + 1 : start + 1 + step], above)
        rows.append(above)
    return width, height, b"".join(rows)


def _unfilter(kind: int, line: bytes, above: bytes) -> bytes:
    """One row, from its filter type, its bytes and the row above."""
    if kind == 0:
        return line
    out = bytearray(3) + bytearray(line)
    corner = bytes(3) + above
    for at in range(3, len(out)):
        left, up, diagonal = out[at - 3], corner[at], corner[at - 3]
        guess = (left, up, (left + up) // 2, _paeth(left, up, diagonal))[kind - 1]
        out[at] = (out[at] + guess) & 255
    return bytes(out[3:])


def _paeth(left: int, up: int, diagonal: int) -> int:
    guess = left + up - diagonal
    return min((left, up, diagonal), key=lambda one: abs(guess - one))
