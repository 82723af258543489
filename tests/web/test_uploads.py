"""Files of a request: sealed while they come, where they were asked for; nowhere else does a byte reach a disk."""

import os
import sys
import tempfile
from io import BytesIO

import pytest

from portal.domain.evidence import Flaw, Unfit
from portal.office.sealed_files import chunks
from portal.web.uploads import Receiving
from tests.handing_in import arrive, body, lying
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite

MUCH = os.urandom(300_000)
OPENED: list[str] = []  # files that this process opened to write into, while somebody looks
LOOKING: list[bool] = []


def note(event: str, arguments: tuple) -> None:
    """What Python says before it opens a file; a hook stays for good."""
    if event == "open" and LOOKING and arguments[2] & (os.O_WRONLY | os.O_RDWR | getattr(os, "O_TMPFILE", 0)):
        OPENED.append(str(arguments[0]))


sys.addaudithook(note)


@pytest.fixture
def opened():
    """Every file that is opened for writing during the test."""
    OPENED.clear()
    LOOKING.append(True)
    yield OPENED
    LOOKING.clear()


def test_the_hook_sees_what_a_spool_does(opened: list[str]) -> None:
    opened.clear()
    with tempfile.TemporaryFile() as spool:
        spool.write(b"x")
    assert opened


@pytest.mark.parametrize("path", ["/report", "/mailbox", "/mailbox/message", "/review/login", "/nowhere"])
def test_a_file_sent_to_any_other_page_reaches_no_disk(zhou: Visitor, opened: list[str], path: str) -> None:
    zhou.report()
    zhou.get("/mailbox")
    whole, media = body(zhou, (MUCH, "a.jpg"), (MUCH, "b.jpg"))  # more than is held in memory
    opened.clear()
    arrive(zhou, whole, media, BytesIO(whole), path=path)
    assert opened == []


def test_the_page_for_files_writes_nothing_but_into_their_store(world: World, zhou: Visitor, opened: list[str]) -> None:
    zhou.report()
    zhou.get("/mailbox/evidence")
    whole, media = body(zhou, (b"#!AMR\n" + MUCH * 2, "a.amr"))
    opened.clear()
    arrive(zhou, whole, media, BytesIO(whole))
    assert len(lying(world)) == 1
    assert opened
    assert [one for one in opened if not one.startswith(str(world.home / "blobs"))] == []


def test_a_file_that_comes_in_drops_is_whole(world: World) -> None:
    receiving = Receiving(world.house, places=1, room=len(MUCH))
    incoming = receiving.add(named=True)
    for at in range(0, len(MUCH), 7001):
        incoming.write(MUCH[at : at + 7001])
    incoming.seek(0)
    stored = incoming.sealing().finish("audio/amr")
    receiving.close()
    assert b"".join(chunks(world.house, stored.file)) == MUCH
    assert stored.length > len(MUCH)


def test_what_is_too_much_leaves_room_for_the_next(world: World) -> None:
    receiving = Receiving(world.house, places=3, room=100)
    first, second = receiving.add(named=True), receiving.add(named=True)
    first.write(b"x" * 60)
    first.write(b"x" * 60)
    first.write(b"x")
    second.write(b"y" * 40)
    assert (first.flaw, second.flaw) == (Flaw.TOO_LARGE, None)
    with pytest.raises(LookupError):
        first.sealing()
    assert len(lying(world)) == 1
    receiving.close()
    assert lying(world) == []


def test_the_empty_part_of_an_empty_field_is_no_file_and_takes_no_place(world: World) -> None:
    receiving = Receiving(world.house, places=1, room=100)
    receiving.add(named=False).seek(0)
    empty, good, late = (receiving.add(named=True) for _ in range(3))
    for one in (empty, good, late):
        one.write(b"" if one is empty else b"x")
        one.seek(0)
    assert [one.flaw for one in receiving] == [Unfit.EMPTY, Flaw.TOO_MANY, Flaw.TOO_MANY]
    receiving.close()
    assert lying(world) == []


def test_parts_without_a_name_that_hold_bytes_take_places_as_files_do(world: World) -> None:
    receiving = Receiving(world.house, places=2, room=100)
    parts = [receiving.add(named=False) for _ in range(9)]
    for one in parts:
        one.write(b"x")
    assert [one.flaw for one in parts] == [None, None, *[Flaw.TOO_MANY] * 7]
    assert len(lying(world)) == 2
    receiving.close()


def test_a_store_that_is_gone_is_said_of_the_file(world: World) -> None:
    (world.home / "blobs").write_text("a file where a folder was")
    receiving = Receiving(world.house, places=1, room=100)
    incoming = receiving.add(named=True)
    incoming.write(b"x")
    assert incoming.flaw is Flaw.NOT_STORED
