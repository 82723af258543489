"""A body comes as it was sent, whole, and the request after it keeps what is its."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from portal.bodies import WORTH, DirectBody

LARGE = os.urandom(3 * WORTH + 17)
NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture
def lines() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def posted(body: bytes) -> bytes:
    return b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def whole(body: DirectBody) -> bytes:
    return b"".join(iter(lambda: body.read(2 * WORTH), b""))


@pytest.mark.parametrize("length", [0, 1, WORTH - 1, WORTH, len(LARGE)])
def test_a_body_is_what_was_sent_and_the_next_request_is_not_touched(
    lines: tuple[socket.socket, socket.socket], length: int
) -> None:
    near, far = lines
    sending = threading.Thread(target=far.sendall, args=(posted(LARGE[:length]) + NEXT,))
    sending.start()
    parser = RequestParser(Config(), near, ("127.0.0.1", 1))
    body = DirectBody.of(next(parser).body)
    assert whole(body) == LARGE[:length]
    assert body.read(WORTH) == b""
    assert next(parser).path == "/next"
    sending.join()


def test_small_and_large_reads_may_alternate(lines: tuple[socket.socket, socket.socket]) -> None:
    near, far = lines
    sending = threading.Thread(target=far.sendall, args=(posted(LARGE),))
    sending.start()
    body = DirectBody.of(next(RequestParser(Config(), near, ("127.0.0.1", 1))).body)
    assert body.read(10) + body.read(WORTH) + body.read(10) + whole(body) == LARGE
    sending.join()


def test_a_body_that_breaks_off_ends_and_one_that_fails_is_not_gone_on_with(
    lines: tuple[socket.socket, socket.socket],
) -> None:
    near, far = lines
    far.sendall(posted(LARGE)[:WORTH])
    far.close()
    parser = RequestParser(Config(), near, ("127.0.0.1", 1))
    message = next(parser)
    message.body = body = DirectBody.of(message.body)
    assert LARGE.startswith(whole(body))
    near.close()
    with pytest.raises(OSError, match="Bad file"):
        body.read(WORTH)
    assert not parser.finish_body()


def test_a_body_in_chunks_is_left_to_the_server(lines: tuple[socket.socket, socket.socket]) -> None:
    near, far = lines
    far.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
    body = DirectBody.of(next(RequestParser(Config(), near, ("127.0.0.1", 1))).body)
    assert not isinstance(body, DirectBody)
    assert body.read(WORTH) == b"abc"
