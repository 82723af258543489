"""The public copy of the tree, read from either engine."""

from crypto import tree
from portal.office import publishing, tiles
from tests.growing import grow
from tests.world import World


def test_the_newest_checkpoint_before_the_hour_is_public_and_so_is_what_lies_under_it(world: World) -> None:
    for size in (200, 300):
        grow(world, size)
        world.sign()
    world.clock.forward(hours=16)  # four in the morning, China time
    grow(world, 600)
    world.sign()
    with world.store.reading() as session:
        public = publishing.public(session, hour=3, now=world.clock())
        assert public is not None
        assert public.size == 300
        assert publishing.public(session, hour=5, now=world.clock()) is None
        full, part = (publishing.tile(session, 300, "0", index) for index in ("000", "001.p/44"))
        assert full is not None
        assert part is not None
        hashes = [(full + part)[at : at + 32] for at in range(0, 300 * 32, 32)]
        assert tree.root(hashes) == public.root
        assert publishing.tile(session, 300, "1", "000.p/1") == tiles.span_hash(session, 0, 256)
        for beyond in ("001.p/45", "001"):
            assert publishing.tile(session, 300, "0", beyond) is None
