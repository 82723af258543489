"""The office's side of a copy: starts the child, gives it the file, and believes nothing of what it says unchecked.

The file passes from `source` to the child and the copy from the child to the caller's sinks in pieces, in this thread;
nothing is held whole, and neither is ever a file. One child runs at a time in a process, and few threads wait for it.
"""

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import IO, Any, Literal, NamedTuple, Protocol, Self

from portal.copying import frames
from portal.copying.frames import Frames, GarbledError
from portal.domain.errors import NotCopiedError, UnfitFileError
from portal.domain.evidence import Kept, Place, Removed
from portal.domain.filetypes import Kind, recognise

WALL = 30.0  # seconds that a child is waited for, its file once begun
TURN = 45.0  # seconds that a file waits for those before it
MOST = 150_000_000  # bytes that a child may say
MOST_PAGES = 20
COPIES = MappingProxyType({Kind.IMAGE: {"image/jpeg", "image/png"}, Kind.PDF: {"application/pdf"}})
PAGE = "image/jpeg"
PROBE = "probe"
COMMAND = (sys.executable, "-I", "-B", "-X", "utf8", "-m", "portal.copying")
ONE_CHILD = threading.Lock()
PLACES = 6  # files of a process that may have or await their turn: the other threads answer pages
IN_LINE = threading.BoundedSemaphore(PLACES)
_PIECE = 65_536


class Sink(Protocol):
    """What takes the bytes of one part."""

    def write(self, data: bytes, /) -> object:
        """Take these."""


class Quota(Protocol):
    """How long the decoder may work for somebody, so that it has time for others."""

    def left(self) -> bool:
        """Whether there is something left."""

    def spend(self, seconds: float) -> None:
        """So long it worked."""


class Part(NamedTuple):
    """What comes next: the copy, or the picture of a page."""

    role: Literal["copy", "page"]
    position: int
    media: str


@dataclass(frozen=True, slots=True)
class Made:
    """What was removed, where the picture was taken, and how many page pictures there are."""

    removed: tuple[Removed, ...]
    place: Place | None
    pages: int


class Confinement(NamedTuple):
    """What a child would be: in namespaces of its own or not, and what it reads."""

    alone: bool
    reads: tuple[str, ...]


def make(
    kind: Kind,
    source: Iterable[bytes],
    open_part: Callable[[Part], AbstractContextManager[Sink]],
    quota: Quota | None = None,
) -> Made:
    """Have a copy made of the file that `source` yields; each part goes into a sink that `open_part` opens for it.

    Raises NotCopiedError with the reason. A sink that was open then is left by that error; parts that were whole before
    are the caller's to throw away. With a quota the decoder works for its holder while that lasts.
    """
    if kind not in COPIES:
        raise NotCopiedError(Kept.UNCLEANABLE)
    with _turn(quota), _child(kind) as child, _Hearing(kind, open_part) as hearing:
        _exchange(child, source, hearing.hear)
        return hearing.result()


def probe() -> Confinement:
    """Say how a child would be confined here, and what it reads. Raises NotCopiedError when none would run."""
    said: list[bytes] = []

    def hear(tag: bytes, body: bytes) -> bool:
        said.append(_expected(tag, body, frames.READY))
        return True

    with _child(PROBE) as child:
        _exchange(child, (), hear)
    told = frames.told(said[0])
    return Confinement(told.get("alone") is True, tuple(map(str, told.get("reads", ()))))


def is_crowded() -> bool:
    """Say whether the next file would not be copied: for whoever can come back."""
    if not IN_LINE.acquire(blocking=False):
        return True
    IN_LINE.release()
    return False


@contextmanager
def _turn(quota: Quota | None) -> Iterator[None]:
    _require(quota)
    if not IN_LINE.acquire(blocking=False):
        raise NotCopiedError(Kept.BUSY)
    try:
        if not ONE_CHILD.acquire(timeout=TURN):
            raise NotCopiedError(Kept.BUSY)
        began = time.monotonic()
        try:
            _require(quota)  # it may be spent by those of the same sender that were before
            yield
        finally:
            ONE_CHILD.release()
            if quota is not None:
                quota.spend(time.monotonic() - began)
    finally:
        IN_LINE.release()


def _require(quota: Quota | None) -> None:
    if quota is not None and not quota.left():
        raise NotCopiedError(Kept.SPENT)


@contextmanager
def _child(kind: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a child without environment, files or terminal of ours; end it whatever happens."""
    try:
        child = subprocess.Popen(  # noqa: S603 — ourselves, with fixed arguments
            (*COMMAND, kind, str(os.getpid())),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env={},
            start_new_session=True,
        )
    except OSError:
        raise NotCopiedError(Kept.UNAVAILABLE) from None
    with child:
        try:
            yield child
        finally:
            child.kill()


def _exchange(child: "subprocess.Popen[bytes]", source: Iterable[bytes], hear: Callable[[bytes, bytes], bool]) -> None:
    """Write and read at once until `hear` has heard the end. Only waiting for the child counts against its time."""
    talk, left = Frames(MOST), WALL
    feeding, told = _Feeding(child.stdin, source), child.stdout
    with selectors.DefaultSelector() as selector:
        selector.register(feeding, selectors.EVENT_WRITE)
        selector.register(_file(told), selectors.EVENT_READ)
        while True:
            began = time.monotonic()
            ready = selector.select(left)
            left -= time.monotonic() - began
            if left <= 0:
                raise NotCopiedError(Kept.SLOW)
            for key, _ in ready:
                if key.fileobj is feeding:
                    if not feeding.go_on():
                        selector.unregister(feeding)
                        feeding.close()
                    continue
                data = os.read(_file(told).fileno(), _PIECE)
                if not data:
                    raise NotCopiedError(_end(child, left))
                if _all_heard(talk, data, hear):
                    return


def _all_heard(talk: Frames, data: bytes, hear: Callable[[bytes, bytes], bool]) -> bool:
    try:
        return any(hear(tag, body) for tag, body in talk.feed(data))
    except GarbledError:
        raise NotCopiedError(Kept.GARBLED) from None


def _file(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101 — opened as pipes, above
    return pipe


def _end(child: "subprocess.Popen[bytes]", patience: float) -> Kept:
    """Say why a child ended that had not finished."""
    try:
        status = child.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        return Kept.SLOW
    if status == -signal.SIGXCPU:
        return Kept.SLOW
    if status < 0:
        return Kept.CRASHED
    return Kept.UNAVAILABLE if status else Kept.GARBLED


class _Feeding:
    """Gives the child what it can take of the file, without waiting for it."""

    def __init__(self, pipe: IO[bytes] | None, source: Iterable[bytes]) -> None:
        self._pipe, self._source, self._piece = _file(pipe), iter(source), memoryview(b"")
        os.set_blocking(self._pipe.fileno(), False)

    def fileno(self) -> int:
        return self._pipe.fileno()

    def close(self) -> None:
        self._pipe.close()

    def go_on(self) -> bool:
        """Write once; False when there is no more to write, or nobody who reads."""
        while not self._piece:
            piece = next(self._source, None)
            if piece is None:
                return False
            self._piece = memoryview(piece)
        try:
            self._piece = self._piece[os.write(self.fileno(), self._piece[:_PIECE]) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            return False
        return True


class _Hearing:
    """Takes what the child says in the only order it may be said in, and passes parts on while they arrive."""

    def __init__(self, kind: Kind, open_part: Callable[[Part], AbstractContextManager[Sink]]) -> None:
        self._copies, self._open_part = COPIES[kind], open_part
        self._open = ExitStack()
        self._part: Part | None = None
        self._sink: Sink | None = None
        self._copied, self._pages = False, 0
        self._made: Made | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.__exit__(kind, error, at)

    def result(self) -> Made:
        """Return what was made."""
        if self._made is None:
            raise NotCopiedError(Kept.GARBLED)
        return self._made

    def hear(self, tag: bytes, body: bytes) -> bool:
        """Take one frame; True when it was the last. Raises GarbledError, NotCopiedError."""
        if tag == frames.DATA:
            self._take(body)
            return False
        if self._part is not None and self._sink is None:
            raise GarbledError  # a part without a byte
        if tag == frames.PART:
            self._open.close()
            self._part, self._sink = self._announced(frames.told(body)), None
            return False
        told = frames.told(_expected(tag, body, frames.MADE))
        if not self._copied or told.get("pages") != self._pages:
            raise GarbledError
        self._made = Made(_removed(told.get("removed")), _place(told.get("place")), self._pages)
        self._open.close()
        return True

    def _announced(self, told: dict[str, Any]) -> Part:
        said = (told.get("role"), told.get("position"), told.get("media"))
        if said[:2] == ("copy", 1) and said[2] in self._copies and not self._copied:
            self._copied = True
            return Part("copy", 1, str(said[2]))
        if said == ("page", self._pages + 1, PAGE) and self._pages < MOST_PAGES:
            self._pages += 1
            return Part("page", self._pages, PAGE)
        raise GarbledError

    def _take(self, data: bytes) -> None:
        if self._part is None:
            raise GarbledError
        if self._sink is None:
            try:
                media = recognise(data).media
            except UnfitFileError:
                media = ""
            if media != self._part.media:
                raise GarbledError
            self._sink = self._open.enter_context(self._open_part(self._part))
        self._sink.write(data)


def _expected(tag: bytes, body: bytes, wanted: bytes) -> bytes:
    """Return what was said, if it is what was asked. Raises NotCopiedError where the child gives a reason."""
    if tag == frames.KEPT:
        try:
            raise NotCopiedError(Kept(frames.told(body).get("why", "")))
        except ValueError:
            raise GarbledError from None
    if tag != wanted:
        raise GarbledError
    return body


def _removed(told: object) -> tuple[Removed, ...]:
    if not isinstance(told, list) or len(told) > len(Removed):
        raise GarbledError
    try:
        return tuple(sorted({Removed(one) for one in told}, key=tuple(Removed).index))
    except (TypeError, ValueError):
        raise GarbledError from None


def _place(told: object) -> Place | None:
    if told is None:
        return None
    if not isinstance(told, list) or len(told) != 2 or not all(isinstance(one, float) for one in told):  # noqa: PLR2004
        raise GarbledError
    place = Place(*told)
    if not (abs(place.latitude) <= 90 and abs(place.longitude) <= 180):  # noqa: PLR2004 — also not a number
        raise GarbledError
    return place
