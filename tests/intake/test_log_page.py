"""`/log/checkpoint` and `/log/tile/…`: what everybody may read, what nobody may, and when it moves."""

from datetime import timedelta

import pytest

from portal.domain.audit import SYSTEM
from portal.office import publishing
from portal.office.recording import Draft, record
from tests import tlog
from tests.growing import grow
from tests.sending import arrive
from tests.world import NOON, ORIGIN, World


def fetch(world: World, path: str) -> bytes | None:
    answer = world.visitor().client.get(f"/log/{path}", base_url="https://localhost")
    return answer.get_data() if answer.status_code == 200 else None


def night(world: World) -> None:
    """It becomes a quarter past three, China time."""
    world.clock.now = (world.clock() + timedelta(days=1)).replace(hour=19, minute=15)


def log(world: World) -> tuple[tlog.Head, list[bytes]]:
    return tlog.read(lambda path: fetch(world, path), world.house.log.lines(ORIGIN)[0])


def test_a_client_of_the_specification_reads_every_leaf_and_two_days_fit_together(world: World) -> None:
    grow(world, 700)
    world.sign()
    night(world)
    first, before = log(world)
    assert first.size == len(before) == 700
    arrive(world)
    grow(world, 1030)
    world.sign()
    assert log(world)[0] == first  # until the next night
    night(world)
    second, leaves = log(world)
    assert second.size == 1030
    assert leaves[: first.size] == before
    assert tlog.mth(leaves[: first.size]) == first.root  # the one is a prefix of the other


def test_before_the_first_night_there_is_nothing(world: World) -> None:
    world.sign()
    assert fetch(world, "checkpoint") is None
    assert fetch(world, "tile/0/000.p/1") is None


def test_nothing_shows_that_something_has_arrived_until_the_night(world: World) -> None:
    world.sign()
    night(world)
    size = log(world)[0].size
    arrive(world)
    world.sign()
    for hours in range(0, 23, 4):
        world.clock.now = NOON.replace(day=3, hour=19, minute=30) + timedelta(hours=hours)
        assert log(world)[0].size == size
        assert fetch(world, f"tile/0/000.p/{size}") is not None
        for beyond in range(size + 1, 256):
            if beyond in {size + 1, size + 2, 255}:
                assert fetch(world, f"tile/0/000.p/{beyond}") is None
        assert fetch(world, "tile/0/000") is None
    night(world)
    assert log(world)[0].size == size + 2


def test_entries_are_never_served(world: World) -> None:
    grow(world, 300)
    world.sign()
    night(world)
    for path in ("tile/entries/000", "tile/entries/000.p/44", "entries", "tile/0/000/entries"):
        assert fetch(world, path) is None


def test_tiles_may_be_kept_for_ever_and_the_checkpoint_not_for_a_moment(world: World) -> None:
    grow(world, 300)
    world.sign()
    night(world)
    client = world.visitor().client

    def headers(path: str) -> tuple[int, str, str]:
        answer = client.get(f"/log/{path}", base_url="https://localhost")
        return answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"]

    for_ever = "public, max-age=31536000, immutable"
    assert headers("checkpoint") == (200, "text/plain; charset=utf-8", "no-store")
    assert headers("tile/0/000") == (200, "application/octet-stream", for_ever)
    assert headers("tile/1/000.p/1") == (200, "application/octet-stream", for_ever)
    assert headers("tile/0/001.p/45")[::2] == (404, "no-store")


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/1/",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/000",
        "tile/0/000/000",
        "tile/0/x001",
        "tile/0/٠٠٠",
        "tile/63/000",
        "tile/2/000.p/1",
        "tile/0/x999/x999/x999/x999/999",
    ],
)
@pytest.mark.sqlite
def test_what_is_no_address_of_a_tile_here_is_not_found(world: World, path: str) -> None:
    grow(world, 300)
    world.sign()
    night(world)
    assert fetch(world, path) is None


def test_addresses_are_written_as_the_specification_writes_them() -> None:
    assert publishing.address(0, 1234067) == "0/x001/x234/067"
    for level, index, width in ((0, 0, 256), (1, 5, 7), (2, 999, 255), (3, 1000, 1), (0, 123456, 256)):
        written = publishing.address(level, index, width)
        assert f"tile/{written}" == tlog.path(level, index, width)
        assert publishing.parse(*written.split("/", 1)) == (level, index * 256, width)


def test_the_moment_is_an_hour_of_the_day_in_china() -> None:
    assert publishing.moment(NOON, 3) == NOON.replace(day=1, hour=19)
    assert publishing.moment(NOON.replace(day=1, hour=18, minute=59), 3) == NOON.replace(month=2, day=28, hour=19)
    assert publishing.moment(NOON, 12) == NOON
    assert publishing.moment(NOON, 13) == NOON - timedelta(hours=23)


def test_a_signer_whose_clock_went_back_does_not_make_the_public_copy_shrink(world: World) -> None:
    world.sign()
    night(world)
    size = log(world)[0].size
    world.clock.forward(days=-20)
    with world.store.transaction() as session:
        record(session, world.house.entry_key, Draft("enrolment_lapsed", world.clock(), SYSTEM))
    world.sign()
    world.clock.forward(days=20)
    assert log(world)[0].size == size + 1
