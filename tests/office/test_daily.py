"""The checkpoint of the day: a file and a message, once each, with nothing that is not public."""

import logging

import pytest

from portal import jobs
from portal.office import daily
from portal.office.checkpoints import LogKeys
from portal.office.daily import Daily
from tests.sending import arrive, run
from tests.world import ORIGIN, World

WITNESSES = ("jiwei@example.cn", "seal@example.cn")


@pytest.fixture
def kept(tmp_path) -> Daily:
    return Daily(tmp_path / "checkpoints", 3, WITNESSES)


def messages(world: World) -> list[tuple]:
    return run(world, "SELECT address, checkpoint, desk_id FROM outbox WHERE kind = 'checkpoint' ORDER BY 2, 1")


def keep(world: World, one: Daily) -> bool:
    return daily.keep(world.store, one, now=world.clock())


def test_each_day_what_has_become_public_is_written_and_posted_once(world: World, kept: Daily) -> None:
    world.sign()
    assert not keep(world, kept)  # before the first night nothing is public
    (size,) = run(world, "SELECT max(size) FROM checkpoints")[0]
    world.clock.forward(hours=16)
    assert keep(world, kept)
    assert not keep(world, kept)
    (path,) = kept.folder.iterdir()
    assert path.name == "2026-03-03.note"
    assert world.house.log.open(path.read_text("utf-8"), ORIGIN).size == size
    assert messages(world) == [(one, size, None) for one in WITNESSES]
    arrive(world)
    world.sign()
    assert not keep(world, kept)
    world.clock.forward(hours=24)
    assert keep(world, kept)
    assert len(list(kept.folder.iterdir())) == 2
    assert messages(world)[2:] == [(one, size + 2, None) for one in WITNESSES]


@pytest.mark.sqlite
def test_a_day_on_which_nothing_happened_has_its_file_and_no_second_message(world: World, kept: Daily) -> None:
    world.sign()
    for _ in range(3):
        world.clock.forward(hours=24)
        assert keep(world, kept)
    assert len(list(kept.folder.iterdir())) == 3
    assert len(messages(world)) == 2


@pytest.mark.sqlite
def test_a_file_that_was_lost_is_written_again_without_another_message(world: World, kept: Daily) -> None:
    world.sign()
    world.clock.forward(hours=24)
    keep(world, kept)
    kept.path(world.clock()).unlink()
    assert keep(world, kept)
    assert len(messages(world)) == 2


@pytest.mark.sqlite
def test_the_tick_does_it_and_goes_on_where_it_cannot(
    world: World, kept: Daily, caplog: pytest.LogCaptureFixture
) -> None:
    world.sign()
    arrive(world)
    work = jobs.Work(world.store, world.house, LogKeys.read(world.settings), world.store.lease("jobs"), kept)
    kept.folder.write_text("in the way", encoding="utf-8")
    with caplog.at_level(logging.CRITICAL, "portal.jobs"):
        assert jobs.tick(work, now=world.clock.forward(days=20)) == 1
    assert "no checkpoint was kept" in caplog.text
    kept.folder.unlink()
    jobs.tick(work, now=world.clock())
    assert kept.path(world.clock()).exists()


@pytest.mark.sqlite
def test_where_and_to_whom_is_a_setting(world: World) -> None:
    assert Daily.of(world.settings) == Daily(world.home / "checkpoints", 3, ())
