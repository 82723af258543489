"""What a process knows of the staff's rows: learnt from every entry once, kept through rollbacks and old snapshots."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from portal.domain.audit import SYSTEM
from portal.domain.errors import LedgerError, StaleError
from portal.office import newest
from portal.office.recording import Draft, record
from portal.store.ledger import Entry
from portal.store.officers import Officer, Seat
from tests.faults import gone_after
from tests.office.drills import tamper
from tests.sending import arrive
from tests.world import World

pytestmark = pytest.mark.cold

LAST = '(SELECT MAX("index") FROM entries)'


def lin(world: World, session) -> Officer:
    return session.get_one(Officer, world.cast["lin"].officer_id, populate_existing=True)


def know(world: World) -> None:
    """Read what there is."""
    with world.store.reading() as session:
        world.house.newest.require(session, lin(world, session))


def change(world: World) -> None:
    """Lin's row changes, with its entry."""
    with world.store.transaction() as session:
        row = lin(world, session)
        row.username = row.username + "x"
        draft = Draft("enrolment_lapsed", world.clock(), SYSTEM, ("officers", row.id))
        draft.names(row)
        record(session, world.house.entry_key, draft)
    know(world)


def test_what_changed_with_its_entry_is_the_newest(world: World) -> None:
    know(world)
    change(world)


def test_what_changed_without_an_entry_is_refused(world: World) -> None:
    know(world)
    with world.store.transaction() as session:
        session.execute(update(Officer).where(Officer.username == "lin").values(username="nobody"))
    with pytest.raises(LedgerError, match="not as its newest entry says"):
        know(world)


def fail(world: World) -> None:
    with world.store.transaction() as session:
        row = lin(world, session)
        row.username = "nobody"
        draft = Draft("enrolment_lapsed", world.clock(), SYSTEM, ("officers", row.id))
        draft.names(row)
        record(session, world.house.entry_key, draft)
        world.house.newest.require_whole(session, Seat)
        raise ZeroDivisionError


def test_what_a_transaction_wrote_that_was_rolled_back_was_never_learnt(world: World) -> None:
    know(world)
    with pytest.raises(ZeroDivisionError):
        fail(world)
    know(world)
    arrive(world)
    know(world)


@pytest.mark.parametrize("statements", range(2))
def test_a_database_that_goes_away_in_the_middle_leaves_nothing_half_learnt(
    world: World, statements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "PART", 1)  # two entries are read one after another
    know(world)
    for _ in range(2):
        arrive(world)
    with world.store.reading() as session:
        seen = lin(world, session)
        with gone_after(session, statements), pytest.raises(OperationalError):
            world.house.newest.require(session, seen)
    know(world)
    change(world)


def test_an_older_snapshot_is_told_from_a_row_put_back(world: World) -> None:
    know(world)
    with world.store.reading() as session:
        before = lin(world, session)
        session.scalars(select(Entry.index).limit(1)).all()
        change(world)
        with pytest.raises(StaleError):
            world.house.newest.require(session, before)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (f'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = {LAST}', "not whole"),
        (f'DELETE FROM entries WHERE "index" = {LAST}', "not whole"),
        (f'UPDATE entries SET mac = zeroblob(32) WHERE "index" = {LAST}', "not written by this portal"),
        ("UPDATE ledger_head SET size = size + 1", "not whole"),
        (f'DELETE FROM leaves WHERE "index" = {LAST}', "not whole"),
        ("DELETE FROM ledger_head", "has no head"),
    ],
)
@pytest.mark.parametrize("part", [1, 2000])
def test_entries_that_are_not_whole_or_not_ours_stop_it(
    world: World, monkeypatch: pytest.MonkeyPatch, statement: str, said: str, part: int
) -> None:
    monkeypatch.setattr(newest, "PART", part)
    with world.store.transaction() as session:
        row = lin(world, session)
        draft = Draft("enrolment_lapsed", world.clock(), SYSTEM, ("officers", row.id))
        draft.names(row)
        record(session, world.house.entry_key, draft)
    tamper(world, statement)
    with pytest.raises(LedgerError, match=said):
        know(world)


@pytest.mark.sqlite
def test_a_ledger_that_shrank_or_was_rewritten_stops_it(world: World) -> None:
    know(world)
    tamper(world, f'DELETE FROM entries WHERE "index" = {LAST}', "UPDATE ledger_head SET size = size - 1")
    with pytest.raises(LedgerError, match="are gone"), world.store.transaction() as session:
        world.house.newest.require(session, lin(world, session))
    tamper(world, "UPDATE leaves SET hash = zeroblob(32)", "UPDATE ledger_head SET size = size + 5")
    with pytest.raises(LedgerError, match="another than it was"):
        know(world)
