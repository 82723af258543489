"""A store of files belongs to one installation: another's is refused, and nothing in it is taken away."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from portal import jobs
from portal.cli import main
from portal.domain.errors import NoRoomError, StartError
from portal.office import claiming, doctor
from portal.office.checkpoints import LogKeys
from portal.office.house import House
from portal.store.blobs import Blobs, FolderBlobs
from tests.world import World

pytestmark = pytest.mark.sqlite

ANOTHERS = "those of another installation"
OTHER = bytes(16)


@pytest.fixture(params=["folder", "bucket"])
def blobs(request: pytest.FixtureRequest, world: World) -> Blobs:
    """A store that holds nothing yet."""
    if request.param == "folder":
        return FolderBlobs(world.home / "blobs", made=True)
    return request.getfixturevalue("bucket").blobs(secrets.token_hex(8))


@pytest.fixture
def house(world: World, blobs: Blobs) -> House:
    return replace(world.house, blobs=blobs)


def work_of(world: World, house: House) -> jobs.Work:
    return jobs.Work(world.store, house, LogKeys.read(world.settings), world.store.lease("jobs"))


def test_whoever_comes_first_has_it_and_keeps_it(blobs: Blobs, house: House) -> None:
    assert blobs.owner() is None
    claiming.claim(house)
    claiming.claim(house)
    assert blobs.owner() == house.installation.hex()
    with pytest.raises(StartError, match=ANOTHERS):
        claiming.claim(replace(house, installation=OTHER))
    assert blobs.owner() == house.installation.hex()
    assert [one for space in ("files", "pieces") for one in blobs.listed(space)] == []


def test_another_installation_takes_nothing_of_it_away(
    world: World, blobs: Blobs, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    claiming.claim(replace(house, installation=OTHER))
    piece = f"pieces/{secrets.token_hex(16)}/0"
    with blobs.write(piece) as sink:
        sink.write(b"sealed")
    with caplog.at_level(logging.CRITICAL, "portal.jobs"):
        assert jobs.tick(work_of(world, house), now=world.clock()) == 0
    assert ANOTHERS in caplog.text
    assert [one.name for one in blobs.listed("pieces")] == [piece]
    with pytest.raises(StartError, match=ANOTHERS):
        jobs.require_own_files(work_of(world, house))
    found = doctor._files(house)
    assert (found.level, found.said.count("\n")) == ("failure", 0)
    assert ANOTHERS in found.said


def test_of_two_that_come_at_once_one_is_refused(blobs: Blobs, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    own: Callable[[str], None] = blobs.own

    def both(owner: str) -> None:
        own(owner)
        own(OTHER.hex())

    monkeypatch.setattr(blobs, "own", both)
    with pytest.raises(StartError, match=ANOTHERS):
        claiming.claim(house)


def test_run_and_tick_refuse_it_in_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    claiming.claim(replace(world.house, installation=OTHER))
    with pytest.raises(StartError, match=ANOTHERS):
        jobs.begin(world.settings, now=world.clock())
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    with pytest.raises(SystemExit) as end:
        main(["tick"])
    said = capsys.readouterr().err
    assert (end.value.code, said.count("\n")) == (2, 1)
    assert ANOTHERS in said


def test_a_store_that_does_not_answer_keeps_nobody_from_starting(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    (world.home / "blobs").write_bytes(b"no folder")
    with caplog.at_level(logging.WARNING, "portal.jobs"):
        jobs.begin(world.settings, now=world.clock())
    assert "files cannot be kept: Not a directory" in caplog.text
    jobs.require_own_files(work_of(world, world.house))


def test_one_that_is_full_is_noted_when_there_is_room(house: House, blobs: Blobs, monkeypatch) -> None:
    def full(_owner: str) -> None:
        raise NoRoomError("full")

    with monkeypatch.context() as context:
        context.setattr(blobs, "own", full)
        claiming.claim(house)
    assert blobs.owner() is None
    claiming.claim(house)
    assert blobs.owner() == house.installation.hex()
