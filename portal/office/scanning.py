"""Asking a virus scanner about a file: clamd's own protocol (INSTREAM, in clamd(8)), one connection each.

What goes there is the file in plain, so it goes to this machine alone. A scanner that is away or slow costs no file:
its verdict says that there is none, and it is left alone for a while.
"""

import re
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self

from portal.domain.errors import StartError
from portal.domain.evidence import Scan
from portal.environment import is_loopback

PATIENCE = 60.0  # seconds for one file, whatever its size
REST = 30.0  # seconds for which a scanner that did not answer is not asked again
ANSWER = 4096  # bytes of an answer that are read
NAME = 80  # characters of what was found
Address = str | tuple[str, int]  # a socket's path, or host and port
FOUND = re.compile(r"stream: (.+) FOUND")


class Verdict(NamedTuple):
    """What is said of a file."""

    scan: Scan
    found: str = ""  # the scanner's name of what it found


class Scanner:
    """A clamd on this machine."""

    def __init__(self, family: socket.AddressFamily, address: Address, patience: float = PATIENCE) -> None:
        self._family, self._address, self._patience = family, address, patience
        self._resting_until = 0.0

    def ask(self, chunks: Iterable[bytes]) -> Verdict:
        """Send a file through. Raises only what the chunks raise."""
        if time.monotonic() < self._resting_until:
            return Verdict(Scan.UNANSWERED)
        try:
            with _Talk(self._family, self._address, self._patience) as talk:
                talk.send(b"zINSTREAM\0")
                talk.send_all(chunks)
                return _verdict(talk.answer())
        except _AwayError:
            self._resting_until = time.monotonic() + REST
            return Verdict(Scan.UNANSWERED)
        except _SilentError:  # of this file: a large one must not blind it for the next
            return Verdict(Scan.UNANSWERED)

    def version(self) -> str:
        """What it calls itself, and its signatures. Raises StartError when it does not answer."""
        try:
            with _Talk(self._family, self._address, self._patience) as talk:
                talk.send(b"zVERSION\0")
                return talk.answer()
        except _SilentError as error:
            raise StartError(f"no answer at PORTAL_CLAMD: {error}") from error


class _SilentError(Exception):
    """It does not answer, or is not to be understood."""


class _AwayError(_SilentError):
    """It is not there, or too slow."""


class _Talk:
    """One connection, all of whose steps together have so much time."""

    def __init__(self, family: socket.AddressFamily, address: Address, patience: float) -> None:
        self._until = time.monotonic() + patience
        self._socket = socket.socket(family)
        self._address = address

    def __enter__(self) -> Self:
        try:
            self._hurry()
            self._socket.connect(self._address)
        except OSError as error:
            self._socket.close()
            raise _AwayError(error.strerror or "too slow") from error
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        """Raises _SilentError."""
        self._hurry()
        with _silences():
            self._socket.sendall(data)

    def send_all(self, chunks: Iterable[bytes]) -> None:
        """A file: each chunk after its length, and nothing more after a length of nothing."""
        for chunk in chunks:
            self.send(len(chunk).to_bytes(4, "big") + chunk)
        self.send(bytes(4))

    def answer(self) -> str:
        """What it says, up to the zero at its end. Raises _SilentError."""
        said = b""
        while not said.endswith(b"\0"):
            self._hurry()
            with _silences():
                more = self._socket.recv(ANSWER)
            if not more or len(said) > ANSWER:
                raise _SilentError("half an answer")
            said += more
        return said[:-1].decode("ascii", "replace")

    def _hurry(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise _AwayError("too slow")
        self._socket.settimeout(left)


@contextmanager
def _silences() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise _AwayError("too slow") from error
    except OSError as error:
        raise _SilentError(error.strerror or "cut off") from error


def _verdict(said: str) -> Verdict:
    """Whatever is neither `OK` nor `FOUND` (a file over its limits, an error of its own) is no verdict."""
    if said == "stream: OK":
        return Verdict(Scan.CLEAN)
    found = FOUND.fullmatch(said)
    if found is None:
        return Verdict(Scan.UNANSWERED)
    name = "".join(one for one in found[1] if one.isprintable())
    return Verdict(Scan.FOUND, name[:NAME])


def open_scanner(address: str | None) -> Scanner | None:
    """The scanner behind PORTAL_CLAMD, without going there; None where none is set. Raises StartError."""
    if address is None:
        return None
    kind, _, path = address.partition(":")
    if kind == "unix" and path.startswith("/"):
        return Scanner(socket.AF_UNIX, path)
    host, _, port = address.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 1 << 16):
        raise StartError(f"PORTAL_CLAMD must look like unix:/run/clamav/clamd.ctl or 127.0.0.1:3310, not {address!r}")
    if not is_loopback(host):
        raise StartError("PORTAL_CLAMD must be on this machine: files go there in plain")
    host = "127.0.0.1" if host == "localhost" else host.strip("[]")
    return Scanner(socket.AF_INET6 if ":" in host else socket.AF_INET, (host, int(port)))


def ask(scanner: Scanner | None, chunks: Iterable[bytes]) -> Verdict:
    """What a scanner says of a file, where there is one. Raises what the chunks raise."""
    return Verdict(Scan.UNASKED) if scanner is None else scanner.ask(chunks)
