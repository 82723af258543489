"""Sealed files on their way to a browser: opened chunk by chunk, never whole in memory.

The first chunk is opened before the answer begins, so what is gone or was altered becomes a page that says so.
"""

from collections.abc import Generator
from contextlib import closing

from flask import Response

from portal.domain.errors import LedgerError, NotReadError, NotStoredError
from portal.domain.filetypes import JPEG, PNG, TYPES
from portal.office import sealed_files
from portal.office.manifests import FileKey
from portal.web.requests import house

PICTURES = frozenset({JPEG.media, PNG.media})  # what a copier makes: nothing else is ever shown in a page
UNKNOWN = "application/octet-stream"


def picture(file: FileKey) -> Response:
    """A picture that was made anew, for an `img`. Raises LedgerError for what is none, NotReadError."""
    if file.media not in PICTURES:
        raise LedgerError("what is stored as a picture is none")
    return _streamed(file, file.media)


def attachment(file: FileKey, name: str) -> Response:
    """A file to be kept, under a name of ours: the one it came with was never stored. Raises NotReadError."""
    known = TYPES.get(file.media)
    response = _streamed(file, known.media if known else UNKNOWN)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{known.ending if known else 'bin'}")
    return response


def text(said: str, name: str) -> Response:
    """Something short to be kept; what it is called says nothing."""
    response = Response(said, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def whole(said: bytes, media: str, name: str) -> Response:
    """A file that was made for whoever asks, to be kept under a name that says nothing."""
    response = Response(said, mimetype=media)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _streamed(file: FileKey, media: str) -> Response:
    chunks = sealed_files.chunks(house(), file)
    try:
        first = next(chunks, b"")
    except NotStoredError as error:
        raise NotReadError("a sealed file is not there") from error
    response = Response(_onward(first, chunks), mimetype=media)
    response.content_length = file.length
    return response


def _onward(first: bytes, rest: Generator[bytes]) -> Generator[bytes]:
    with closing(rest):
        yield first
        yield from rest
