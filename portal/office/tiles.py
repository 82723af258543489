"""Stored nodes of the Merkle tree: the roots of complete subtrees, 256 children each, as C2SP tlog-tiles cuts them.

With them a proof over a million leaves hashes some hundreds. The signer writes them as the tree grows; what they say is
checked by whoever checks the proof, and by `portal audit verify` against the leaves.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import tree
from crypto.tree import Frontier
from portal.domain.errors import LedgerError
from portal.store.insertion import insert_rows
from portal.store.ledger import Checkpoint, Leaf, TileHash

BITS = 8  # levels of the tree in one of tiles
WIDTH = 1 << BITS

Read = Callable[[int, int, int], list[bytes]]
"""Level, first node, the node after the last → hashes."""


def extend(session: Session, size: int) -> None:
    """Store each node that `size` leaves complete and that is not stored yet; raises LedgerError when leaves lack."""
    level = 1
    while whole := size >> BITS * level:
        made = [
            {"level": level, "index": index, "hash": tree.root(children(session, level, index))}
            for index in range(stored(session, level), whole)
        ]
        if made:
            insert_rows(session, TileHash, made)
        level += 1


def stored(session: Session, level: int) -> int:
    """How many nodes of a level there are."""
    newest = session.execute(select(func.max(TileHash.index)).where(TileHash.level == level)).scalar_one()
    return 0 if newest is None else newest + 1


def children(session: Session, level: int, index: int) -> list[bytes]:
    """The 256 nodes under one."""
    return nodes(session, level - 1, index * WIDTH, (index + 1) * WIDTH)


def nodes(session: Session, level: int, start: int, end: int) -> list[bytes]:
    """The nodes start ≤ i < end of a level, leaves at level 0; raises LedgerError when one of them is not there."""
    if start == end:
        return []
    at = Leaf.index if level == 0 else TileHash.index
    wanted = select(Leaf.hash) if level == 0 else select(TileHash.hash).where(TileHash.level == level)
    found = session.scalars(wanted.where(at >= start, at < end).order_by(at)).all()
    if len(found) != end - start:
        raise LedgerError(f"nodes {start} to {end - 1} of level {level} are not all there")
    return list(found)


def span_hash(session: Session, start: int, end: int) -> bytes:
    """The root over leaves start ≤ i < end, for the spans of `crypto.tree.inclusion_spans` and `consistency_spans`.

    Raises LedgerError for any other span, and when a node is not there.
    """
    return span_root(partial(nodes, session), start, end)


def span_root(read: Read, start: int, end: int) -> bytes:
    """The same from wherever nodes come; what `read` is asked for lies within one tile.

    Spans of proofs begin where a complete subtree at least as large as they are begins, so that each level gives at
    most 255 nodes of complete subtrees, largest first.
    """
    length = end - start
    if length <= 0 or start % (1 << (length - 1).bit_length()):
        raise LedgerError(f"no proof asks for leaves {start} to {end}")
    edge, at = length.to_bytes(8, "big"), start
    for level in range((length.bit_length() - 1) // BITS, -1, -1):
        shift = BITS * level
        part = Frontier()
        for node in read(level, at >> shift, end >> shift):
            part.append(node)
        edge += part.to_bytes()[8:]
        at = end >> shift << shift
    return Frontier.from_bytes(edge).root()


def proof(session: Session, spans: list[tuple[int, int]]) -> list[bytes]:
    """The hashes of a proof, in the order of its spans."""
    return [span_hash(session, start, end) for start, end in spans]


def require(session: Session, firsts: Sequence[bytes] | None = None) -> None:
    """Raise LedgerError unless the stored nodes are those that the signed leaves make, all of them and no others.

    `firsts` are the nodes of level 1, from whoever has just read every leaf; without it they are read once more.
    """
    size = session.execute(select(func.max(Checkpoint.size))).scalar_one() or 0
    for level in sorted({*session.scalars(select(TileHash.level).distinct()), *_levels(size)}):
        whole = size >> BITS * level
        if (count := stored(session, level)) != whole:
            raise LedgerError(f"tile_hashes hold {count} nodes of level {level} for {whole}")
        for index, node in enumerate(nodes(session, level, 0, whole)):
            made = firsts[index] if level == 1 and firsts is not None else tree.root(children(session, level, index))
            if node != made:
                raise LedgerError(f"tile_hashes: node {index} of level {level} is not what lies under it")


def _levels(size: int) -> Iterator[int]:
    level = 1
    while size >> BITS * level:
        yield level
        level += 1
