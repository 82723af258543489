"""What a proof from the ledger shows to somebody who trusts nothing but the keys they were given: pure, and off-line.

A proof file (C2SP tlog-proof) leads from one entry to a signed checkpoint. Its `extra` line carries what else has to be
handed over: the 33-byte record that the leaf is the hash of and, where the entry is its holder's to open, salt and
opening. None of that is trusted: the record must hash to the leaf that the checkpoint covers, salt and opening to the
record. A promise is a signed note of its own, given before there is a checkpoint.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crypto import note, tlog_proof, tree
from crypto.cosignature import Cosigner
from crypto.errors import CryptoError, FormatError, NoteError, ProofError
from crypto.keys import VerifyKey
from crypto.primitives import derive, mac, same, sha256
from crypto.receipt import Receipt
from crypto.tree import Span
from portal.domain.errors import UnprovenError

PROMISE = "shaoyin-promise/1"
LARGEST = 1024 * 1024  # characters of a file that is shown to us
_VERSION = 1
_INSTALLATION = 16
_RECORD = 33
_PROMISE_LINES = 5

Signer = tuple[str, VerifyKey]
"""A name in signed notes and the key that signs under it, as a verifier key line gives them."""

Opener = Callable[[str], note.Checkpoint]
"""Gives the tree head of a checkpoint that was signed as it must be; raises UnprovenError for any other."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What binds an entry to its leaf; without salt and opening it shows that there is an entry, not what it says."""

    installation: bytes
    record: bytes
    salt: bytes = b""
    opening: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the extra data of a proof file. `check` tells a damaged file from a forged one; it proves nothing."""
        said = self._said()
        return tree.canonical({**said, "check": sha256(tree.canonical(said)).hex()})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Bound":
        """Undo `to_bytes`, and nothing else; raises UnprovenError."""
        try:
            said = json.loads(data)
            bound = cls(
                bytes.fromhex(said["installation"]),
                bytes.fromhex(said["record"]),
                bytes.fromhex(said.get("salt", "")),
                said.get("opening", "").encode(),
            )
            if bound.to_bytes() != data or (len(bound.installation), len(bound.record)) != (_INSTALLATION, _RECORD):
                raise UnprovenError("extra")
            if bound.opening and tree.record(bound.salt, bound.opening) != bound.record:
                raise UnprovenError("record")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, FormatError):
            raise UnprovenError("extra") from None
        return bound

    def _said(self) -> dict[str, object]:
        said: dict[str, object] = {
            "v": _VERSION,
            "installation": self.installation.hex(),
            "record": self.record.hex(),
        }
        return {**said, "salt": self.salt.hex(), "opening": self.opening.decode()} if self.opening else said


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proof file shows, once it holds."""

    origin: str
    index: int
    leaf: bytes
    size: int  # of the checkpoint
    root: bytes
    checkpoint: str
    nodes: Mapping[Span, bytes]
    installation: bytes
    said: Mapping[str, Any] | None  # what the entry says; None where the file does not open it


def check(text: str, open_head: Opener) -> Shown:
    """Return what a proof file shows to whoever trusts these keys. Raises UnprovenError for whatever does not hold."""
    try:
        proof = tlog_proof.parse(text)
    except ProofError as error:
        raise UnprovenError("form", str(error)) from None
    head = open_head(proof.checkpoint)
    bound = Bound.from_bytes(proof.extra)
    leaf = tree.leaf_hash(bound.record)
    try:
        nodes = tree.verify_inclusion(leaf, proof.index, head.size, proof.hashes, head.root)
    except ProofError as error:
        raise UnprovenError("path", str(error)) from None
    said = _said(bound.opening) if bound.opening else None
    return Shown(
        head.origin, proof.index, leaf, head.size, head.root, proof.checkpoint, nodes, bound.installation, said
    )


def opener(signers: Sequence[Signer], cosigners: Sequence[Cosigner] = ()) -> Opener:
    """Believe what one of these keys signed under its own log's name and a key of each cosigner cosigned."""

    def open_head(text: str) -> note.Checkpoint:
        head = _signed(text, signers)
        require_cosigned(text, cosigners)
        return head

    return open_head


def _signed(text: str, signers: Sequence[Signer]) -> note.Checkpoint:
    for name, key in signers:
        try:
            head = note.verify(text, name, key)
        except NoteError:
            continue
        if head.origin == name:
            return head
    raise UnprovenError("signature", _names(signers))


def require_cosigned(text: str, cosigners: Sequence[Cosigner]) -> None:
    """Raise UnprovenError unless each of these names cosigned, by one of its keys at least."""
    missing = {one.name for one in cosigners} - {one.name for one in cosigners if _is_cosigned(text, one)}
    if missing:
        raise UnprovenError("witness", ", ".join(sorted(missing)))


def _is_cosigned(text: str, cosigner: Cosigner) -> bool:
    try:
        cosigner.verify(text)
    except NoteError:
        return False
    return True


def _names(signers: Sequence[Signer]) -> str:
    return ", ".join(sorted({name for name, _ in signers}))


def _said(opening: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(opening)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("facts"), dict):
        raise UnprovenError("extra")
    return said


# What was reported


def content_digest(receipt: Receipt, installation: bytes, told: Mapping[str, object]) -> str:
    """SHA-256(nonce ‖ canonical text): lets the reporter show later what was sent, and nobody else guess it."""
    return sha256(receipt.nonce(installation), tree.canonical(dict(told))).hex()


def require_told(shown: Shown, receipt: Receipt, text: str) -> None:
    """Raise UnprovenError unless this text is what was sent with this code, in the entry that the proof is of."""
    if shown.said is None:
        raise UnprovenError("closed")
    content = shown.said["facts"].get("content")
    if not isinstance(content, str):
        raise UnprovenError("no_report", str(shown.said.get("event", "")))
    try:
        told = json.loads(text)
        if not isinstance(told, dict):
            raise UnprovenError("text_form")
        digest = content_digest(receipt, shown.installation, told)
    except (ValueError, RecursionError, FormatError):
        raise UnprovenError("text_form") from None
    if not same(digest.encode(), content.encode()):
        raise UnprovenError("text")


# A file that was sent with it


def file_mark(seed: bytes, digest: bytes) -> bytes:
    """By which a reporter's own key, and nothing else, knows a file again: HMAC(HKDF(seed), SHA-256(file))."""
    return mac(derive(seed, "file-mark"), digest)


def file_nonce(seed: bytes, mark: bytes) -> bytes:
    """What blinds the digest of a reporter's file in the ledger: from the code alone, another for each file.

    Who is told it can hold this one file against its entry, and learns nothing else.
    """
    return derive(seed, "file-nonce", mark)


def file_digest(nonce: bytes, digest: bytes) -> bytes:
    """SHA-256(nonce ‖ SHA-256(file)), which the ledger has of a file; both are 32 bytes."""
    return sha256(nonce, digest)


def require_file(shown: Shown, digest: bytes, known: Receipt | bytes) -> str:
    """Which of a file's two forms has this SHA-256: `content` as it was sent, or the office's `copy`.

    `known` is the code it was sent with, or the file's own number. Raises UnprovenError where it is neither.
    """
    if shown.said is None:
        raise UnprovenError("closed")
    facts = shown.said["facts"]
    if "file" not in facts:
        raise UnprovenError("no_file", str(shown.said.get("event", "")))
    if isinstance(known, Receipt):
        seed = known.secret(shown.installation).seed
        known = file_nonce(seed, file_mark(seed, digest))
    found = file_digest(known, digest).hex()
    for form in ("content", "copy"):
        if same(found.encode(), str(facts.get(form, "")).encode()):
            return form
    raise UnprovenError("file")


# Two proofs, or a proof and a checkpoint kept elsewhere


def require_one_log(one: Shown, other: Shown) -> None:
    """Raise UnprovenError where two proofs are of different logs, or of one that was shown in two ways.

    Every node that both tell must be the same: of a fork this finds what can be found without the log itself.
    """
    if (one.origin, one.installation) != (other.origin, other.installation):
        raise UnprovenError("other_log", f"{one.origin}, {other.origin}")
    common = one.nodes.keys() & other.nodes.keys()
    if any(not same(one.nodes[span], other.nodes[span]) for span in common):
        raise UnprovenError("fork", one.origin)


def require_agrees(shown: Shown, kept: note.Checkpoint) -> bool:
    """Whether a checkpoint kept elsewhere says the same of the same entries; False where it can't be told.

    Raises UnprovenError where it says something else. It can be told of the same size, or where the proof holds the
    root of a smaller one.
    """
    if kept.origin != shown.origin:
        raise UnprovenError("other_log", f"{shown.origin}, {kept.origin}")
    known = shown.nodes.get((0, kept.size))
    if known is not None and not same(known, kept.root):
        raise UnprovenError("fork", shown.origin)
    return known is not None


def require_prefix(shown: Shown, kept: note.Checkpoint, proof: Sequence[bytes]) -> None:
    """Raise UnprovenError unless a checkpoint kept elsewhere adds to the one of this proof (RFC 9162 §2.1.4)."""
    try:
        tree.verify_consistency(shown.size, kept.size, shown.root, kept.root, proof)
    except ProofError:
        raise UnprovenError("fork", shown.origin) from None


# Promises


@dataclass(frozen=True, slots=True)
class Promise:
    """Our word, given before there is a checkpoint, that this leaf stands at this index."""

    origin: str
    index: int
    leaf: bytes

    def text(self) -> str:
        """Return the four lines that are signed."""
        return f"{PROMISE}\n{self.origin}\n{self.index}\n{base64.b64encode(self.leaf).decode()}\n"


def open_promise(text: str, signers: Sequence[Signer]) -> Promise:
    """The promise that one of these keys signed. Raises UnprovenError."""
    for name, key in signers:
        try:
            signed = note.verify_note(text, name, key)
        except NoteError:
            continue
        promise = _promise(signed)
        if promise_name(promise.origin) == name:
            return promise
    raise UnprovenError("promise_signature", _names(signers))


def promise_name(origin: str) -> str:
    """Under which name a ledger's promises are signed: never that of its checkpoints."""
    return f"{origin}/promise"


def _promise(text: str) -> Promise:
    lines = text.split("\n")
    try:
        if len(lines) != _PROMISE_LINES or not (lines[2].isascii() and lines[2].isdigit()):
            raise UnprovenError("promise_form")
        promise = Promise(lines[1], int(lines[2]), base64.b64decode(lines[3], validate=True))
    except (binascii.Error, ValueError):
        raise UnprovenError("promise_form") from None
    if promise.text() != text:
        raise UnprovenError("promise_form")
    return promise


def require_kept(promise: Promise, shown: Shown) -> None:
    """Raise UnprovenError unless the proof shows that the promise was kept."""
    if promise.origin != shown.origin:
        raise UnprovenError("other_log", f"{promise.origin}, {shown.origin}")
    if promise.index != shown.index:
        raise UnprovenError("other_entry", f"{promise.index}, {shown.index}")
    require_stands(promise, shown.leaf)


def require_stands(promise: Promise, leaf: bytes) -> None:
    """Raise UnprovenError unless this is the leaf that was promised."""
    if not same(promise.leaf, leaf):
        raise UnprovenError("broken", str(promise.index))


def parse_keys(lines: Iterable[str]) -> tuple[list[Signer], list[Cosigner]]:
    """Read verifier key lines (C2SP vkey): those that sign, and those that cosign. Raises UnprovenError."""
    signers: list[Signer] = []
    cosigners: list[Cosigner] = []
    for line in lines:
        try:
            name, kind, raw = note.decode_verifier(line.strip())
            if kind == note.ED25519:
                signers.append((name, VerifyKey(raw)))
            else:
                cosigners.append(Cosigner(name, kind, raw))
        except CryptoError as error:
            raise UnprovenError("key", str(error)) from None
    return signers, cosigners
