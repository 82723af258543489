"""Entries are checked in parts by several processes, and the first that does not hold is named whoever finds it."""

import pytest
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError
from portal.office import verifying, verifying_entries, verifying_tables
from tests.office.drills import tamper
from tests.world import World


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying_entries, "PART", 16)
    monkeypatch.setattr(verifying_entries, "FEW", 16)


@pytest.mark.usefixtures("small_parts")
def test_many_parts_say_what_one_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.visitor().report()
    world.sign()
    by_many = world.verify()
    assert by_many.entries > 5 * verifying_entries.PART
    monkeypatch.setattr(verifying_entries, "FEW", 1000)
    assert world.verify() == by_many


@pytest.mark.usefixtures("small_parts")
def test_of_two_entries_that_do_not_hold_the_first_is_named(world: World) -> None:
    tamper(world, 'UPDATE entries SET mac = zeroblob(32) WHERE "index" IN (40, 100)')
    with pytest.raises(LedgerError, match="entry 40 was not written by this portal"):
        world.verify()


@pytest.mark.usefixtures("small_parts")
def test_a_gap_between_two_parts_is_named(world: World) -> None:
    tamper(world, 'DELETE FROM entries WHERE "index" = 64', 'DELETE FROM leaves WHERE "index" = 64')
    with pytest.raises(LedgerError, match="entry 64 is missing"):
        world.verify()


def test_a_leaf_beyond_the_head_is_named(world: World) -> None:
    tamper(world, 'INSERT INTO leaves SELECT max("index") + 7, zeroblob(32) FROM leaves')
    with pytest.raises(LedgerError, match="the ledger should have"):
        world.verify()


def test_what_is_written_meanwhile_makes_no_false_alarm(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes see rows that this one does not: their parts are read again where it all began."""
    world.visitor().report()
    world.sign()
    before, forms = world.verify(), verifying.require_forms

    def meanwhile(session: Session) -> None:
        forms(session)
        world.visitor().report(description="又一件")

    monkeypatch.setattr(verifying, "require_forms", meanwhile)
    assert world.verify() == before


def test_more_rows_than_one_part_holds_are_all_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.visitor().report()
    whole = world.verify()
    monkeypatch.setattr(verifying_tables, "ROWS", 3)
    assert world.verify() == whole
    tamper(world, "UPDATE cases SET state = 'awaiting'")
    with pytest.raises(LedgerError, match=r"cases .* is not as entry"):
        world.verify()


@pytest.mark.parametrize(
    ("opening", "why"),
    [
        (b'{"a":1,"a":1}', ""),
        (b'{"b":1,"a":1}', ""),
        (b'{"a": 1}', ""),
        (b'{"a":1.0}', "no canonical form"),
        (b'{"a":NaN}', "no canonical form"),
        (b'{"a":9007199254740993}', "no canonical form"),
        (b'{"a":"\\u4e00"}', ""),
        (b'{"a":"\xff"}', ""),
        (b"[" * 100_000, ""),
        (b"[1]", ""),
        (b"", ""),
    ],
)
def test_an_opening_that_is_not_the_one_encoding_of_what_it_says_is_refused(opening: bytes, why: str) -> None:
    with pytest.raises(LedgerError, match=rf"entry 7 is not canonical JSON.*{why}"):
        verifying_entries.read(7, opening)
    assert verifying_entries.read(7, '{"a":[null,true,-1],"b":"一\\n"}'.encode())
