"""Entries are checked in parts by several processes, and the first that does not hold is named whoever finds it."""

import pytest

from portal.domain.errors import LedgerError
from portal.office import verifying_entries
from tests.office.drills import tamper
from tests.world import World


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying_entries, "PART", 16)
    monkeypatch.setattr(verifying_entries, "FEW", 16)


def test_many_parts_say_what_one_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.visitor().report()
    world.sign()
    by_many = world.verify()
    assert by_many.entries > 5 * verifying_entries.PART
    monkeypatch.setattr(verifying_entries, "FEW", 1000)
    assert world.verify() == by_many


def test_of_two_entries_that_do_not_hold_the_first_is_named(world: World) -> None:
    tamper(world, 'UPDATE entries SET mac = zeroblob(32) WHERE "index" IN (40, 100)')
    with pytest.raises(LedgerError, match="entry 40 was not written by this portal"):
        world.verify()


def test_a_gap_between_two_parts_is_named(world: World) -> None:
    tamper(world, 'DELETE FROM entries WHERE "index" = 64', 'DELETE FROM leaves WHERE "index" = 64')
    with pytest.raises(LedgerError, match="entry 64 is missing"):
        world.verify()


def test_a_leaf_beyond_the_head_is_named(world: World) -> None:
    tamper(world, 'INSERT INTO leaves SELECT max("index") + 7, zeroblob(32) FROM leaves')
    with pytest.raises(LedgerError, match="the ledger should have"):
        world.verify()
