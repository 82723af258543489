"""Background work: it signs within a second, ticks, takes turns, and says what is wrong without stopping."""

import logging
import sqlite3
import threading
from contextlib import closing, suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import jobs
from portal.domain.errors import NotStoredError
from portal.office import checkpoints, deadlines, newest
from portal.office.checkpoints import LogKeys
from portal.store.ledger import LedgerHead
from tests.office.drills import tamper
from tests.sending import arrive
from tests.waiting import PATIENCE, until
from tests.world import World


@pytest.fixture
def work(world: World) -> jobs.Work:
    return jobs.Work(world.store, world.house, LogKeys.read(world.settings), world.store.lease("jobs"))


def behind(world: World) -> int:
    with world.store.reading() as session:
        return checkpoints.behind(session)


def test_work_is_opened_from_the_settings(world: World) -> None:
    opened = jobs.Work.of(world.settings)
    assert opened.house.installation == world.house.installation
    assert jobs.sign(opened, now=world.clock())
    opened.store.close()


def test_signing_signs_what_waits_and_then_rests(world: World, work: jobs.Work) -> None:
    arrive(world)
    assert jobs.sign(work, now=world.clock())
    assert behind(world) == 0
    assert not jobs.sign(work, now=world.clock())


@pytest.mark.sqlite
def test_a_rest_writes_nothing(world: World, work: jobs.Work) -> None:
    """Not even when it last looked: times in the log between reports would tell when each arrived."""
    jobs.sign(work, now=world.clock())
    before = (world.home / "portal.sqlite-wal").read_bytes()
    for _ in range(5):
        assert not jobs.sign(work, now=world.clock.forward(minutes=10))
    assert (world.home / "portal.sqlite-wal").read_bytes() == before


def test_ticking_goes_on_until_all_is_done(world: World, work: jobs.Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.ticking, "BATCH", 2)
    monkeypatch.setattr(deadlines, "BATCH", 2)
    for _ in range(5):
        arrive(world)
    told: list[int] = []
    assert jobs.tick(work, now=world.clock.forward(days=20), counted=told.append) == 5
    assert told == [2, 4, 5]
    assert jobs.tick(work, now=world.clock()) == 0


def test_a_tick_leaves_what_entries_say_to_the_next_start(
    world: World, work: jobs.Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "FAR", 3)
    jobs.tick(work, now=world.clock())
    path = world.home / "newest.rows"
    before = path.stat()
    arrive(world)
    jobs.tick(work, now=world.clock())
    assert path.stat() == before, "two entries are read soon enough"
    for _ in range(3):
        arrive(world)
    jobs.tick(work, now=world.clock())
    assert path.stat().st_ino != before.st_ino


def test_where_the_ledger_does_not_hold_the_rest_of_a_tick_is_done(
    world: World, work: jobs.Work, caplog: pytest.LogCaptureFixture
) -> None:
    arrive(world)
    tamper(world, 'UPDATE entries SET mac_key_id = mac WHERE "index" = (SELECT MAX("index") FROM entries)')
    assert jobs.tick(work, now=world.clock()) == 0
    assert caplog.text.count("the ledger cannot be read on: entry ") == 1


def test_one_process_of_two_does_the_work(world: World, work: jobs.Work) -> None:
    other = jobs.Work.of(world.settings)
    arrive(world)
    assert work.lease.holds()
    jobs._once(other, jobs.since_start())
    assert behind(world) > 0
    work.lease.close()
    until(lambda: jobs._once(other, jobs.since_start()) and behind(world) == 0)  # a server lets go a moment later
    other.lease.close()
    other.store.close()


def test_nothing_is_due_by_a_clock_that_has_just_jumped(caplog: pytest.LogCaptureFixture) -> None:
    """What turned late or was escalated by a wrong clock would stay so."""
    steadiness = jobs.Steadiness()
    assert steadiness.holds(1_000_000.0, 10.0)
    assert steadiness.holds(1_000_061.0, 70.0)  # a second of drift
    assert not steadiness.holds(32_000_000.0, 71.0)
    assert not steadiness.holds(1_000_063.0, 72.0)  # and back
    assert not steadiness.holds(1_003_600.0, 3_609.0)
    assert steadiness.holds(1_003_663.0, 3_672.0)
    assert caplog.text.count("the clock jumped") == 2


def test_a_tick_waits_for_a_steady_clock_and_signing_does_not(world: World, work: jobs.Work) -> None:
    arrive(world)
    work.steadiness.holds(0.0, jobs.since_start())
    assert jobs._once(work, -jobs.TICK_EVERY) == -jobs.TICK_EVERY
    assert behind(world) == 0
    work.steadiness.jumped -= jobs.HOLD
    assert jobs._once(work, -jobs.TICK_EVERY) > 0
    work.lease.close()


def test_a_machine_that_was_asleep_does_at_once_what_has_fallen_due(world: World, work: jobs.Work) -> None:
    """Both of its clocks went on: that is no jump, and a minute has passed."""
    arrive(world)

    def clock(asleep: timedelta) -> jobs.Clock:
        return jobs.Clock(lambda: world.clock() + asleep, asleep.total_seconds)

    ticked = jobs._once(work, -jobs.TICK_EVERY, clock=clock(timedelta()))
    assert (ticked, "late" in world.events()) == (0.0, False)
    night = timedelta(days=20)
    assert jobs._once(work, ticked, clock=clock(night)) == night.total_seconds()
    assert "late" in world.events()
    work.lease.close()


@pytest.fixture
def loop(world: World, monkeypatch: pytest.MonkeyPatch):
    """The loop of a process, a hundred times as fast; it ends with the test."""

    class EndError(BaseException):
        pass

    over, opened, open_work = threading.Event(), [], jobs.Work.of

    def remember(settings) -> jobs.Work:
        opened.append(open_work(settings))
        return opened[-1]

    def rest(_: float) -> None:
        if over.wait(0.01):
            raise EndError

    def run() -> None:
        with suppress(EndError):
            jobs._loop(world.settings)

    monkeypatch.setattr(jobs.time, "sleep", rest)
    monkeypatch.setattr(jobs.Work, "of", remember)
    thread = threading.Thread(target=run)
    thread.start()
    yield thread
    over.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    for work in opened:  # in a process of its own it ends with that
        work.lease.close()
        work.store.close()


def test_what_arrives_is_signed_by_itself(world: World, loop: threading.Thread) -> None:
    arrive(world)
    until(lambda: behind(world) == 0)
    arrive(world)
    until(lambda: behind(world) == 0)
    assert loop.is_alive()


def test_a_ledger_that_cannot_be_signed_is_said_and_the_loop_goes_on(
    world: World, loop: threading.Thread, caplog: pytest.LogCaptureFixture
) -> None:
    until(lambda: behind(world) == 0)
    with world.store.reading() as session:
        index = session.scalars(select(LedgerHead.size)).one()
    with caplog.at_level(logging.WARNING, "portal.jobs"):
        tamper(
            world,
            f"INSERT INTO leaves VALUES ({index}, zeroblob(32))",
            'INSERT INTO entries ("index", id, mac, mac_key_id, event, actor, at) VALUES'
            f" ({index}, randomblob(16), zeroblob(32), zeroblob(8), 'opened', 'system', '2026-03-02 04:00:00.000000')",
            "UPDATE ledger_head SET size = size + 1",
        )
        until(lambda: f"cannot be signed: entry {index} was not written by this portal" in caplog.text)
    assert loop.is_alive()


@pytest.mark.sqlite
def test_a_store_that_is_away_for_a_while_does_not_end_the_work(
    world: World, loop: threading.Thread, caplog: pytest.LogCaptureFixture
) -> None:
    until(lambda: behind(world) == 0)
    path = world.home / "portal.sqlite"
    with caplog.at_level(logging.WARNING, "portal.jobs"):
        path.rename(world.home / "away")
        until(lambda: "trying again: NotStoredError" in caplog.text)
        (world.home / "away").rename(path)
    with suppress(NotStoredError):
        arrive(world)
    arrive(world)
    until(lambda: behind(world) == 0)
    assert loop.is_alive()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
