"""Key pairs of suite 1 (X-Wing for sealing, Ed25519 for signing) and how an officer's are locked by a password.

A private key is a 32-byte seed everywhere. Knows nothing of desks, certificates or who may hold what.
"""

import hashlib
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto import stream
from crypto.errors import FormatError, OpenError, PasswordError
from crypto.padding import pad, unpad
from crypto.primitives import (
    KEY_SIZE,
    Binding,
    label,
    random_bytes,
    sha256,
    sized,
    with_suite,
    without_suite,
)

SEED = 32
ID = 16
VERIFY_KEY = 32
_MLKEM_PUBLIC = 1184
_MLKEM_SEED = 64
_X25519 = 32
PUBLIC_KEY = _MLKEM_PUBLIC + _X25519

_SALT = 16
_PEPPER_MIN = 16
_ARGON_MEMORY = 64 * 1024  # KiB. Constants of the suite: a cheap setting that does not exist can not be chosen
_ARGON_PASSES = 3
_ARGON_LANES = 1


@dataclass(frozen=True)
class PublicKey:
    """An X-Wing public key: ML-KEM-768 (1184 bytes) ‖ X25519 (32). FormatError for any other length.

    Loading costs some 25 µs and is kept on the instance: hold the instance to seal to it often.
    """

    raw: bytes

    def __post_init__(self) -> None:
        sized(self.raw, PUBLIC_KEY, "public key")

    @cached_property
    def id(self) -> bytes:
        """16 bytes that name this key: a name, not a commitment to be relied on against its own maker."""
        return sha256(label("key-id/seal"), self.raw)[:ID]

    def load(self) -> MLKEM768X25519PublicKey:
        """Return the library's key; FormatError when the bytes are not a key."""
        return self._loaded

    @cached_property
    def _loaded(self) -> MLKEM768X25519PublicKey:
        try:
            return MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(self.raw[:_MLKEM_PUBLIC]),
                X25519PublicKey.from_public_bytes(self.raw[_MLKEM_PUBLIC:]),
            )
        except ValueError:
            raise FormatError("not a public key") from None


@dataclass(frozen=True)
class SecretKey:
    """An X-Wing private key as its 32-byte seed (draft-connolly-cfrg-xwing-kem, §5.2)."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        sized(self.seed, SEED, "seed")

    @classmethod
    def generate(cls) -> "SecretKey":
        """Draw a new key."""
        return cls(random_bytes(SEED))

    @cached_property
    def public(self) -> PublicKey:
        """The public half."""
        mlkem, x25519 = self._halves
        return PublicKey(mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw())

    def load(self) -> MLKEM768X25519PrivateKey:
        """Return the library's key."""
        return self._loaded

    @cached_property
    def _loaded(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(*self._halves)

    @cached_property
    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = hashlib.shake_256(self.seed).digest(_MLKEM_SEED + _X25519)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED]),
            X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:]),
        )


@dataclass(frozen=True)
class VerifyKey:
    """An Ed25519 public key, 32 bytes (RFC 8032)."""

    raw: bytes

    def __post_init__(self) -> None:
        sized(self.raw, VERIFY_KEY, "verify key")

    @cached_property
    def id(self) -> bytes:
        """16 bytes that name this key."""
        return sha256(label("key-id/sign"), self.raw)[:ID]

    @cached_property
    def _loaded(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return if the signature is this key's on this message, else raise OpenError."""
        try:
            self._loaded.verify(signature, message)
        except InvalidSignature:
            raise OpenError("signature does not verify") from None


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 private key as its 32-byte seed (RFC 8032).

    Each use signs bytes that begin differently (a label, or a C2SP note's origin line), so a signature made for
    one is never one for another.
    """

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        sized(self.seed, SEED, "seed")

    @classmethod
    def generate(cls) -> "SigningKey":
        """Draw a new key."""
        return cls(random_bytes(SEED))

    @cached_property
    def _loaded(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> VerifyKey:
        """The public half."""
        return VerifyKey(self._loaded.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._loaded.sign(message)


@dataclass(frozen=True, slots=True)
class OfficerKeys:
    """What an officer's password opens: sealing key, signing key, and the secret of the one-time codes."""

    secret: SecretKey
    signing: SigningKey
    otp: bytes = field(repr=False)


def lock_officer(keys: OfficerKeys, password: str, *, pepper: bytes, binding: Binding) -> bytes:
    """Lock an officer's keys: suite byte ‖ salt(16) ‖ body. Costs one Argon2id (64 MiB, about 0.15 s).

    The salt is drawn for each locking, so the body's key is used once; the body is padded, so its length does
    not say whether one-time codes are set up.
    """
    salt = random_bytes(_SALT)
    plaintext = pad(keys.secret.seed + keys.signing.seed + keys.otp)
    body = stream.seal(_stretch(password, salt, pepper), plaintext, binding.info("officer"))
    return with_suite(salt + body)


def unlock_officer(blob: bytes, password: str, *, pepper: bytes, binding: Binding) -> OfficerKeys:
    """Open what `lock_officer` made; PasswordError whatever the reason it does not open."""
    rest = without_suite(blob)
    salt, body = rest[:_SALT], rest[_SALT:]
    try:
        padded = stream.open_all(_stretch(password, salt, pepper), body, binding.info("officer"))
    except OpenError:
        raise PasswordError("does not unlock") from None
    plaintext = unpad(padded)
    secret, signing, otp = plaintext[:SEED], plaintext[SEED : 2 * SEED], plaintext[2 * SEED :]
    return OfficerKeys(SecretKey(secret), SigningKey(signing), otp)


def decoy(password: str, *, pepper: bytes) -> None:
    """Do for an unknown officer the work done for a known one, then raise PasswordError, always.

    It is the same code on random bytes of the usual size: no key commits to a random 32-byte commitment
    but with probability 2⁻²⁵⁶.
    """
    blob = with_suite(random_bytes(_SALT + stream.sealed_length(len(pad(bytes(2 * SEED))))))
    unlock_officer(blob, password, pepper=pepper, binding=Binding(b"", "", b"", "", b""))
    raise PasswordError("does not unlock")


def _stretch(password: str, salt: bytes, pepper: bytes) -> bytes:
    """Argon2id (RFC 9106), the pepper as its secret. NFC, as RFC 8265 asks: two keyboards, one password."""
    if len(pepper) < _PEPPER_MIN:
        raise FormatError("pepper too short")
    kdf = Argon2id(
        salt=sized(salt, _SALT, "salt"),
        length=KEY_SIZE,
        iterations=_ARGON_PASSES,
        lanes=_ARGON_LANES,
        memory_cost=_ARGON_MEMORY,
        secret=pepper,
    )
    return kdf.derive(unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass"))
