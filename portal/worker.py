"""The gunicorn worker: threads for requests that have arrived, none for clients that take their time.

gthread gives a thread to a connection whose request is still on its way, and closes connections in its only event
loop; some dozen slow clients stop both. Here a request is gathered in the event loop (head and small body), a thread
gets it whole; requests with large bodies get at most half of the threads, as many more wait their turn, and what comes
beyond is answered without its body; whoever sends slower than a pace is cut off. gunicorn still parses every byte:
what is scanned here decides only when a thread takes over.
"""

import errno
import logging
import re
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any, NoReturn

from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import TConn, ThreadWorker

from portal.bodies import DirectBody
from portal.domain.errors import BusyError, PortalError
from portal.logs import place

log = logging.getLogger("portal.worker")

GRACE = 20.0  # seconds a client has before the pace counts, and the most it may ever have in hand
PACE = 500  # bytes that buy a second more
LONGEST = 120.0  # seconds a request may take to arrive, however it is paced
WAIT = 30.0  # seconds a large body may wait for a thread; then it is told that it has to come again
SEND = 60.0  # seconds one piece of an answer may take to leave
LINGER = 2.0  # seconds for the client to see the end of the answer (RFC 9112, 9.6), or to ask while the worker stops
GATHERED = 256 * 1024  # a longest text report, percent-encoded, fits; more is a large body
HEAD = 64 * 1024  # more has no end in sight; the parser will refuse it
CHUNK = 64 * 1024
BLOCK = 128 * 1024  # bytes of a body read at a time: of what it reads ahead, gunicorn moves the rest with every read
AGAIN = 1.0  # seconds before a worker that cannot start is tried anew
SPARE = 50  # places kept free of clients that have not asked for anything yet
HEAD_END = b"\r\n\r\n"
BODY_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
STOPS = frozenset({signal.SIGTERM, signal.SIGQUIT, signal.SIGINT})
BODY_AWAITS = re.compile(rb"\r\n(transfer-encoding|expect):", re.IGNORECASE)


def wanted(gathered: bytearray) -> int | None:
    """Return how many bytes the request has from its first to its last; None while its head is not complete.

    More than GATHERED stands for a body that a thread has to read as it comes.
    """
    end = gathered.find(HEAD_END)
    if end < 0:
        return None if len(gathered) < HEAD else GATHERED + 1
    head = bytes(gathered[: end + len(HEAD_END)])
    if BODY_AWAITS.search(head):
        return GATHERED + 1
    length = BODY_LENGTH.search(head)
    return len(head) + (int(length[1]) if length else 0)


class PacedSocket(socket.socket):
    """A socket that gives up on a peer slower than the pace; a timeout reads as a reset connection."""

    due: float  # monotonic
    last: float  # the moment after which nothing is bought any more

    @classmethod
    def of(cls, plain: socket.socket) -> "PacedSocket":
        """Take a connected socket over."""
        paced = cls(fileno=plain.detach())
        paced.restart(GRACE)
        return paced

    def restart(self, grace: float) -> None:
        """Begin a request: so many seconds from now, and more with what arrives."""
        self.due = time.monotonic() + grace
        self.last = self.due + LONGEST

    def hasten(self, seconds: float) -> None:
        """Leave the peer no more time than this."""
        self.due = min(self.due, time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds that the peer has left."""
        return self.due - time.monotonic()

    def patience(self, own: float | None) -> float:
        """Return the seconds to wait for the next bytes; a peer that dribbles has none left in the end."""
        left = self.left()
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow")
        return left if own is None else min(left, own)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive, within what is left of the peer's time."""
        own = self.gettimeout()
        if own != 0:
            self.settimeout(self.patience(own))
        try:
            data = super().recv(size, flags)
        except TimeoutError:
            if own is not None:
                raise
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow") from None
        finally:
            self.settimeout(own)
        self.due = min(max(self.due, min(self.due + len(data) / PACE, time.monotonic() + GRACE)), self.last)
        return data

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send, as long as the peer takes it in reasonable time."""
        own = self.gettimeout()
        if own is None:
            self.settimeout(SEND)
        try:
            super().sendall(data, flags)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "the client does not read") from None
        finally:
            self.settimeout(own)


class Unread:
    """In place of a body for which there is no thread: reading it raises BusyError, and a page says so."""

    def read(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise BusyError("as many large bodies as may are being read")

    readinto = readline = readlines = __iter__ = read


class Connection(TConn):  # type: ignore[misc]
    """One client's connection and what has been gathered of its request."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.gathered = bytearray()
        self.large = False
        self.crowded = False  # answered without its body


class PatientArbiter(Arbiter):  # type: ignore[misc]
    """The master: it forks so that a worker told to stop at once does, and is not waited for till it is killed."""

    def spawn_worker(self) -> Any:
        """Fork; signals to stop wait until the worker has handlers of its own, for those it inherits do nothing."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Gathers in the event loop, answers in threads, lingers in the event loop."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parked: set[Connection] = set()
        self.queue: deque[Connection] = deque()
        self.larges = 0
        self.most_larges = max(1, self.cfg.threads // 2)

    def init_process(self) -> None:
        """Work until told to stop; what ends it otherwise is logged here, for gunicorn would print its text."""
        try:
            super().init_process()
        except PortalError as refusal:
            log.critical("cannot start: %s", refusal)
            self.give_up()
        except Exception as error:  # noqa: BLE001 — told by kind and place
            log.critical("a worker failed: %s", type(error).__name__, extra={"place": place(error)})
            self.give_up()

    def init_signals(self) -> None:
        """Hear from here on what the master says, and what it has said since the fork."""
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)

    def give_up(self) -> NoReturn:
        """End: with the server where it has never worked, else with a successor, for a database may come back."""
        if not self.booted and self.age <= self.cfg.workers:
            sys.exit(Arbiter.APP_LOAD_ERROR)
        time.sleep(AGAIN)
        sys.exit(1)

    def accept(self, listener: Any) -> None:
        """Take a new connection in and gather its first request; when all places are taken, the idlest gives up its."""
        if self.nr_conns >= self.worker_connections - SPARE and self.parked:
            self.drop(min(self.parked, key=lambda conn: conn.sock.left()))
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK, errno.EMFILE}:
                raise
            return
        self.nr_conns += 1
        self.gather(Connection(self.cfg, PacedSocket.of(client), address, listener.getsockname()))

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 — as gunicorn calls it
        """Take new connections or none; when stopping, close the door, so that whoever comes is told at once."""
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            listener.close()
        for conn in self.parked:
            if not conn.gathered:
                conn.sock.hasten(LINGER)

    def on_client_socket_readable(self, conn: Connection, client: PacedSocket) -> None:
        """Gather the next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.gather(conn)

    def gather(self, conn: Connection) -> None:
        """Begin to collect a request."""
        conn.sock.restart(GRACE)
        self.park(conn, self.on_arriving)

    def on_arriving(self, conn: Connection, client: PacedSocket) -> None:
        """Collect what has arrived; hand the request over when it is whole or too large to hold."""
        try:
            data = client.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.drop(conn)
            return
        conn.gathered += data
        whole = wanted(conn.gathered)
        if whole is not None and (whole > GATHERED or whole <= len(conn.gathered)):
            self.unpark(conn)
            self.hand_over(conn, large=whole > GATHERED)

    def hand_over(self, conn: Connection, *, large: bool) -> None:
        """Give the request a thread; a large one waits while as many as may are being read, or is turned away."""
        if large and self.larges >= self.most_larges:
            if len(self.queue) < self.most_larges:
                conn.sock.restart(WAIT)
                self.queue.append(conn)
                return
            conn.crowded, large = True, False
        self.give_thread(conn, large=large)

    def give_thread(self, conn: Connection, *, large: bool) -> None:
        """Let a thread answer the request."""
        conn.large = large
        self.larges += large
        conn.sock.restart(GRACE)
        conn.data_ready = True
        self.enqueue_req(conn)

    def handle(self, conn: Connection) -> Any:
        """Answer the request (in a thread)."""
        if conn.gathered:
            conn.init()
            conn.parser.unreader.max_body_chunk = BLOCK
            conn.parser.unreader.unread(bytes(conn.gathered))
            conn.gathered.clear()
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Let the application answer; without a body where there is no thread to read it, and the connection ends."""
        if conn.crowded:
            req.body = Unread()
            req.force_close()
        else:
            req.body = DirectBody.of(req.body)
        return super().handle_request(req, conn)

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        """Keep the connection for its next request or let it go; give a large request its turn."""
        if conn.large:
            conn.large = False
            self.larges -= 1
            if self.queue:
                self.hand_over(self.queue.popleft(), large=True)
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self.linger(conn)

    def linger(self, conn: Connection) -> None:
        """Send the end and wait in the event loop for the client to see it."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.restart(LINGER)
            self.park(conn, self.on_leaving)
        except OSError:
            self.nr_conns -= 1
            conn.close()

    def on_leaving(self, conn: Connection, client: PacedSocket) -> None:
        """Throw away what a leaving client still sends."""
        due = client.due
        try:
            data = client.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        client.due = due
        if not data:
            self.drop(conn)

    def murder_pending(self) -> None:
        """Drop whoever has no time left; whoever waited for a thread is told."""
        super().murder_pending()
        for conn in tuple(self.parked):
            if conn.sock.left() <= 0:
                self.drop(conn)
        for conn in tuple(self.queue):
            if conn.sock.left() <= 0:
                self.queue.remove(conn)
                conn.crowded = True
                self.give_thread(conn, large=False)

    def park(self, conn: Connection, react: Callable[[Connection, PacedSocket], None]) -> None:
        """Leave the connection to the event loop."""
        conn.sock.setblocking(False)  # noqa: FBT003
        self.poller.register(conn.sock, EVENT_READ, partial(react, conn))
        self.parked.add(conn)

    def unpark(self, conn: Connection) -> None:
        """Take the connection out of the event loop."""
        self.poller.unregister(conn.sock)
        self.parked.discard(conn)

    def drop(self, conn: Connection) -> None:
        """Close a parked connection."""
        self.unpark(conn)
        self.nr_conns -= 1
        conn.close()
