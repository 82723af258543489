"""What a process knows of the staff's rows: learnt from every entry once, kept through rollbacks and old snapshots.

And through restarts: in a file, which is continued, and where it is not of this ledger, not used.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from mmap import mmap
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from portal.domain.audit import SYSTEM
from portal.domain.errors import LedgerError, StaleError
from portal.office import newest
from portal.office.newest import NewestBook
from portal.office.opening import open_house
from portal.office.recording import Draft, record
from portal.store.ledger import Entry
from portal.store.officers import DeskEpoch, Officer, Seat
from tests.faults import gone_after
from tests.office.drills import tamper
from tests.sending import arrive
from tests.waiting import PATIENCE
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


def started(world: World) -> NewestBook:
    """What a process that has just started knows: nothing yet."""
    return open_house(world.settings, world.store).newest


def look(world: World, book: NewestBook) -> None:
    with world.store.reading() as session:
        book.require(session, lin(world, session))
        book.require_whole(session, Officer, Seat, DeskEpoch)


@pytest.fixture
def kept(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Its file was written."""
    monkeypatch.setattr(newest, "FAR", 1)
    monkeypatch.setattr(newest, "AGAIN", 1)
    assert started(world).keep(world.store)
    return world


def test_a_small_installation_has_no_file(world: World) -> None:
    assert not world.house.newest.keep(world.store)
    assert not list(world.home.glob("newest*"))


def test_what_was_read_is_not_read_again_after_a_start(kept: World) -> None:
    know(kept)
    change(kept)
    tamper(kept, 'UPDATE entries SET mac_key_id = mac WHERE "index" = 40')
    fresh = started(kept)
    look(kept, fresh)
    assert fresh._rows.seen == fresh._kept + 1
    assert isinstance(fresh._rows.packed.held, mmap)
    assert len(fresh._rows.beside) == 1
    (kept.home / "newest.rows").unlink()
    with pytest.raises(LedgerError, match="entry 40 was not written by this portal"):
        look(kept, started(kept))


def test_after_a_start_too_what_changed_without_an_entry_is_refused(kept: World) -> None:
    with kept.store.transaction() as session:
        session.execute(update(Officer).where(Officer.username == "lin").values(username="nobody"))
    with pytest.raises(LedgerError, match="not as its newest entry says"):
        look(kept, started(kept))
    tamper(kept, "DELETE FROM seats WHERE officer_id = (SELECT id FROM officers WHERE username = 'qin')")
    with pytest.raises(LedgerError, match="seats do not hold"), kept.store.reading() as session:
        started(kept).require_whole(session, Seat)


def test_an_old_file_is_continued(kept: World) -> None:
    know(kept)
    for _ in range(3):
        change(kept)
    look(kept, started(kept))


def test_two_processes_one_writes_and_the_other_takes_it_up(kept: World) -> None:
    writer, reader = started(kept), started(kept)
    look(kept, reader)
    before = reader._kept
    know(kept)
    for _ in range(2):
        change(kept)
    assert writer.keep(kept.store)
    assert not writer.keep(kept.store), "nothing has come since"
    look(kept, reader)
    assert (reader._kept, reader._rows.beside) == (before + 2, {})
    assert reader._rows.packed.held is not writer._rows.packed.held
    change(kept)
    look(kept, reader)
    look(kept, writer)


@pytest.mark.parametrize(
    ("again", "reading", "level", "said"),
    [
        (0, True, "WARNING", "more entries than are seen here"),
        (0, False, "CRITICAL", "fewer entries than this host has read, or others"),
        (3, True, "CRITICAL", "fewer entries than this host has read, or others"),
        (3, False, "CRITICAL", "fewer entries than this host has read, or others"),
    ],
)
def test_a_file_of_another_past_of_the_database_is_not_used(
    kept: World, again: int, *, reading: bool, level: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One that is ahead, or whose last entry is another: the database was put back, and may have gone on since.

    Who only reads may see what was before the file was written, and accuses nobody.
    """
    know(kept)
    for _ in range(2):
        change(kept)
    assert started(kept).keep(kept.store)
    tamper(
        kept,
        "UPDATE officers SET username = 'lin' WHERE username = 'linxx'",
        f'DELETE FROM entries WHERE "index" > {LAST} - 2',
        'DELETE FROM leaves WHERE "index" > (SELECT MAX("index") FROM entries)',
        "UPDATE ledger_head SET size = size - 2",
    )
    kept.portal = replace(kept.portal, house=open_house(kept.settings, kept.store))
    for _ in range(again):
        arrive(kept)
    caplog.clear()
    fresh = started(kept)
    with kept.store.reading() if reading else kept.store.transaction() as session:
        fresh.require_whole(session, Officer, Seat)
    assert (caplog.records[0].levelname, said in caplog.messages[0]) == (level, True)
    assert fresh._kept == 0
    assert fresh.keep(kept.store), "the next one is of this past"
    caplog.clear()
    with kept.store.reading() as session:
        started(kept).require_whole(session, Officer, Seat)
    assert caplog.messages == []


def test_a_file_that_is_damaged_is_said_and_all_is_read(kept: World, caplog: pytest.LogCaptureFixture) -> None:
    path = kept.home / "newest.rows"
    path.write_bytes(path.read_bytes()[:-1])
    look(kept, started(kept))
    assert [line.split(":")[0] for line in caplog.messages] == [
        "newest.rows is not used, all entries are read",
        "tens of thousands of entries were read, for want of a newer newest.rows",
    ]
    assert started(kept).keep(kept.store)
    caplog.clear()
    look(kept, started(kept))
    assert caplog.messages == []


def test_where_leaves_were_rewritten_the_file_is_not_used_and_reading_stops(kept: World) -> None:
    tamper(kept, f'UPDATE leaves SET hash = (SELECT mac FROM entries WHERE "index" = 40) WHERE "index" = {LAST}')
    with pytest.raises(LedgerError, match="not written by this portal"):
        look(kept, started(kept))


def test_a_host_that_has_not_every_key_writes_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "FAR", 1)
    assert not NewestBook({}, able=False).keep(world.store)


def test_a_row_is_held_to_what_entries_said_when_its_session_looked(world: World) -> None:
    """Another thread may read on meanwhile; it waits until this one has compared."""
    know(world)

    def held_up(session: Any) -> Iterator[Mapping[str, Any]]:
        row = lin(world, session)
        values = {column.name: getattr(row, column.name) for column in Officer.__table__.columns}
        other.start()
        other.join(0.5)
        yield values

    other = threading.Thread(target=change, args=(world,))
    with world.store.reading() as session:
        world.house.newest.require_values(session, Officer.__table__, held_up(session))
    other.join(PATIENCE)
    know(world)
