"""Signed checkpoints of the ledger: C2SP signed-note and tlog-checkpoint, Ed25519 (type 0x01).

    origin ⏎ size ⏎ base64(root) ⏎ ⏎ — name base64(key id(4) ‖ signature(64)) ⏎
Sources: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint. Knows no log and no witness.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from crypto.errors import NoteError, OpenError
from crypto.keys import VERIFY_KEY, SigningKey, VerifyKey
from crypto.primitives import sha256

ED25519 = b"\x01"

_KEY_ID = 4
_ROOT = 32
_LINES = 3
_DASH = "\u2014 "
_LONGEST = 256 * 1024  # some thirty post-quantum cosignatures; the specification asks for sixteen
_MAX_SIGNATURES = 64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: who keeps the log, how many leaves, their root (32 bytes). NoteError if it can not be."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or not self.origin.isprintable():
            raise NoteError("not an origin")
        if self.size < 0 or len(self.root) != _ROOT:
            raise NoteError("not a tree head")

    def text(self) -> str:
        """Return the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign(checkpoint: Checkpoint, name: str, key: SigningKey) -> str:
    """Return the checkpoint as a note with one signature."""
    return sign_note(checkpoint.text(), name, key)


def verify(text: str, name: str, key: VerifyKey) -> Checkpoint:
    """Return the checkpoint if this key signed it under this name, else raise NoteError."""
    return _parse(verify_note(text, name, key))


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """Return text ‖ blank line ‖ one signature line; NoteError if text or name can not stand in a note."""
    message = _note_bytes(text)
    if not text.endswith("\n"):
        raise NoteError("a note's text ends its last line")
    signature = _key_id(_checked(name), key.public) + key.sign(message)
    return f"{text}\n{_DASH}{name} {base64.b64encode(signature).decode()}\n"


def verify_note(text: str, name: str, key: VerifyKey) -> str:
    """Return the signed text (its last newline included), else raise NoteError.

    Signatures of other names or key ids are ignored; each one under this name and id must verify, and there
    must be one.
    """
    if len(text) > _LONGEST:
        raise NoteError("too long")
    body, separator, block = text.rpartition("\n\n")
    message = _note_bytes(body + "\n")
    expected = (name, _key_id(_checked(name), key))
    ours = [signature for signer, signature in _signatures(block) if signer == expected]
    if not separator or not ours:
        raise NoteError("not signed by this key")
    for signature in ours:
        _verify(key, signature, message)
    return body + "\n"


def verifier_line(name: str, key: VerifyKey) -> str:
    """Return the vkey: name+key id+base64(type ‖ key), as others configure it."""
    key_id = _key_id(_checked(name), key).hex()
    return f"{name}+{key_id}+{base64.b64encode(ED25519 + key.raw).decode()}"


def parse_verifier_line(line: str) -> tuple[str, VerifyKey]:
    """Return name and key of a vkey; NoteError unless it is exactly what `verifier_line` writes."""
    name, _, rest = line.partition("+")
    raw = _decode(rest.partition("+")[2])
    if len(raw) != 1 + VERIFY_KEY or raw[:1] != ED25519:
        raise NoteError("not an Ed25519 verifier key")
    key = VerifyKey(raw[1:])
    if verifier_line(name, key) != line:
        raise NoteError("name, id and key do not go together")
    return name, key


def _verify(key: VerifyKey, signature: bytes, message: bytes) -> None:
    try:
        key.verify(signature, message)
    except OpenError:
        raise NoteError("a signature does not verify") from None


def _signatures(block: str) -> Iterator[tuple[tuple[str, bytes], bytes]]:
    """Yield ((name, key id), signature) of each line; NoteError when one is no signature line."""
    lines = block.split("\n")
    if lines.pop() or len(lines) > _MAX_SIGNATURES:
        raise NoteError("not a block of signatures")
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        raw = _decode(encoded)
        if not line.startswith(_DASH) or len(raw) <= _KEY_ID:
            raise NoteError("not a signature line")
        yield (_checked(name), raw[:_KEY_ID]), raw[_KEY_ID:]


def _parse(text: str) -> Checkpoint:
    """Read what `Checkpoint.text` writes, and nothing else: our logs use no extension lines."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or not (lines[1].isascii() and lines[1].isdigit()):
        raise NoteError("not a checkpoint")
    checkpoint = Checkpoint(lines[0], _size(lines[1]), _decode(lines[2]))
    if checkpoint.text() != text:
        raise NoteError("not the one encoding of a checkpoint")
    return checkpoint


def _size(digits: str) -> int:
    if len(digits) > len(str(1 << 63)):
        raise NoteError("no tree is that large")
    return int(digits)


def _key_id(name: str, key: VerifyKey) -> bytes:
    return sha256(name.encode(), b"\n", ED25519, key.raw)[:_KEY_ID]


def _checked(name: str) -> str:
    """Return a key name: not empty, no spaces, no plus, no control characters."""
    if not name or "+" in name or any(char.isspace() or not char.isprintable() for char in name):
        raise NoteError("not a key name")
    return name


def _note_bytes(text: str) -> bytes:
    """Return the UTF-8 that is signed; NoteError on control characters other than newline."""
    if any(char < " " and char != "\n" for char in text):
        raise NoteError("a control character")
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NoteError("not UTF-8") from None


def _decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NoteError("not base64") from None
