"""Sealing to people and sealing bodies: a fresh 32-byte key seals the text, HPKE wraps that key per reader.

    wrapped  = suite(1) ‖ enc(1120) ‖ ciphertext(32) ‖ tag(16)                          1169 bytes, always
    body     = suite(1) ‖ Cobblestone-256(padded text)            1 + 56 + bucket + 16 per begun chunk
Everything is bound to its place (`Binding`): moved, nothing opens. Knows no rows, no readers, no permission.
"""

from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto import stream
from crypto.errors import FormatError, OpenError
from crypto.keys import PublicKey, SecretKey
from crypto.padding import pad, unpad
from crypto.primitives import (
    KEY_SIZE,
    SUITE,
    Binding,
    derive,
    random_bytes,
    sized,
    with_suite,
    without_suite,
)

WRAPPED = 1 + 1120 + KEY_SIZE + 16

_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def new_key() -> bytes:
    """Draw a 32-byte data key. One for each rewriting of a thing."""
    return random_bytes(KEY_SIZE)


def wrap(key: bytes, to: PublicKey, binding: Binding) -> bytes:
    """Seal a 32-byte key to one reader (HPKE base mode, RFC 9180; KEM 0x647a).

    HPKE's context key is fresh per call and encrypts one message, so its nonce is the fixed base nonce. The
    library offers no AAD: the place goes into `info`, which enters the key schedule and binds as strongly.
    """
    try:
        return with_suite(_HPKE.encrypt(sized(key, KEY_SIZE, "key"), to.load(), binding.info("wrap")))
    except ValueError:
        # an X25519 half of small order; refusing it here costs nothing, and such a key is nobody's
        raise FormatError("not a public key") from None


def unwrap(wrapped: bytes, secret: SecretKey, binding: Binding) -> bytes:
    """Return the key, or raise OpenError (wrong reader, moved, altered) or SuiteError."""
    sealed = without_suite(wrapped)
    try:
        return sized(_HPKE.decrypt(sealed, secret.load(), binding.info("wrap")), KEY_SIZE, "key")
    except (InvalidTag, ValueError):
        raise OpenError("key does not open") from None


def seal(key: bytes, plaintext: bytes, binding: Binding) -> bytes:
    """Seal a text, padded to its bucket, under a data key."""
    return with_suite(stream.seal(key, pad(plaintext), binding.info("body")))


def unseal(key: bytes, body: bytes, binding: Binding) -> bytes:
    """Return the text, or raise OpenError or SuiteError."""
    return unpad(stream.open_all(key, without_suite(body), binding.info("body")))


def sealer(key: bytes, binding: Binding, sink: stream.Sink) -> stream.Sealer:
    """Begin a sealed file: writes the suite byte, then seals what is written to the returned object.

    Before `finish`, pad with `pad(padme(length))` and keep the true length in a sealed text.
    """
    sink.write(bytes([SUITE]))
    return stream.Sealer(key, binding.info("file"), sink)


def opener(key: bytes, source: BinaryIO, binding: Binding) -> stream.Opener:
    """Open a sealed file for reading in any order; OpenError or SuiteError before the first byte."""
    source.seek(0)
    without_suite(source.read(1))
    return stream.Opener(key, source, binding.info("file"), start=1)


def join(share_s: bytes, share_c: bytes, binding: Binding) -> bytes:
    """Return the key of an identity field, HKDF(S ‖ C), bound to its place.

    Both shares are uniform, independent and 32 bytes long, so S ‖ C reads one way only, and to the holder of
    one of them the input still has 256 bits of entropy: HMAC-SHA256 as extractor leaves the key unpredictable.
    """
    secret = sized(share_s, KEY_SIZE, "share") + sized(share_c, KEY_SIZE, "share")
    return derive(secret, "join", binding.info("join"))
