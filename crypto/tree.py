"""The Merkle tree of the ledger (RFC 6962 / RFC 9162 §2.1) and the canonical bytes its leaves commit to.

Hashes in, hashes out: knows no entry and no storage. All hashes are SHA-256, 32 bytes.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256

from crypto.errors import FormatError, ProofError
from crypto.primitives import same, sized

HASH = 32
SALT = 32
RECORD_VERSION = b"\x01"
EMPTY_ROOT = sha256(b"").digest()

_SAFE_INTEGER = (1 << 53) - 1
_ATOMS = frozenset({str, bool, type(None)})
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Span = tuple[int, int]
"""Leaves start ≤ i < end, whose root is one hash of a proof."""


def canonical(value: object) -> bytes:
    """Return the one encoding of a value (RFC 8785 without floats): UTF-8, sorted keys, no white space.

    str, int up to ±(2⁵³−1), bool, None, lists or tuples and dicts with str keys; FormatError for anything
    else, because what would be written must read back as the same value everywhere. Strings are taken as they
    are, without normalisation.
    """
    try:
        return _WRITE(_ordered(value)).encode()
    except UnicodeEncodeError:
        raise FormatError("a lone surrogate has no UTF-8") from None


def _ordered(value: object) -> object:
    """Return the value with each dict in RFC 8785's order: by UTF-16 code units, not by code points."""
    if type(value) in _ATOMS or isinstance(value, str):
        return value
    if isinstance(value, int) and abs(value) <= _SAFE_INTEGER:
        return value
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, dict):
        # Most values are atoms: asked here, they cost no call.
        return {key: one if type(one := value[key]) in _ATOMS else _ordered(one) for key in _sorted(value)}
    raise FormatError(f"no canonical form for {type(value).__name__}")


def _sorted(keys: Collection[str]) -> list[str]:
    try:
        both_alike = "".join(keys).isascii()
    except TypeError:
        raise FormatError("a key that is no text has no canonical form") from None
    return sorted(keys, key=None if both_alike else _utf16)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def record(salt: bytes, opening: bytes) -> bytes:
    """Return the 33 bytes a leaf is hashed from: version(1) ‖ SHA-256(salt(32) ‖ opening).

    The salt makes it hiding: when salt and opening are erased, nobody can try openings against the leaf.
    """
    return RECORD_VERSION + sha256(sized(salt, SALT, "salt") + opening).digest()


def leaf_of(salt: bytes, opening: bytes) -> bytes:
    """Return the leaf that salt(32) and opening make: `leaf_hash` of their `record`, a million times a minute."""
    return sha256(b"\x00" + RECORD_VERSION + sha256(sized(salt, SALT, "salt") + opening).digest()).digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry). The prefix keeps leaves and nodes apart: no node can pass for a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: one hash per set bit of its size, largest subtree first.

    Appending costs two hashes on average and needs nothing else of the tree.
    """

    __slots__ = ("_edge", "size")

    def __init__(self) -> None:
        self._edge: list[bytes] = []
        self.size = 0

    def append(self, leaf: bytes) -> None:
        """Add a leaf's hash at the right."""
        self.extend(leaf, 1)

    def extend(self, node: bytes, leaves: int) -> None:
        """Add the root of a complete subtree of so many leaves; FormatError unless it may stand here."""
        if leaves < 1 or leaves & (leaves - 1) or self.size % leaves:
            raise FormatError("a subtree stands where its size divides")
        size = self.size // leaves
        while size & 1:  # each trailing one is a complete subtree as large as what `node` has become
            node = node_hash(self._edge.pop(), node)
            size >>= 1
        self._edge.append(node)
        self.size += leaves

    def root(self) -> bytes:
        """Return the root of all leaves so far; of none, SHA-256 of nothing."""
        if not self._edge:
            return EMPTY_ROOT
        *rest, node = self._edge
        for left in reversed(rest):
            node = node_hash(left, node)
        return node

    def to_bytes(self) -> bytes:
        """Return size as u64-BE ‖ hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self._edge)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Undo `to_bytes`; FormatError when size and number of hashes disagree."""
        frontier = cls()
        frontier.size = int.from_bytes(data[:8])
        if len(data) != 8 + HASH * frontier.size.bit_count():
            raise FormatError("not a frontier")
        frontier._edge = [data[at : at + HASH] for at in range(8, len(data), HASH)]
        return frontier


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, level by level: one that has no sibling goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        alone = level[len(level) & ~1 :]
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)] + alone
    return level[0] if level else EMPTY_ROOT


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return which spans' roots prove leaf `index` in a tree of `size`, in proof order (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise FormatError("no such leaf")
    return _path(index, 0, size)


def consistency_spans(old: int, size: int) -> list[Span]:
    """Return which spans' roots prove that the first `old` leaves are a prefix (RFC 9162 §2.1.4.1)."""
    if not 0 <= old <= size:
        raise FormatError("no such tree")
    return [] if old in (0, size) else _subproof(old, 0, size, whole=True)


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that `leaves[index]` is in the tree, from all leaf hashes."""
    return [root(leaves[start:end]) for start, end in inclusion_spans(index, len(leaves))]


def consistency_proof(old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof that the tree of `leaves[:old]` is a prefix of the whole, from all leaf hashes."""
    return [root(leaves[start:end]) for start, end in consistency_spans(old, len(leaves))]


def _split(size: int) -> int:
    """Return the largest power of two below size (size > 1)."""
    return 1 << (size - 1).bit_length() - 1


def _path(index: int, start: int, end: int) -> list[Span]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _subproof(old: int, start: int, end: int, *, whole: bool) -> list[Span]:
    """Follow the old tree's right edge; `whole` while the old root is known to the verifier already."""
    if old == end:
        return [] if whole else [(start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, whole=whole), (middle, end)]
    return [*_subproof(old, middle, end, whole=False), (start, middle)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> Mapping[Span, bytes]:
    """Return each node that the proof tells, by its span, if they lead from the leaf's hash to the root.

    Raises ProofError else. Two proofs in one log, at whatever sizes, tell the same node of the same span: where they do
    not, the log was not one.
    """
    if not 0 <= index < size:
        raise ProofError("no such leaf")
    spans = _path(index, 0, size)
    _count(spans, proof)
    low, high, node = index, index + 1, leaf
    told = {(low, high): node}
    for (start, end), sibling in zip(spans, proof, strict=True):
        node = node_hash(node, sibling) if start > index else node_hash(sibling, node)
        low, high = min(low, start), max(high, end)
        told |= {(start, end): sibling, (low, high): node}
    if not same(node, expected):
        raise ProofError("does not lead to the root")
    return told


def verify_consistency(old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the proof shows the old tree to be a prefix of the new one, else raise ProofError.

    Both roots are rebuilt from the same hashes, so both trees have the same first `old` leaves. Only where the
    old tree is itself a node of the new one (its size is a power of two) is its root taken as given: the new
    root then commits to it. Of an empty old tree nothing is left to prove.
    """
    if not 0 <= old <= size:
        raise ProofError("the tree shrank")
    if old in (0, size):
        _verify_trivial(size, old_root if old else new_root, new_root, proof)
        if old == 0 and not same(old_root, EMPTY_ROOT):
            raise ProofError("not the root of an empty tree")
        return
    spans = consistency_spans(old, size)
    _count(spans, proof)
    hashes = dict(zip(spans, proof, strict=True))
    if old.bit_count() == 1:
        hashes[0, old] = old_root
    if not (same(_rebuild(hashes, 0, old), old_root) and same(_rebuild(hashes, 0, size), new_root)):
        raise ProofError("does not lead to both roots")


def _verify_trivial(size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check what needs no hash: the same tree twice, and that no leaves have the empty root."""
    _count([], proof)
    if not same(old_root, new_root) or (size == 0 and not same(new_root, EMPTY_ROOT)):
        raise ProofError("one size, two roots")


def _count(spans: Sequence[Span], proof: Sequence[bytes]) -> None:
    if len(spans) != len(proof) or any(len(step) != HASH for step in proof):
        raise ProofError("not as many hashes as the tree asks for")


def _rebuild(hashes: Mapping[Span, bytes], start: int, end: int) -> bytes:
    """Return the root of a span from the roots of parts of it.

    It ends: the spans of a consistency proof split [0, size) and [0, old) where those trees themselves split,
    because a tree of `old` leaves with old > middle splits at the same power of two as the larger one.
    """
    known = hashes.get((start, end))
    if known is not None:
        return known
    middle = start + _split(end - start)
    return node_hash(_rebuild(hashes, start, middle), _rebuild(hashes, middle, end))
