"""Stored nodes of the tree: written as it grows, whole after an upgrade, enough for every proof, and held to leaves."""

from hashlib import sha256

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from crypto import tree
from portal.domain.errors import LedgerError
from portal.office import tiles
from portal.store.ledger import Leaf, TileHash
from tests.growing import grow
from tests.office.drills import tamper
from tests.world import World


def leaves(session: Session) -> list[bytes]:
    return list(session.scalars(select(Leaf.hash).order_by(Leaf.index)))


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes of four children: three levels of them over a hundred leaves."""
    monkeypatch.setattr(tiles, "BITS", 2)
    monkeypatch.setattr(tiles, "WIDTH", 4)


def test_the_signer_stores_each_node_when_it_is_complete(world: World) -> None:
    for size, count in ((255, 0), (256, 1), (511, 1), (513, 2), (1030, 4)):
        grow(world, size)
        world.sign()
        with world.store.reading() as session:
            assert session.execute(select(func.count()).select_from(TileHash)).scalar_one() == count
    with world.store.reading() as session:
        known = leaves(session)
        assert tiles.nodes(session, 1, 2, 4) == [tree.root(known[512:768]), tree.root(known[768:1024])]
    assert world.verify().entries == 1030


@pytest.mark.usefixtures("narrow")
@pytest.mark.sqlite
def test_every_proof_up_to_a_hundred_and_thirty_leaves_is_the_one_made_from_all_leaves(world: World) -> None:
    """Which stored nodes are read is the same arithmetic whatever the engine."""
    with world.store.reading() as session:
        known = leaves(session)
        assert len(known) >= 130
    with world.store.transaction() as session:
        tiles.extend(session, 130)
    with world.store.reading() as session:
        assert tiles.stored(session, 3) == 2
        asked = {span for size in range(131) for index in range(size) for span in tree.inclusion_spans(index, size)}
        asked |= {span for size in range(131) for old in range(size) for span in tree.consistency_spans(old, size)}
        for start, end in asked:
            assert tiles.span_hash(session, start, end) == tree.root(known[start:end]), (start, end)


@pytest.mark.usefixtures("narrow")
@pytest.mark.sqlite
def test_no_level_gives_more_than_its_width_to_a_proof(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.store.transaction() as session:
        tiles.extend(session, 130)
        asked: list[int] = []
        nodes = tiles.nodes

        def counted(session: Session, level: int, start: int, end: int) -> list[bytes]:
            asked.append(end - start)
            return nodes(session, level, start, end)

        monkeypatch.setattr(tiles, "nodes", counted)
        for span in (*tree.inclusion_spans(0, 130), *tree.consistency_spans(77, 130)):
            tiles.span_hash(session, *span)
        assert max(asked) < tiles.WIDTH


@pytest.mark.sqlite
@pytest.mark.parametrize("span", [(0, 0), (4, 3), (1, 3), (4, 9), (0, 5000)])
def test_a_span_that_no_proof_asks_for_or_that_is_not_there_is_refused(world: World, span: tuple[int, int]) -> None:
    with world.store.reading() as session, pytest.raises(LedgerError):
        tiles.span_hash(session, *span)


def test_leaves_that_lack_make_no_node(world: World) -> None:
    with pytest.raises(LedgerError, match="not all there"), world.store.transaction() as session:
        tiles.extend(session, 256)


@pytest.mark.sqlite
def test_a_tree_of_sixty_six_thousand_has_a_second_level(world: World) -> None:
    with world.store.transaction() as session:
        first = len(leaves(session))
        made = [{"index": n, "hash": sha256(b"%d" % n).digest()} for n in range(first, 66_000)]
        session.execute(insert(Leaf), made)
        tiles.extend(session, 66_000)
        known = leaves(session)
        assert [tiles.stored(session, level) for level in (1, 2, 3)] == [257, 1, 0]
        assert tiles.span_hash(session, 0, 66_000) == tree.root(known)
        session.rollback()


NODE = 'level = 1 AND "index" = 1'
DAMAGE = {
    "changed": (f"UPDATE tile_hashes SET hash = zeroblob(32) WHERE {NODE}", "node 1 of level 1"),
    "taken away": (f"DELETE FROM tile_hashes WHERE {NODE}", "1 nodes of level 1 for 2"),
    "moved": (f'UPDATE tile_hashes SET "index" = 7 WHERE {NODE}', "8 nodes of level 1 for 2"),
    "added": ("INSERT INTO tile_hashes VALUES (1, 2, zeroblob(32))", "3 nodes of level 1 for 2"),
    "added above": ("INSERT INTO tile_hashes VALUES (2, 0, zeroblob(32))", "1 nodes of level 2 for 0"),
}


@pytest.mark.parametrize(("statement", "sentence"), DAMAGE.values(), ids=DAMAGE.keys())
@pytest.mark.sqlite
def test_a_node_that_its_leaves_do_not_make_is_found(world: World, statement: str, sentence: str) -> None:
    grow(world, 520)
    world.sign()
    tamper(world, statement)
    with pytest.raises(LedgerError, match=sentence):
        world.verify()


@pytest.mark.sqlite
def test_who_has_read_the_leaves_may_bring_the_first_level_along(world: World) -> None:
    grow(world, 520)
    world.sign()
    with world.store.reading() as session:
        known = leaves(session)
        firsts = [tree.root(known[:256]), tree.root(known[256:512])]
        tiles.require(session, firsts)
        with pytest.raises(LedgerError, match="node 1 of level 1"):
            tiles.require(session, [firsts[0], bytes(32)])
