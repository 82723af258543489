"""Files that come with a request: sealed while they arrive, where a page takes evidence; in memory on every other.

Werkzeug would spool them to temporary files in plain. Here nothing but ciphertext meets a disk, and of evidence no more
is held than the first 8 KiB and the block that came last; what other pages take stays below the limit of a body. Names
of files are not kept: they can tell a person, a time, a telephone.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, cast

from flask import Flask, Request, g, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from portal.domain.errors import BusyError, FlawedFileError, NoRoomError, NotStoredError
from portal.domain.evidence import Flaw
from portal.domain.filetypes import Unfit
from portal.office.house import House
from portal.office.sealed_files import Sealing

BLOCK = 128 * 1024  # bytes of a form with files that are parsed at a time
FORM = 64 * 1024  # bytes that the other fields of a form with files may have


class Incoming:
    """One file of the request; takes its bytes from the parser, and after the first flaw throws the rest away."""

    def __init__(self, receiving: "Receiving", *, named: bool, place: bool) -> None:
        self.flaw: Flaw | Unfit | None = None if place else Flaw.TOO_MANY
        self.named = named
        self._receiving = receiving
        self._sealing: Sealing | None = None

    @property
    def is_file(self) -> bool:
        """Whether somebody chose one: browsers send an empty part for a field that was left empty."""
        return self.named or self._sealing is not None or self.flaw is not None

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        if self.flaw is None and data:
            self._take(data)
        return len(data)

    def _take(self, data: bytes) -> None:
        if not (self.named or self._sealing or self._receiving.has_place()):
            self.flaw = Flaw.TOO_MANY  # no browser sends bytes without a name; whoever does gets no more places
            return
        try:
            if self._sealing is None:
                self._sealing = self._receiving.begin()
            self._receiving.count(len(data))
            self._sealing.write(data)
        except TooMuchError:
            self._give_up(Flaw.TOO_LARGE)
        except NoRoomError:
            self._give_up(Flaw.NO_ROOM)
        except NotStoredError:
            self._give_up(Flaw.NOT_STORED)

    def seek(self, offset: int, whence: int = 0) -> int:
        """The parser's way to say that the file has come to its end."""
        del offset, whence
        if self.flaw is None and self._sealing is None and self.named:
            self.flaw = Unfit.EMPTY
        return 0

    def close(self) -> None:
        """Leave nothing of it, unless it was stored."""
        if self._sealing is not None:
            self._sealing.abandon()

    def sealing(self) -> Sealing:
        """The file, come to its end and not yet stored. Raises LookupError when it has a flaw."""
        if self._sealing is None or self.flaw is not None:
            raise LookupError("nothing of this file was taken")
        return self._sealing

    def _give_up(self, flaw: Flaw) -> None:
        self.flaw = flaw
        self.close()
        self._sealing = None


class TooMuchError(Exception):
    """More than the files of this request may have together."""


class Receiving:
    """The files of one request."""

    def __init__(self, house: House, *, places: int, room: int) -> None:
        self.files: list[Incoming] = []
        self._house, self._places, self._room = house, places, room

    def add(self, *, named: bool) -> Incoming:
        """The next file."""
        self.files.append(one := Incoming(self, named=named, place=not named or self.has_place()))
        return one

    def has_place(self) -> bool:
        """Whether the report has a place for one more."""
        return sum(one.is_file for one in self.files) < self._places

    def begin(self) -> Sealing:
        """Begin to store one."""
        return Sealing(self._house)

    def count(self, length: int) -> None:
        """Take so many bytes more, or raise TooMuchError."""
        if length > self._room:
            raise TooMuchError
        self._room -= length

    def close(self) -> None:
        """Leave nothing of what was not stored."""
        for one in self.files:
            one.close()

    def __iter__(self) -> Iterator[Incoming]:
        """Every file that somebody chose."""
        return (one for one in self.files if one.is_file)


class _Blocks:
    """A body that is given out in larger blocks than its parser asks for, which works by the block and not the byte."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    def read(self, size: int) -> bytes:
        """The next block, longer than asked for if there is that much. Raises ClientDisconnected."""
        try:
            return self._body.read(max(size, BLOCK))
        except OSError as error:
            raise ClientDisconnected from error


class BlockwiseParser(FormDataParser):
    """Werkzeug's own, fed with larger blocks."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Read a form."""
        if mimetype != "multipart/form-data":
            return super().parse(stream, mimetype, content_length, options)
        return super().parse(cast("IO[bytes]", _Blocks(stream)), mimetype, content_length, options)


class SealingRequest(Request):
    """A request whose files are sealed as they come, if its view asked for them before it looked at the form."""

    form_data_parser_class = BlockwiseParser

    def _get_stream_for_parsing(self) -> IO[bytes]:
        """The body itself where the server ends it, at a length that is allowed: nobody counts it again."""
        length, most = self.content_length, self.max_content_length
        counted = length is not None and most is not None and length <= most and "wsgi.input_terminated" in self.environ
        if counted and self.mimetype == "multipart/form-data" and not hasattr(self, "_cached_data"):
            return cast("IO[bytes]", self.environ["wsgi.input"])
        return super()._get_stream_for_parsing()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, content_length
        receiving: Receiving | None = g.get("receiving")
        if receiving is None:
            return BytesIO()
        return cast("IO[bytes]", receiving.add(named=bool(filename)))


def receive(house: House, *, places: int, room: int) -> Receiving:
    """Take the files of this request, at most so many and so many bytes together; before its form is looked at.

    What has not been stored when the request ends leaves nothing. Raises FlawedFileError when nothing of it is looked
    at: it says itself that it is larger, it has too many parts, or others are sending; RequestEntityTooLarge for words
    beyond every limit.
    """
    g.receiving = receiving = Receiving(house, places=places, room=room)
    request.max_content_length = most = room + FORM
    try:
        request.form  # noqa: B018  (read it: the files come with it)
    except BusyError:
        raise FlawedFileError(Flaw.CROWDED) from None
    except RequestEntityTooLarge:
        if request.content_length is None or request.content_length > most:
            raise FlawedFileError(Flaw.TOO_LARGE) from None
        if len(receiving.files) > places:
            raise FlawedFileError(Flaw.AT_ONCE) from None
        raise
    return receiving


def install(app: Flask) -> None:
    """See to it that every request seals its files, and that what it did not store is gone."""
    app.request_class = SealingRequest
    app.teardown_request(_close)


def _close(_: BaseException | None) -> None:
    receiving: Receiving | None = g.pop("receiving", None)
    if receiving is not None:
        receiving.close()
