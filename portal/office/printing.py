"""The office's side of a PDF: starts the child, gives it a page's words, and takes the PDF, all of it in memory.

Both lie in files that have no name and no disk (memfd_create(2)), so nothing of the page is ever written anywhere, and
however much a child says, or however long it takes, is bounded.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from types import MappingProxyType
from typing import BinaryIO

from portal.domain.errors import BusyError
from portal.domain.printing_errors import NoFontError, NoGlyphError, NotPrintedError
from portal.printing.ends import End
from portal.printing.page import Page

WALL = 20.0  # seconds that a child is waited for
TURN = 15.0  # seconds that a page waits for those before it
COMMAND = (sys.executable, "-I", "-B", "-X", "utf8", "-m", "portal.printing")
ONE_CHILD = threading.Lock()
IN_LINE = threading.BoundedSemaphore(4)  # pages of a process that may have or await their turn
MEDIA = "application/pdf"
_MARK = b"%PDF-"
TROUBLE: Mapping[int, type[NotPrintedError]] = MappingProxyType({End.NO_FONT: NoFontError, End.NO_GLYPH: NoGlyphError})


def is_installed() -> bool:
    """Whether the extra `[pdf]` is here; nothing of it is loaded."""
    return find_spec("typst") is not None


def require_installed() -> None:
    """Refuse before anything is opened for a PDF. Raises NotPrintedError."""
    if not is_installed():
        raise NotPrintedError("no typst: see requirements/pdf.txt")


def pdf(page: Page) -> bytes:
    """Make the PDF of a page: the same page gives the same bytes.

    Raises NoFontError, NoGlyphError, NotPrintedError, and BusyError where too many are asked for at once.
    """
    with _turn(), _memory(page.as_json()) as said, _memory(b"") as made:
        status = _ended(said, made)
        if status != End.MADE:
            raise TROUBLE.get(status, NotPrintedError)(f"the child ended with {status}")
        made.seek(0)
        whole = made.read()
    if not whole.startswith(_MARK):
        raise NotPrintedError("what came is no PDF")
    return whole


@contextmanager
def _turn() -> Iterator[None]:
    if not IN_LINE.acquire(blocking=False):
        raise BusyError("too many pages are being made into PDFs")
    try:
        if not ONE_CHILD.acquire(timeout=TURN):
            raise BusyError("pages before this one take long")
        try:
            yield
        finally:
            ONE_CHILD.release()
    finally:
        IN_LINE.release()


@contextmanager
def _memory(holding: bytes) -> Iterator[BinaryIO]:
    with os.fdopen(os.memfd_create("page"), "w+b", buffering=0) as file:
        file.write(holding)
        file.seek(0)
        yield file


def _ended(said: BinaryIO, made: BinaryIO) -> int:
    """Run a child without environment, files or terminal of ours, and return its status."""
    try:
        with subprocess.Popen(  # noqa: S603 — ourselves, with fixed arguments
            (*COMMAND, str(os.getpid())),
            stdin=said,
            stdout=made,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
            start_new_session=True,
        ) as child:
            try:
                return child.wait(timeout=WALL)
            finally:
                child.kill()
    except subprocess.TimeoutExpired:
        raise NotPrintedError("the child took too long") from None
    except OSError:
        raise NotPrintedError("no child could be started") from None
