"""Where sealed files lie: in a folder, or in a bucket (`blobs_s3`). They know names and bytes, no keys and no rows.

A blob is there whole and durable, or not at all; whoever writes a name again replaces it in one step. It is written
before the row that names it, and what no row names is collected later (`office/collecting`).
"""

import errno
import io
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from portal.domain.errors import NoRoomError, NotStoredError, StartError
from portal.settings import sync_directory
from portal.store.blob_names import OWNER, Sink, Stored, checked, is_name, space_of

__all__ = ["Blobs", "FolderBlobs", "Sink", "Stored", "open_blobs"]

SPARE = 256_000_000  # bytes of a disk left to the database and to reports, which come first
LOOKED = 1 << 20  # bytes written until room is looked at again
HOUR = 3600
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SHELF = re.compile(r"[0-9a-f]{2}")


class Blobs(Protocol):
    """What use cases ask of a store of files. Its methods raise ValueError for a name that is none."""

    def write(self, name: str) -> AbstractContextManager[Sink]:
        """Take a blob in: durable where the `with` is left, nothing of it when that is by an error.

        Of `pieces` the disk may still lose some when the power goes: whoever sends them sends them again.
        Raises NoRoomError, or NotStoredError when it cannot be kept for another reason.
        """

    def read(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Give it out, seekable and in little memory. Raises NotStoredError, also in the middle."""

    def delete(self, name: str) -> None:
        """Take it away; one that is not there is no mistake. Raises NotStoredError when it stays."""

    def listed(self, space: str, after: str = "") -> Iterator[Stored]:
        """Give what lies in `files` or `pieces`, by name, from those after a name. Raises NotStoredError."""

    def now(self) -> datetime:
        """Tell the time by the clock that dates what is listed. Raises NotStoredError."""

    def room(self) -> int | None:
        """Tell how many bytes may still come, or None where nobody knows. Raises NotStoredError."""

    def owner(self) -> str | None:
        """Tell whose files lie here, as `own` noted; None where nobody did. Raises NotStoredError."""

    def own(self, owner: str) -> None:
        """Note whose files lie here. Raises NotStoredError, NoRoomError."""

    def ready(self) -> None:
        """Write something and take it away. Raises StartError with what to do."""


def open_blobs(url: str, home: Path) -> Blobs:
    """Open the store behind PORTAL_BLOB_URL without going there. Raises StartError when the address makes no sense."""
    scheme, _, place = url.partition("://")
    if scheme == "file":
        if not place.startswith("/") or not place.strip("/"):
            raise StartError("PORTAL_BLOB_URL must name a folder by its whole path: file:///srv/shaoyin/blobs")
        folder = Path(place)
        return FolderBlobs(folder, made=folder.is_relative_to(home))
    try:
        from portal.store.blobs_s3 import open_bucket  # noqa: PLC0415 — an extra, and slow to load
    except ModuleNotFoundError as error:
        raise StartError(
            "files in a bucket need their driver: pip install --require-hashes --no-deps -r requirements/s3.txt"
        ) from error
    return open_bucket(url, os.environ)


class FolderBlobs:
    """Files on a disk, spread over subfolders by two digits of their names.

    One that is being written lies among the pieces under a name drawn for it: what a killed process leaves there is
    collected as every piece is. `made`: the folder may be made. One outside the portal's home may not, or a disk that
    is not mounted would come back empty.
    """

    def __init__(self, folder: Path, *, made: bool = False, spare: int = SPARE) -> None:
        self._folder, self._made, self._spare = folder, made, spare

    @contextmanager
    def write(self, name: str) -> Iterator[Sink]:
        """As every store."""
        target = self._path(name)
        draft = self._path(f"pieces/{target.name[:2]}{secrets.token_hex(15)}/0")
        with _told():
            self._shelve(draft.parent)
            self._shelve(target.parent)
            sink = _Draft(draft, self.room)
        try:
            with closing(sink):
                yield sink
                sink.keep(target, lasting=name.startswith("files/"))
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
        finally:
            _by_the_hour(draft.parent)
            _by_the_hour(target.parent)

    @contextmanager
    def read(self, name: str) -> Iterator[BinaryIO]:
        """As every store."""
        with _told():
            file = _File(self._path(name))
        with io.BufferedReader(file) as buffered:
            yield buffered

    def delete(self, name: str) -> None:
        """As every store."""
        path = self._path(name)
        with _told():
            path.unlink(missing_ok=True)
        _by_the_hour(path.parent)

    def listed(self, space: str, after: str = "") -> Iterator[Stored]:
        """As every store."""
        shelves = self._folder / space_of(space)
        first = after.removeprefix(f"{space}/")[:2]
        for shelf in sorted(name for name in _names(shelves) if SHELF.fullmatch(name) and name >= first):
            yield from (one for one in sorted(_shelf(space, shelves / shelf)) if one.name > after)

    def now(self) -> datetime:
        """As every store: a disk of another machine has the clock of that machine. A full one tells it too."""
        shelf = self._folder / "pieces" / "00"
        with _told():
            self._shelve(shelf)
            os.utime(shelf)
            return _moment(shelf.stat())

    def room(self) -> int:
        """As every store."""
        with _told():
            disk = os.statvfs(self._folder)
        return max(0, disk.f_bavail * disk.f_frsize - self._spare)

    def owner(self) -> str | None:
        """As every store."""
        with _told(), suppress(FileNotFoundError):
            return (self._folder / OWNER).read_text(encoding="ascii", errors="replace").strip()
        return None

    def own(self, owner: str) -> None:
        """As every store: whole, or not there."""
        draft = self._folder / f"{OWNER}.{secrets.token_hex(8)}"
        with _told():
            if self._made:
                self._folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                os.write(handle, f"{owner}\n".encode("ascii"))
                os.fsync(handle)
                draft.replace(self._folder / OWNER)
                sync_directory(self._folder)
            finally:
                os.close(handle)
                draft.unlink(missing_ok=True)

    def ready(self) -> None:
        """As every store."""
        name = f"pieces/00{secrets.token_hex(15)}/0"
        try:
            with self.write(name) as sink:
                sink.write(b"ready")
            self.delete(name)
        except NoRoomError:
            left = f"the last {self._spare // 1_000_000} MB are for reports"
            raise StartError(f"no room for files in {self._folder}: {left}; free some") from None
        except NotStoredError as error:
            raise StartError(f"files cannot be kept in {self._folder}: {error}; check PORTAL_BLOB_URL") from None

    def _path(self, name: str) -> Path:
        space, _, rest = checked(name).partition("/")
        return self._folder / space / rest[:2] / rest.replace("/", "-")

    def _shelve(self, shelf: Path) -> None:
        """Make a subfolder, and whatever it stands in, unless it is there; so that the disk remembers it."""
        if shelf.is_dir():
            return
        for folder in (shelf.parent.parent, shelf.parent, shelf) if self._made else (shelf.parent, shelf):
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                sync_directory(folder.parent)
                _by_the_hour(folder.parent)


class _Draft:
    """A file that is being written."""

    def __init__(self, path: Path, room: Callable[[], int]) -> None:
        self._path, self._room, self._written, self._looked = path, room, 0, 0
        self._require_room()
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, data: bytes, /) -> None:
        """Add them."""
        with _told(), memoryview(data) as left:
            sent = 0
            while sent < len(left):
                sent += os.write(self._handle, left[sent:])
        self._written += sent
        if self._written - self._looked >= LOOKED:
            self._looked = self._written
            self._require_room()

    def keep(self, target: Path, *, lasting: bool) -> None:
        """Give it its name, for good where it is to last: pieces are nothing yet, and 27 waits for a disk are long."""
        with _told():
            if not lasting:
                self._path.replace(target)
                return
            self._date()
            os.fsync(self._handle)
            self._path.replace(target)
            try:
                sync_directory(target.parent)
            except OSError:
                target.unlink(missing_ok=True)
                raise

    def _date(self) -> None:
        """Leave the hour alone: a copy of the disk need not tell the second in which somebody sent something."""
        hour = int(os.fstat(self._handle).st_mtime) // HOUR * HOUR
        os.utime(self._handle, (hour, hour))

    def close(self) -> None:
        """Give the handle back."""
        with suppress(OSError):  # written and synced before, or given up
            os.close(self._handle)

    def _require_room(self) -> None:
        if self._room() == 0:
            raise NoRoomError("the disk is full but for what the database needs")


class _File(io.FileIO):
    """A file that is read; what fails in the middle is told as everywhere."""

    def readinto(self, buffer: Any, /) -> int | None:
        """Fill the buffer."""
        with _told():
            return super().readinto(buffer)


def _by_the_hour(folder: Path) -> None:
    """Let a folder tell no finer time than the files in it: it changes with each, and backups carry its date along."""
    with suppress(OSError):
        hour = int(folder.stat().st_mtime) // HOUR * HOUR
        os.utime(folder, (hour, hour))


def _shelf(space: str, shelf: Path) -> Iterator[Stored]:
    """The blobs of one subfolder; whatever else lies there is passed over."""
    for found in _names(shelf):
        name = f"{space}/{found.replace('-', '/')}"
        if is_name(name):
            with _told(), suppress(FileNotFoundError):  # taken away in the meantime
                seen = (shelf / found).stat(follow_symlinks=False)
                yield Stored(name, seen.st_size, _moment(seen))


def _names(folder: Path) -> list[str]:
    with _told(), suppress(FileNotFoundError):
        return [found.name for found in folder.iterdir()]
    return []


def _moment(seen: os.stat_result) -> datetime:
    return datetime.fromtimestamp(seen.st_mtime, UTC)


@contextmanager
def _told() -> Iterator[None]:
    """Say in the office's words what the disk refuses; never which file."""
    try:
        yield
    except OSError as error:
        kind = NoRoomError if error.errno in FULL else NotStoredError
        raise kind(error.strerror or type(error).__name__) from error
