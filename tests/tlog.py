"""A client of C2SP tlog-tiles, signed-note and tlog-checkpoint written from the specifications alone.

It uses nothing of ours: SHA-256 and Ed25519 are all it knows, and addresses under a prefix are all it asks for.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Fetch = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Head:
    """A verified tree head."""

    size: int
    root: bytes


def head(note: str, vkey: str) -> Head:
    """The checkpoint, if the key of the vkey signed it."""
    name, key_id, encoded = vkey.split("+", 2)
    raw = base64.b64decode(encoded)
    assert raw[0] == 1
    assert hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id
    at = note.rindex("\n\n")
    text, lines = note[: at + 1], note[at + 2 :].splitlines()
    signatures = []
    for line in lines:
        dash, signer, signature = line.split(" ")
        assert dash == "\u2014"
        decoded = base64.b64decode(signature)
        if signer == name and decoded[:4].hex() == key_id:
            signatures.append(decoded[4:])
    assert signatures
    for one in signatures:
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(one, text.encode())
    origin, size, root = text.splitlines()[:3]
    assert origin == name
    return Head(int(size), base64.b64decode(root))


def path(level: int, index: int, width: int = 256) -> str:
    """`tile/<L>/<N>[.p/<W>]`."""
    parts = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < 256 else "")


def tile(fetch: Fetch, level: int, index: int, width: int = 256) -> list[bytes]:
    body = fetch(path(level, index, width))
    assert body is not None, path(level, index, width)
    assert len(body) == 32 * width
    return [body[at : at + 32] for at in range(0, len(body), 32)]


def row(fetch: Fetch, level: int, size: int) -> list[bytes]:
    """All hashes of a level, full tiles and the partial one at the right."""
    hashes = []
    for index in range((size >> 8 * level) // 256):
        hashes += tile(fetch, level, index)
    if width := (size >> 8 * level) % 256:
        hashes += tile(fetch, level, (size >> 8 * level) // 256, width)
    return hashes


def mth(leaves: list[bytes]) -> bytes:
    """The Merkle Tree Hash over leaf hashes, as RFC 6962, 2.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:half]) + mth(leaves[half:])).digest()


def read(fetch: Fetch, vkey: str) -> tuple[Head, list[bytes]]:
    """The whole log: every tile of every level, each held to the level below, and all to the signed root."""
    body = fetch("checkpoint")
    assert body is not None
    found = head(body.decode(), vkey)
    leaves = below = row(fetch, 0, found.size)
    level = 1
    while found.size >> 8 * level:
        above = row(fetch, level, found.size)
        assert above == [mth(below[at : at + 256]) for at in range(0, len(below) // 256 * 256, 256)]
        below, level = above, level + 1
    assert mth(leaves) == found.root
    return found, leaves
