"""Signed checkpoints of the ledger: C2SP signed-note and tlog-checkpoint, Ed25519 (type 0x01).

    origin ⏎ size ⏎ base64(root) ⏎ ⏎ — name base64(key id(4) ‖ signature(64)) ⏎
Sources: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint. Knows no log; other signatures on the same note
are made and checked in `crypto.cosignature`.
"""

import base64
import binascii
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

Signature = tuple[str, bytes, bytes]
"""Name, key id and signature of one line."""


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
    return parse(verify_note(text, name, key))


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """Return text ‖ blank line ‖ one signature line; NoteError if text or name can not stand in a note."""
    message = note_bytes(text)
    if not text.endswith("\n"):
        raise NoteError("a note's text ends its last line")
    return f"{text}\n{signature_line(name, key_id(name, ED25519, key.public.raw), key.sign(message))}"


def verify_note(text: str, name: str, key: VerifyKey) -> str:
    """Return the signed text (its last newline included), else raise NoteError.

    Signatures of other names or key ids are ignored; each one under this name and id must verify, and there
    must be one.
    """
    body, found = split(text)
    message = note_bytes(body)
    for signature in ours(found, name, key_id(name, ED25519, key.raw)):
        _verify(key, signature, message)
    return body


def ours(found: list[Signature], name: str, known: bytes) -> list[bytes]:
    """Return the signatures under this name and key id; NoteError when there is none."""
    signatures = [signature for signer, of, signature in found if (signer, of) == (name, known)]
    if not signatures:
        raise NoteError("not signed by this key")
    return signatures


def verifier_line(name: str, key: VerifyKey) -> str:
    """Return the vkey: name+key id+base64(type ‖ key), as others configure it."""
    return encode_verifier(name, ED25519, key.raw)


def parse_verifier_line(line: str) -> tuple[str, VerifyKey]:
    """Return name and key of a vkey; NoteError unless it is exactly what `verifier_line` writes."""
    name, kind, raw = decode_verifier(line)
    if kind != ED25519 or len(raw) != VERIFY_KEY:
        raise NoteError("not an Ed25519 verifier key")
    return name, VerifyKey(raw)


def encode_verifier(name: str, kind: bytes, raw: bytes) -> str:
    """Return the vkey of a key of any type."""
    return f"{name}+{key_id(name, kind, raw).hex()}+{base64.b64encode(kind + raw).decode()}"


def decode_verifier(line: str) -> tuple[str, bytes, bytes]:
    """Return name, type and key; NoteError unless name, id and key go together."""
    name, _, rest = line.partition("+")
    decoded = _decode(rest.partition("+")[2])
    if encode_verifier(name, decoded[:1], decoded[1:]) != line:
        raise NoteError("name, id and key do not go together")
    return name, decoded[:1], decoded[1:]


def key_id(name: str, kind: bytes, raw: bytes) -> bytes:
    """Return the four bytes that name a key together with its name; NoteError when the name can not be one."""
    return sha256(_checked(name).encode(), b"\n", kind, raw)[:_KEY_ID]


def signature_line(name: str, known: bytes, signature: bytes) -> str:
    """Return the line of one signature."""
    return f"{_DASH}{name} {base64.b64encode(known + signature).decode()}\n"


def split(text: str) -> tuple[str, list[Signature]]:
    """Return the text, its last newline included, and the signatures on it, UNVERIFIED; NoteError for no note."""
    if len(text) > _LONGEST:
        raise NoteError("too long")
    body, separator, block = text.rpartition("\n\n")
    if not separator:
        raise NoteError("not a note")
    note_bytes(body)
    lines = block.split("\n")
    if lines.pop() or len(lines) > _MAX_SIGNATURES:
        raise NoteError("not a block of signatures")
    return body + "\n", [_signature(line) for line in lines]


def _verify(key: VerifyKey, signature: bytes, message: bytes) -> None:
    try:
        key.verify(signature, message)
    except OpenError:
        raise NoteError("a signature does not verify") from None


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _decode(encoded)
    if not line.startswith(_DASH) or len(raw) <= _KEY_ID:
        raise NoteError("not a signature line")
    return _checked(name), raw[:_KEY_ID], raw[_KEY_ID:]


def parse(text: str) -> Checkpoint:
    """Return what `Checkpoint.text` wrote, UNVERIFIED, and nothing else: our logs use no extension lines."""
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


def _checked(name: str) -> str:
    """Return a key name: not empty, no spaces, no plus, no control characters."""
    if not name or "+" in name or any(char.isspace() or not char.isprintable() for char in name):
        raise NoteError("not a key name")
    return name


def note_bytes(text: str) -> bytes:
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
