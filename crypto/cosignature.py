r"""Cosignatures on a checkpoint: C2SP tlog-cosignature, ML-DSA-44 (type 0x06), and Ed25519 (0x04) of others' witnesses.

    — name base64(key id(4) ‖ timestamp as u64-BE ‖ signature)
signs, with ML-DSA-44 (FIPS 204, no context), for the whole tree of a checkpoint,

    "subtree/v1\n\0" ‖ u8 name ‖ timestamp ‖ u8 origin ‖ start = 0 as u64-BE ‖ size as u64-BE ‖ root(32)
and with Ed25519 "cosignature/v1\ntime <timestamp>\n" ‖ the checkpoint's text. A timestamp says since when the cosigner
has known no larger tree; zero says nothing about it. Source: https://c2sp.org/tlog-cosignature.
"""

from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from crypto import note
from crypto.errors import NoteError, OpenError
from crypto.keys import SEED, VERIFY_KEY, SigningKey, VerifyKey
from crypto.note import Checkpoint
from crypto.primitives import derive, sized

ED25519 = b"\x04"
MLDSA44 = b"\x06"
MLDSA44_KEY = 1312

_SIZES = {ED25519: VERIFY_KEY, MLDSA44: MLDSA44_KEY}
_SIGNATURES = {ED25519: 64, MLDSA44: 2420}
_TIMESTAMP = 8
_LATEST = (1 << 63) - 1
_LABEL = b"subtree/v1\n\x00"
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Cosigner:
    """Who cosigns: a name, the type of signature, a public key. NoteError when they do not go together."""

    name: str
    kind: bytes
    raw: bytes

    def __post_init__(self) -> None:
        if _SIZES.get(self.kind) != len(self.raw):
            raise NoteError("not a cosigner's key")
        note.key_id(self.name, self.kind, self.raw)

    @classmethod
    def parse(cls, line: str) -> "Cosigner":
        """Read a vkey; NoteError unless it is exactly what `line` writes."""
        return cls(*note.decode_verifier(line))

    @property
    def line(self) -> str:
        """The vkey, as others configure it."""
        return note.encode_verifier(self.name, self.kind, self.raw)

    def verify(self, text: str) -> tuple[Checkpoint, int]:
        """Return checkpoint and timestamp of a note that this key cosigned, else raise NoteError.

        Every signature under this name and id must verify, and there must be one; of several, the latest time counts.
        """
        body, found = note.split(text)
        checkpoint = note.parse(body)
        signatures = note.ours(found, self.name, note.key_id(self.name, self.kind, self.raw))
        return checkpoint, max(self._verify(one, checkpoint) for one in signatures)

    def _verify(self, signature: bytes, checkpoint: Checkpoint) -> int:
        at = int.from_bytes(signature[:_TIMESTAMP])
        if len(signature) != _TIMESTAMP + _SIGNATURES[self.kind] or at > _LATEST:
            raise NoteError("not a cosignature")
        try:
            self._check(signature[_TIMESTAMP:], checkpoint, at)
        except (InvalidSignature, OpenError):
            raise NoteError("a cosignature does not verify") from None
        return at

    def _check(self, signature: bytes, checkpoint: Checkpoint, at: int) -> None:
        if self.kind == MLDSA44:
            self._loaded.verify(signature, _subtree(self.name, checkpoint, at))
        else:
            header = f"cosignature/v1\ntime {at}\n"
            VerifyKey(self.raw).verify(signature, (header + checkpoint.text()).encode())

    @cached_property
    def _loaded(self) -> MLDSA44PublicKey:
        return MLDSA44PublicKey.from_public_bytes(self.raw)


@dataclass(frozen=True)
class CosignerKey:
    """An ML-DSA-44 private key as its 32-byte seed (FIPS 204, ξ)."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        sized(self.seed, SEED, "seed")

    @classmethod
    def beside(cls, key: SigningKey) -> "CosignerKey":
        """The cosigner of a log, from the seed of its Ed25519 key: one file holds both.

        HKDF's output is independent of what Ed25519 draws from the seed, and a quantum computer that finds an Ed25519
        scalar does not find the seed, of which the scalar is a hash.
        """
        return cls(derive(key.seed, "log-cosigner"))

    @cached_property
    def _loaded(self) -> MLDSA44PrivateKey:
        return MLDSA44PrivateKey.from_seed_bytes(self.seed)

    @cached_property
    def public(self) -> bytes:
        """The public half."""
        return self._loaded.public_key().public_bytes_raw()

    def cosigner(self, name: str) -> Cosigner:
        """Who cosigns with this key under a name."""
        return Cosigner(name, MLDSA44, self.public)

    def cosign(self, text: str, name: str, *, at: int) -> str:
        """Return the note with this key's cosignature behind those on it; NoteError when it holds no checkpoint."""
        checkpoint = note.parse(note.split(text)[0])
        signature = at.to_bytes(_TIMESTAMP) + self._loaded.sign(_subtree(name, checkpoint, at))
        return text + note.signature_line(name, note.key_id(name, MLDSA44, self.public), signature)


def _subtree(name: str, checkpoint: Checkpoint, at: int) -> bytes:
    """The cosigned message of a whole tree."""
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    if max(len(cosigner), len(origin)) > _LONGEST_NAME:
        raise NoteError("too long a name")
    span = (0).to_bytes(8) + checkpoint.size.to_bytes(8)
    prefix = _LABEL + bytes([len(cosigner)]) + cosigner + at.to_bytes(_TIMESTAMP)
    return prefix + bytes([len(origin)]) + origin + span + checkpoint.root
