"""What no row names is taken away when it is old enough; never what is young, named, or of unknown standing."""

import logging
import os
import secrets
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal import jobs
from portal.domain.errors import NotStoredError
from portal.office import collecting
from portal.office.checkpoints import LogKeys
from portal.office.collecting import Walk, collect
from portal.store.blobs import Blobs, FolderBlobs, Stored
from tests.bucket import Bucket
from tests.faults import gone
from tests.sending import arrive, run
from tests.world import World

pytestmark = pytest.mark.sqlite

HOUR = timedelta(hours=1)
NOBODY: frozenset[UUID] = frozenset()


def put(world: World, name: str = "", *, age: timedelta = 3 * HOUR) -> str:
    """A blob that was written so long ago."""
    name = name or f"files/{secrets.token_hex(16)}"
    with world.house.blobs.write(name) as sink:
        sink.write(b"sealed")
    space, _, rest = name.partition("/")
    at = (datetime.now(UTC) - age).timestamp()
    os.utime(world.home / "blobs" / space / rest[:2] / rest.replace("/", "-"), (at, at))
    return name


def lying(world: World) -> set[str]:
    return {one.name for space in ("files", "pieces") for one in world.house.blobs.listed(space)}


def naming(*names: str):
    """Rows that name these."""
    ids = {UUID(hex=name.partition("/")[2]) for name in names}
    return lambda _store, asked: ids & set(asked)


def collected(world: World, *named: str, walk: Walk | None = None, blobs: Blobs | None = None) -> Counter[str]:
    house = replace(world.house, blobs=blobs or world.house.blobs)
    return collect(world.store, house, naming(*named), walk or Walk(), now=world.clock())


class Beside:
    """A store with something happening beside it."""

    def __init__(self, blobs: Blobs) -> None:
        self.blobs = blobs

    def __getattr__(self, what: str) -> Any:
        return getattr(self.blobs, what)


def test_what_no_row_names_is_taken_away_and_counted_in_the_ledger(world: World) -> None:
    kept, *_ = put(world), put(world), put(world)
    assert collected(world, kept) == {"files": 2}
    assert lying(world) == {kept}
    (entry,) = world.entries()
    assert (entry["event"], entry["facts"], entry["object"]) == ("files_collected", {"count": 2}, None)
    assert collected(world, kept) == {}
    assert len(world.entries()) == 1
    world.verify()


def test_pieces_are_taken_away_without_an_entry(world: World) -> None:
    upload = secrets.token_hex(16)
    for number in range(3):
        put(world, f"pieces/{upload}/{number}")
    young = put(world, f"pieces/{upload}/3", age=timedelta(minutes=5))
    assert collected(world) == {"pieces": 3}
    assert lying(world) == {young}
    assert world.events() == []


@pytest.mark.parametrize(
    ("written", "looked", "taken"),
    [
        ("11:29:59", "11:30:00", False),
        ("10:59:59", "11:59:58", False),  # its row may be committed only now
        ("10:00:00", "11:59:59", False),  # as a folder dates what came in a second before eleven
        ("10:59:59", "12:00:00", True),
        ("11:00:00", "12:30:00", False),  # older than an hour, and the minute of whoever sent it
        ("11:00:00", "13:00:00", True),
    ],
)
def test_a_file_is_taken_when_the_hour_after_its_own_is_over(
    world: World, written: str, looked: str, *, taken: bool
) -> None:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-03-02T{clock}+00:00")

    class Then(Beside):
        def now(self) -> datetime:
            return at(looked)

    put(world, age=datetime.now(UTC) - at(written))
    assert collected(world, blobs=Then(world.house.blobs)) == ({"files": 1} if taken else {})
    assert len(lying(world)) == (not taken)


def test_what_was_written_a_moment_ago_stays(world: World) -> None:
    with world.house.blobs.write(f"files/{secrets.token_hex(16)}"):
        pass
    assert collected(world) == {}
    assert len(lying(world)) == 1


def test_after_two_hours_nothing_is_left(world: World) -> None:
    put(world, age=2 * HOUR + timedelta(seconds=1))
    put(world, f"pieces/{secrets.token_hex(16)}/0", age=2 * HOUR + timedelta(seconds=1))
    assert collected(world) == {"files": 1, "pieces": 1}


def test_a_row_that_is_committed_while_the_store_is_listed_keeps_its_file(world: World) -> None:
    """Rows are asked after the listing, never before."""
    name, rows = put(world), set()

    class Slow(Beside):
        def listed(self, space: str, after: str = "") -> Iterator[Stored]:
            for one in self.blobs.listed(space, after):
                rows.add(UUID(hex=name.partition("/")[2]))  # now it is committed
                yield one

    house = replace(world.house, blobs=Slow(world.house.blobs))
    assert collect(world.store, house, lambda _store, ids: rows & set(ids), Walk(), now=world.clock()) == {}
    assert lying(world) == {name}


def test_without_the_database_nothing_is_taken_away(world: World) -> None:
    name = put(world)

    with gone(world), pytest.raises(NotStoredError):
        collect(world.store, world.house, collecting.named_by_rows, Walk(), now=world.clock())
    assert lying(world) == {name}


def test_what_was_taken_away_before_the_store_failed_is_entered(world: World) -> None:
    for _ in range(3):
        put(world)

    class Failing(Beside):
        left = 2

        def delete(self, name: str) -> None:
            if not self.left:
                raise NotStoredError("gone")
            self.left -= 1
            self.blobs.delete(name)

    with pytest.raises(NotStoredError):
        collected(world, blobs=Failing(world.house.blobs))
    assert [entry["facts"] for entry in world.entries()] == [{"count": 2}]
    assert collected(world) == {"files": 1}


def test_a_full_disk_is_cleared_too(world: World) -> None:
    put(world)
    assert collected(world, blobs=FolderBlobs(world.home / "blobs", made=True, spare=10**18)) == {"files": 1}


def test_who_pauses_too_long_in_the_middle_of_a_file_is_refused_and_leaves_nothing(world: World) -> None:
    with pytest.raises(NotStoredError):
        _pause(world)
    assert lying(world) == set()


def _pause(world: World) -> None:
    with world.house.blobs.write(f"files/{secrets.token_hex(16)}") as sink:
        sink.write(b"half")
        (draft,) = (path for path in (world.home / "blobs/pieces").rglob("*") if path.is_file())
        os.utime(draft, (0, 0))
        assert collected(world) == {"pieces": 1}


def test_a_walk_goes_around_a_large_store_turn_by_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "TURN", 4)
    monkeypatch.setattr(collecting, "BATCH", 3)
    kept, walk = [put(world) for _ in range(7)], Walk()
    for _ in range(5):
        put(world)
    taken = [collected(world, *kept, walk=walk)["files"] for _ in range(3)]
    assert (sum(taken), lying(world)) == (5, set(kept))


def test_a_walk_that_came_around_rests_until_the_next_hour(world: World) -> None:
    walk = Walk()
    assert collected(world, walk=walk) == {}
    name = put(world)
    assert collected(world, walk=walk) == {}
    assert lying(world) == {name}
    world.clock.forward(hours=1)
    assert collected(world, walk=walk) == {"files": 1}


def test_wherever_a_walk_begins_a_small_store_is_seen_whole(world: World) -> None:
    for start in ("files/" + "0" * 32, "files/" + "8" * 32, "files/" + "f" * 32):
        for digit in "08f":
            put(world, "files/" + digit * 32)
        assert collected(world, walk=Walk({"files": start, "pieces": "pieces/" + "0" * 32 + "/0"})) == {"files": 3}


def test_a_turn_around_a_huge_store_takes_little_memory(world: World) -> None:
    now = datetime.now(UTC)

    class Huge(Beside):
        def listed(self, space: str, after: str = "") -> Iterator[Stored]:
            if space == "files" and after:
                yield from (Stored(f"files/{number:032x}", 1, now - 3 * HOUR) for number in range(10**6))

    tracemalloc.start()
    house = replace(world.house, blobs=Huge(world.house.blobs))
    collect(world.store, house, lambda _store, ids: ids, walk := Walk(), now=world.clock())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert walk.at["files"] == f"files/{collecting.TURN - 1:032x}"
    assert most < 3_000_000


def test_a_bucket_is_collected_as_a_folder_is(world: World, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = bucket.blobs(secrets.token_hex(8))
    for name in ("files/" + "1" * 32, "files/" + "2" * 32, "pieces/" + "1" * 32 + "/0"):
        with blobs.write(name) as sink:
            sink.write(b"sealed")
    assert collected(world, blobs=blobs) == {}
    monkeypatch.setattr(collecting, "AGE", -2 * HOUR)
    assert collected(world, "files/" + "1" * 32, blobs=blobs) == {"files": 1, "pieces": 1}
    assert [one.name for one in blobs.listed("files")] == ["files/" + "1" * 32]


def work_of(world: World, **more: Any) -> jobs.Work:
    return jobs.Work(world.store, world.house, LogKeys.read(world.settings), world.store.lease("jobs"), **more)


def test_the_tick_keeps_what_a_row_names(world: World) -> None:
    arrive(world)
    kept, *_ = put(world), put(world)
    columns = "report_id, letter_id, number, role, page, length, digest, commitment, entry_id"
    run(
        world,
        f"INSERT INTO blobs (id, {columns}) SELECT ?, report_id, id, 1, 'original', 0, 6, zeroblob(32), zeroblob(32),"
        " entry_id FROM letters LIMIT 1",
        UUID(hex=kept.partition("/")[2]).bytes,
    )
    jobs.tick(work_of(world), now=world.clock())
    assert lying(world) == {kept}
    assert [one["facts"] for one in world.entries() if one["event"] == "files_collected"] == [{"count": 1}]


def test_the_tick_collects_and_tells_how_many(world: World) -> None:
    told: list[tuple[str, int]] = []
    put(world, f"pieces/{secrets.token_hex(16)}/0")
    jobs.tick(work_of(world, collected=lambda *what: told.append(what)), now=world.clock())
    assert told == [("pieces", 1)]


def test_a_tick_goes_on_where_files_cannot_be_asked_for(world: World, caplog: pytest.LogCaptureFixture) -> None:
    (world.home / "blobs").write_bytes(b"no folder")
    with caplog.at_level(logging.CRITICAL, "portal.jobs"):
        assert jobs.tick(work_of(world), now=world.clock()) == 0
    assert "files that nothing names were not taken away: Not a directory" in caplog.text
