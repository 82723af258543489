"""The store under its transactions: what SQLite is told, who waits for whom, and what happens when it is taken away."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import NotStoredError, StaleError, StartError
from portal.store import session as store_session
from portal.store.officers import SignInDelay
from portal.store.session import Store, open_store, sqlite_path
from portal.store.turnstile import Turnstile
from tests.world import NOON, World

pytestmark = pytest.mark.sqlite

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,
    "temp_store": 2,  # MEMORY: no plaintext of a sort on disk
}


@pytest.fixture
def impatient(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The same database through a store that waits a tenth of a second."""
    monkeypatch.setattr(store_session, "BUSY_SECONDS", 0.1)
    store = open_store(world.settings.database_url)
    yield store
    store.close()


def row(name: str) -> SignInDelay:
    """A row of a table that no entry stands behind."""
    return SignInDelay(name=name.encode(), failures=0, until=NOON)


def names(session: Session) -> set[str]:
    return {name.decode() for name in session.scalars(select(SignInDelay.name))}


def keep(store: Store, name: str) -> None:
    with store.transaction() as session:
        session.add(row(name))


def kept(store: Store) -> set[str]:
    with store.reading() as session:
        return names(session)


def on_disk(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name.decode() for (name,) in connection.execute("SELECT name FROM sign_in_delays")}


@pytest.mark.parametrize("side", ["engine", "writer"])
@pytest.mark.parametrize(("name", "value"), PRAGMAS.items())
def test_sqlite_is_told_to_be_careful(world: World, side: str, name: str, value: object) -> None:
    with getattr(world.store, side).connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() == value


def test_a_transaction_is_stored_where_it_ends(world: World) -> None:
    keep(world.store, "one")
    assert "one" in on_disk(world.home / "portal.sqlite")


def test_a_transaction_that_fails_stores_nothing(world: World) -> None:
    def half() -> None:
        with world.store.transaction() as session:
            session.add(row("half"))
            session.flush()
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        half()
    assert "half" not in kept(world.store)
    keep(world.store, "after")


def test_a_reader_writes_nothing(world: World) -> None:
    with world.store.reading() as session:
        session.add(row("unasked"))
        session.flush()
    assert "unasked" not in kept(world.store)


def test_a_reader_sees_one_moment(world: World) -> None:
    with world.store.reading() as session:
        before = names(session)
        keep(world.store, "meanwhile")
        assert names(session) == before
    assert "meanwhile" in kept(world.store)


def test_a_second_writer_waits_for_the_first(world: World) -> None:
    """Read, then write: a deferred transaction would fail at once as locked."""
    inside, order = threading.Event(), []

    def second() -> None:
        inside.wait()
        with world.store.transaction() as session:
            order.append("second")
            delay = session.get_one(SignInDelay, b"shared")
            delay.until += timedelta(hours=1)

    keep(world.store, "shared")
    thread = threading.Thread(target=second)
    thread.start()
    with world.store.transaction() as session:
        delay = session.get_one(SignInDelay, b"shared")
        inside.set()
        thread.join(0.1)
        assert thread.is_alive()
        delay.until += timedelta(hours=1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    with world.store.reading() as session:
        assert session.get_one(SignInDelay, b"shared").until == NOON + timedelta(hours=2)


def test_writers_of_other_processes_wait_too(world: World) -> None:
    """Another store on the same file has another lock and the same turnstile."""
    other, order = open_store(world.settings.database_url), []

    def second() -> None:
        keep(other, "second")
        order.append("second")

    thread = threading.Thread(target=second)
    with world.store.transaction() as session:
        session.add(row("first"))
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join()
    other.close()
    assert order == ["first", "second"]


def test_many_writers_at_once_lose_nothing(world: World) -> None:
    threads = [
        threading.Thread(target=lambda n=n: [keep(world.store, f"{n}-{i}") for i in range(10)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {f"{n}-{i}" for n in range(8) for i in range(10)} <= on_disk(world.home / "portal.sqlite")


def test_a_database_locked_by_a_tool_for_too_long_takes_nothing(impatient: Store, world: World) -> None:
    with closing(sqlite3.connect(world.home / "portal.sqlite", isolation_level=None)) as tool:
        tool.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotStoredError):
            keep(impatient, "late")
        assert kept(impatient) == set()
        tool.execute("ROLLBACK")
    keep(impatient, "now")
    assert kept(impatient) == {"now"}


def test_whoever_waits_too_long_for_a_turn_is_told(impatient: Store, world: World) -> None:
    with world.store.transaction(), pytest.raises(NotStoredError, match="too many are writing"):
        keep(impatient, "late")
    with impatient.transaction(), pytest.raises(NotStoredError, match="too many are writing"):
        keep_in_a_thread(impatient)
    keep(impatient, "now")


def keep_in_a_thread(store: Store) -> None:
    """A thread's refusal, raised here."""
    caught: list[BaseException] = []

    def attempt() -> None:
        try:
            keep(store, "late")
        except NotStoredError as error:
            caught.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    raise caught[0]


def test_a_lock_file_that_cannot_be_made_takes_nothing(impatient: Store, world: World) -> None:
    (world.home / "portal.lock").unlink(missing_ok=True)
    (world.home / "portal.lock").mkdir()
    with pytest.raises(NotStoredError, match="lock file"):
        keep(impatient, "x")


def test_an_engine_that_queues_its_own_writers_needs_no_turnstile() -> None:
    turnstile = Turnstile()
    with turnstile.turn(), turnstile.turn():
        turnstile.close()


def test_a_database_removed_while_open_takes_nothing_and_is_not_made_anew(world: World) -> None:
    path = world.home / "portal.sqlite"
    keep(world.store, "before")
    path.rename(world.home / "away")
    with pytest.raises(NotStoredError):
        keep(world.store, "meanwhile")
    with pytest.raises(NotStoredError):
        kept(world.store)
    assert not path.exists()
    (world.home / "away").rename(path)
    keep(world.store, "after")
    assert kept(world.store) == {"before", "after"}


def test_a_database_replaced_while_open_never_takes_what_would_be_lost(world: World) -> None:
    """Whatever is acknowledged stands in the file that lies there, not in one that has no name any more."""
    path = world.home / "portal.sqlite"
    keep(world.store, "before")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"VACUUM INTO '{world.home / 'copy'}'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    keep(world.store, "after the copy")
    (world.home / "copy").replace(path)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    acknowledged = set()
    for name in ("one", "two", "three"):
        try:
            keep(world.store, name)
            acknowledged.add(name)
        except NotStoredError:
            continue
    assert acknowledged <= on_disk(path)
    assert "after the copy" not in on_disk(path)


def test_the_same_row_twice_is_somebody_elses_change(world: World) -> None:
    keep(world.store, "one")
    with pytest.raises(StaleError):
        keep(world.store, "one")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_that_would_not_outlive_the_process_is_refused(url: str) -> None:
    with pytest.raises(StartError, match="needs a file"):
        sqlite_path(url)
