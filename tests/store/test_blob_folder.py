"""A store of files on a disk: what is durable when, who may read it, and a disk that is full, away or closed."""

import errno
import os
import resource
import secrets
import stat
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.domain.errors import NoRoomError, NotStoredError, StartError
from portal.store import blobs as module
from portal.store.blobs import FolderBlobs, open_blobs

NAME = f"files/{'5a' * 16}"
NOBODY = 65534


@pytest.fixture
def blobs(tmp_path) -> FolderBlobs:
    return open_blobs(f"file://{tmp_path}/blobs", tmp_path)


def put(blobs: FolderBlobs, name: str = NAME, body: bytes = b"body") -> None:
    with blobs.write(name) as sink:
        sink.write(body)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@contextmanager
def small_files(size: int):
    """No file may grow beyond so many bytes: writing to the disk itself fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def as_nobody(folder: Path):
    """The folder is there, and not for us."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        folder.chmod(0)
        try:
            yield
        finally:
            folder.chmod(0o700)


def test_nobody_else_may_read_or_list(blobs, tmp_path):
    put(blobs)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "blobs").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}
    assert stat.S_IMODE((tmp_path / "blobs").stat().st_mode) == 0o700


def test_no_date_that_a_backup_carries_is_finer_than_the_hour(blobs, tmp_path):
    put(blobs)
    put(blobs, f"files/{'6b' * 16}")
    with pytest.raises(KeyError), blobs.write(f"files/{'7c' * 16}"):
        raise KeyError
    blobs.delete(f"files/{'6b' * 16}")
    seen = list((tmp_path / "blobs").rglob("*"))
    assert len(seen) == 9
    assert {path.name: path.stat().st_mtime % module.HOUR for path in seen if path.stat().st_mtime % module.HOUR} == {}


def test_bytes_and_names_are_on_the_disk_before_it_is_said(blobs, tmp_path, monkeypatch):
    put(blobs, f"files/{'5a' * 15}00")  # the subfolders are there
    put(blobs, f"files/{'5a' * 15}01")
    done = []
    sync, move = os.fsync, Path.replace
    kind = lambda handle: "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"  # noqa: E731
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append(kind(handle)), sync(handle)))
    monkeypatch.setattr(Path, "replace", lambda *paths: (done.append("name"), move(*paths)))
    put(blobs)
    assert done == ["file", "name", "folder"]
    put(blobs, f"pieces/{'5a' * 16}/0")
    done.clear()
    put(blobs, f"pieces/{'5a' * 16}/1")
    assert done == ["name"]  # its sender has it still
    assert (tmp_path / f"blobs/files/5a/{'5a' * 16}").read_bytes() == b"body"


def test_a_new_subfolder_is_on_the_disk_too(blobs, monkeypatch):
    synced = []
    sync = module.sync_directory
    monkeypatch.setattr(module, "sync_directory", lambda path: (synced.append(path.name), sync(path)))
    put(blobs)
    assert synced[-1] == "5a"
    assert {"blobs", "files"} <= set(synced)


def test_a_name_that_the_disk_may_forget_is_taken_back(blobs, tmp_path, monkeypatch):
    put(blobs, f"files/{'5a' * 15}00")

    def fail(_path: Path) -> None:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(module, "sync_directory", fail)
    with pytest.raises(NotStoredError):
        put(blobs)
    assert [path.name for path in files(tmp_path / "blobs")] == ["5a" * 15 + "00"]


def test_a_full_disk_refuses_and_keeps_nothing_of_it(blobs, tmp_path):
    put(blobs)
    with small_files(100_000):
        with pytest.raises(NoRoomError):
            put(blobs, f"files/{'5a' * 15}00", bytes(200_000))
        put(blobs, f"files/{'5a' * 15}01", bytes(50_000))
    assert len(files(tmp_path)) == 2
    put(blobs, f"files/{'5a' * 15}00", bytes(200_000))
    assert len(files(tmp_path)) == 3


def test_the_last_of_a_disk_is_left_to_reports(tmp_path):
    blobs = FolderBlobs(tmp_path / "blobs", made=True, spare=10**18)
    with pytest.raises(NoRoomError):
        put(blobs)
    assert (blobs.room(), files(tmp_path)) == (0, [])
    with pytest.raises(StartError, match=r"no room for files in .*blobs: .* are for reports; free some") as refusal:
        blobs.ready()
    assert "\n" not in str(refusal.value)


def test_a_disk_that_fills_up_in_the_middle_refuses_too(blobs, tmp_path):
    with pytest.raises(NoRoomError):
        _write_while_it_fills_up(blobs)
    assert files(tmp_path) == []


def _write_while_it_fills_up(blobs):
    with blobs.write(NAME) as sink:
        sink.write(bytes(module.LOOKED - 1))
        blobs._spare = 10**18
        sink.write(b"it is looked at once a megabyte")


def test_a_folder_outside_the_home_is_never_made_anew(tmp_path):
    home, disk = tmp_path / "home", tmp_path / "disk"
    home.mkdir()
    blobs = open_blobs(f"file://{disk}", home)
    with pytest.raises(NotStoredError):
        put(blobs)
    with pytest.raises(StartError, match=r"files cannot be kept in .*disk: No such file or directory; check PORTAL_"):
        blobs.ready()
    assert not disk.exists()
    disk.mkdir()
    blobs.ready()
    put(blobs)


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "blobs").touch()
    blobs = open_blobs(f"file://{tmp_path}/blobs", tmp_path)
    with pytest.raises(StartError, match="Not a directory; check PORTAL_BLOB_URL"):
        blobs.ready()
    with pytest.raises(NotStoredError):
        list(blobs.listed("files"))


def test_a_folder_that_is_closed_to_us_is_said(blobs, tmp_path):
    put(blobs)
    with as_nobody(tmp_path / "blobs"):
        with pytest.raises(StartError, match="Permission denied"):
            blobs.ready()
        for ask in (lambda: put(blobs), lambda: list(blobs.listed("files")), lambda: blobs.delete(NAME)):
            with pytest.raises(NotStoredError):
                ask()
        with pytest.raises(NotStoredError), blobs.read(NAME):
            pass
    blobs.ready()


def test_what_fails_in_the_middle_of_reading_is_told_as_everywhere():
    with pytest.raises(NotStoredError), module._File(Path("/proc/self/mem")) as nothing_is_mapped_there:
        nothing_is_mapped_there.readinto(bytearray(10))


def test_what_else_lies_there_is_passed_over(blobs, tmp_path):
    put(blobs)
    shelf = tmp_path / "blobs/files/5a"
    for name in ("lost+found", ".nfs0001", "5A" * 16, "5a" * 16 + "-0", "5a" * 16 + ".tmp"):
        (shelf / name).write_bytes(b"x")
    (tmp_path / "blobs/files/lost+found").mkdir()
    assert [one.name for one in blobs.listed("files")] == [NAME]


def test_a_store_that_was_never_used_lists_nothing(blobs):
    assert list(blobs.listed("files")) == []
    blobs.delete(NAME)


@pytest.mark.parametrize("url", ["file://blobs", "file://", "file:///", "file://./blobs"])
def test_a_folder_needs_its_whole_path(tmp_path, url):
    with pytest.raises(StartError, match="by its whole path"):
        open_blobs(url, tmp_path)


def test_a_path_is_taken_as_it_is_written(tmp_path):
    odd = tmp_path / "a b%20c?d#e"
    odd.mkdir()
    put(open_blobs(f"file://{odd}", tmp_path / "home"))
    assert len(files(odd)) == 1


def test_many_pieces_of_one_upload_lie_side_by_side(blobs):
    upload = secrets.token_hex(16)
    for number in (0, 7, 999_999):
        put(blobs, f"pieces/{upload}/{number}")
    assert [one.name for one in blobs.listed("pieces")] == [f"pieces/{upload}/{number}" for number in (0, 7, 999_999)]
