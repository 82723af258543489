"""What is promised of every store of files, on a disk and in a bucket alike."""

import os
import secrets
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import pytest

from portal.domain.errors import NotStoredError
from portal.store.blobs import Blobs, open_blobs
from tests.bucket import KEYS

PART = 5 * 1024 * 1024
SIZES = [0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, PART + 1]
FLAT = 16_000  # kilobytes: two parts, one chunk, and what sending takes
ILLEGAL = [
    "",
    "files",
    "files/",
    "files/" + "0" * 31,
    "files/" + "0" * 33,
    "files/" + "A" * 32,
    "files/" + "0" * 32 + "\n",
    "files/" + "0" * 31 + "\0",
    "files/../" + "0" * 32,
    "files//" + "0" * 32,
    "/files/" + "0" * 32,
    "../files/" + "0" * 32,
    "pieces/" + "0" * 32,
    "pieces/" + "0" * 32 + "/",
    "pieces/" + "0" * 32 + "/01",
    "pieces/" + "0" * 32 + "/-1",
    "pieces/" + "0" * 32 + "/1/2",
    "pieces/" + "0" * 32 + "/١",
    "others/" + "0" * 32,
]


def drawn() -> str:
    return f"files/{secrets.token_hex(16)}"


@pytest.fixture(params=["folder", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path) -> str:
    """Where a store lies that nobody else has."""
    if request.param == "folder":
        return f"file://{tmp_path}/blobs"
    return request.getfixturevalue("bucket").url(secrets.token_hex(8))


@pytest.fixture
def blobs(url: str, tmp_path, monkeypatch) -> Blobs:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return open_blobs(url, tmp_path)


def put(blobs: Blobs, name: str, body: bytes) -> None:
    with blobs.write(name) as sink:
        sink.write(body)


def got(blobs: Blobs, name: str) -> bytes:
    with blobs.read(name) as file:
        return file.read()


def lying(blobs: Blobs) -> list[str]:
    return [one.name for space in ("files", "pieces") for one in blobs.listed(space)]


def other(url: str, name: str, length: int, how: str, home) -> subprocess.Popen:
    """The same store, in a process of its own."""
    command = [sys.executable, "-m", "tests.blob_writing", url, name, str(length), how]
    environ = {**os.environ, **KEYS, "PORTAL_HOME": str(home)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)


def test_what_was_written_is_read(blobs: Blobs) -> None:
    for size in SIZES:
        name, body = drawn(), os.urandom(size)
        with blobs.write(name) as sink:
            for start in range(0, size, 7001):
                sink.write(body[start : start + 7001])
        assert got(blobs, name) == body
        assert [one.length for one in blobs.listed("files") if one.name == name] == [size]


def test_a_range_is_read_without_the_rest(blobs: Blobs) -> None:
    name, body = drawn(), os.urandom(3_000_001)
    put(blobs, name, body)
    with blobs.read(name) as file:
        assert file.seekable()
        assert (file.seek(2_000_000), file.read(10), file.tell()) == (2_000_000, body[2_000_000:2_000_010], 2_000_010)
        assert (file.seek(-5, os.SEEK_END), file.read()) == (2_999_996, body[-5:])
        assert (file.seek(5), file.seek(-2, os.SEEK_CUR), file.read(1)) == (5, 3, body[3:4])
        assert (file.seek(4_000_000), file.read(1)) == (4_000_000, b"")
        file.seek(0)
        assert file.read(1_048_577) == body[:1_048_577]


def test_a_buffer_may_be_filled_anew_as_soon_as_it_was_written(blobs: Blobs) -> None:
    name, buffer = drawn(), bytearray(b"a" * 1000)
    with blobs.write(name) as sink:
        for letter in b"abc":
            buffer[:] = bytes([letter]) * 1000
            sink.write(memoryview(buffer))
    assert got(blobs, name) == b"a" * 1000 + b"b" * 1000 + b"c" * 1000


@pytest.mark.parametrize("size", [1000, PART + 1000])
def test_nothing_stays_of_what_was_broken_off(blobs: Blobs, size: int) -> None:
    with suppress(KeyError), blobs.write(drawn()) as sink:
        sink.write(bytes(size))
        raise KeyError
    assert lying(blobs) == []


def test_nothing_is_there_before_it_is_whole(blobs: Blobs) -> None:
    name = drawn()
    with blobs.write(name) as sink:
        sink.write(bytes(PART + 1000))
        assert list(blobs.listed("files")) == []
        with pytest.raises(NotStoredError), blobs.read(name):
            pass
    assert lying(blobs) == [name]


def test_of_two_who_write_one_name_the_last_stays_whole(blobs: Blobs) -> None:
    name = drawn()
    with blobs.write(name) as first:
        first.write(b"1" * 100_000)
        with blobs.write(name) as second:
            second.write(b"2" * 50_000)
        first.write(b"1" * 100_000)
        assert got(blobs, name) == b"2" * 50_000
    assert got(blobs, name) == b"1" * 200_000
    assert lying(blobs) == [name]


def test_who_reads_while_another_writes_anew_gets_one_of_them_or_nothing(blobs: Blobs) -> None:
    name = drawn()
    put(blobs, name, b"1" * 3_000_000)
    read = b""
    with suppress(NotStoredError), blobs.read(name) as file:
        read = file.read(10)
        put(blobs, name, b"2" * 3_000_000)
        read += file.read()
    assert set(read) == {ord("1")}


def test_what_is_not_there_is_said_and_may_be_deleted(blobs: Blobs) -> None:
    with pytest.raises(NotStoredError), blobs.read(drawn()):
        pass
    blobs.delete(drawn())


def test_what_was_deleted_is_gone(blobs: Blobs) -> None:
    name = drawn()
    put(blobs, name, b"x")
    blobs.delete(name)
    assert lying(blobs) == []


@pytest.mark.parametrize("name", ILLEGAL)
def test_no_other_name_is_taken(blobs: Blobs, tmp_path, name: str) -> None:
    for ask in (blobs.write, blobs.read):
        with pytest.raises(ValueError, match="no name of a blob"), ask(name):
            pass
    with pytest.raises(ValueError, match="no name of a blob"):
        blobs.delete(name)
    assert list(tmp_path.iterdir()) == []


def test_only_the_two_spaces_are_listed(blobs: Blobs) -> None:
    for space in ("", "others", "..", "files/.."):
        with pytest.raises(ValueError, match="no space"):
            list(blobs.listed(space))


def test_what_is_listed_has_length_and_time_in_the_order_of_names(blobs: Blobs) -> None:
    names = sorted(f"files/{number:032x}" for number in (1, 2, 255, 1 << 120, 3 << 120, (1 << 128) - 1))
    pieces = [f"pieces/{'0' * 32}/{number}" for number in (0, 1, 10, 9)]
    for name in (*reversed(names), *pieces):
        put(blobs, name, name.encode())
    found = list(blobs.listed("files"))
    assert [(one.name, one.length) for one in found] == [(name, 38) for name in names]
    assert all(timedelta(hours=-1) < one.modified_at - blobs.now() < timedelta(seconds=20) for one in found)
    for number, name in enumerate(names):
        assert [one.name for one in blobs.listed("files", name)] == names[number + 1 :]
    assert [one.name for one in blobs.listed("pieces")] == pieces


def test_asking_whether_it_is_ready_leaves_nothing(blobs: Blobs) -> None:
    blobs.ready()
    assert blobs.room() is None or blobs.room() > 0
    assert lying(blobs) == []


def test_fifty_megabytes_pass_in_little_memory(url: str, blobs: Blobs, tmp_path) -> None:
    name = drawn()
    with other(url, name, 50_000_000, "once", tmp_path) as run:
        grown = int(run.stdout.read())
    assert [(one.name, one.length) for one in blobs.listed("files")] == [(name, 50_000_000 // 16_400 * 16_400)]
    assert grown < FLAT


def test_of_a_writer_that_was_killed_only_a_piece_is_left(url: str, blobs: Blobs, tmp_path) -> None:
    name = drawn()
    with other(url, name, PART + 100_000, "cut", tmp_path) as run:
        assert run.stdout.readline() == "written\n"
        run.kill()
    assert list(blobs.listed("files")) == []
    left = list(blobs.listed("pieces"))
    assert len(left) <= 1
    for piece in left:
        blobs.delete(piece.name)
    assert lying(blobs) == []
