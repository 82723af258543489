"""The public copy of the tree, read from either engine."""

from datetime import datetime

import pytest

from crypto import tree
from portal.office import checkpoints, publishing, tiles
from tests.growing import grow
from tests.office.drills import tamper
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


def two_days(world: World) -> datetime:
    """A checkpoint of yesterday and two of today; returns the moment between."""
    grow(world, 200)
    world.sign()
    world.clock.forward(days=1)
    for size in (300, 400):
        grow(world, size)
        world.sign()
    return world.clock().replace(minute=0)


@pytest.mark.parametrize(
    "planted",
    [
        "UPDATE checkpoints SET signed_at = '2026-03-01 00:00:00'",
        "UPDATE checkpoints SET signed_at = '2026-03-01 00:00:00' WHERE size = 400",
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 400) WHERE size = 200",
    ],
    ids=["all are of long ago", "the newest is of long ago", "an old one is another's"],
)
def test_no_checkpoint_is_public_sooner_for_an_hour_that_was_changed(world: World, planted: str) -> None:
    """Or whoever writes to the database could let anybody watch reports arrive."""
    moment = two_days(world)
    tamper(world, planted)
    with world.store.reading() as session:
        found = publishing.before(session, moment)
        assert found is None or found.size < 300
        assert "note" in planted or found is not None


@pytest.mark.sqlite
def test_a_checkpoint_held_back_by_its_hour_is_told_by_verify_and_one_brought_forward_too(world: World) -> None:
    two_days(world)
    assert world.verify().misdated == 0
    tamper(world, "UPDATE checkpoints SET signed_at = '2031-01-01 00:00:00.000000' WHERE size = 300")
    assert (found := world.verify()).misdated == 1
    assert any("检查点写的钟点和前后的条目对不上" in line for line in found.lines())
    tamper(world, "UPDATE checkpoints SET signed_at = '2026-03-01 00:00:00.000000' WHERE size = 300")
    assert world.verify().misdated == 1


@pytest.mark.sqlite
def test_an_entry_that_was_altered_or_emptied_makes_no_checkpoint_older(world: World) -> None:
    two_days(world)
    with world.store.reading() as session:
        newest = checkpoints.last(session)
        assert publishing.reaches(session, newest) == world.clock()
    tamper(world, "UPDATE entries SET opening = CAST(replace(opening, '2026-', '2025-') AS BLOB) WHERE \"index\" = 399")
    with world.store.reading() as session:
        assert publishing.reaches(session, newest) is None
    tamper(world, 'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = 399')
    with world.store.reading() as session:
        assert publishing.reaches(session, newest) is None
