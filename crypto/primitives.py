"""The few symmetric building blocks of suite 1, and how every ciphertext is tied to its place.

Knows labels, length-prefixed fields, HKDF-SHA256, HMAC-SHA256; draws randomness. Knows no keys and no format.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import FormatError, SuiteError

SUITE = 1
"""The only suite there is: HPKE(X-Wing, HKDF-SHA256, AES-256-GCM), Cobblestone-256, Ed25519, Argon2id."""

KEY_SIZE = 32
_SUITE_BYTE = bytes([SUITE])


def random_bytes(n: int) -> bytes:
    """Return n bytes from the operating system's generator."""
    return os.urandom(n)


def fields(*parts: bytes) -> bytes:
    """Join parts, each behind its length as u32-BE.

    Injective: the result can be read back part by part in one way only, so no two different tuples share an
    encoding and a byte can not slide from one field into the next.
    """
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])


def label(name: str) -> bytes:
    """Return the domain separator of one use of a key: `shaoyin/<suite>/<name>`."""
    return b"shaoyin/%d/%s" % (SUITE, name.encode())


def derive(secret: bytes, name: str, *context: bytes, salt: bytes = b"", length: int = KEY_SIZE) -> bytes:
    """Derive `length` bytes from a secret by HKDF-SHA256 (RFC 5869), info = fields(label(name), *context).

    Different (name, context) give independent outputs because `fields` is injective and HKDF-Expand is a PRF
    in its info. The secret must be hard to guess: nothing is stretched here.
    """
    return HKDF(SHA256(), length, salt, fields(label(name), *context)).derive(secret)


def mac(key: bytes, *parts: bytes) -> bytes:
    """Return the 32-byte HMAC-SHA256 of the parts, as fields."""
    return hmac.digest(key, fields(*parts), "sha256")


def same(a: bytes, b: bytes) -> bool:
    """Compare in a time that depends on the lengths alone."""
    return hmac.compare_digest(a, b)


def sha256(*parts: bytes) -> bytes:
    """Return SHA-256 over the plain concatenation; unambiguous only where all but one part have fixed length."""
    return hashlib.sha256(b"".join(parts)).digest()


def sized(value: bytes, size: int, what: str) -> bytes:
    """Return the value if it has exactly that many bytes, else raise FormatError."""
    if len(value) != size:
        raise FormatError(f"{what}: {len(value)} bytes instead of {size}")
    return value


def with_suite(body: bytes) -> bytes:
    """Put this suite's version byte in front."""
    return _SUITE_BYTE + body


def without_suite(blob: bytes) -> bytes:
    """Return what follows the version byte; SuiteError when it is missing or not ours.

    The byte itself is not authenticated, and needs not be: it only picks the code that opens, all labels of
    that code carry the suite's number, so a ciphertext relabelled as another suite's does not open there.
    """
    if blob[:1] != _SUITE_BYTE:
        raise SuiteError("unknown suite")
    return blob[1:]


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a ciphertext stands. It goes into the key schedule: moved to another place, it does not open."""

    installation: bytes
    table: str
    row: bytes
    part: str
    key_id: bytes

    def info(self, name: str) -> bytes:
        """Return the context bytes for one use (`name`) at this place."""
        table, part = self.table.encode(), self.part.encode()
        return fields(label(name), self.installation, table, self.row, part, self.key_id)
