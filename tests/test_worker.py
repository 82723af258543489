"""When a request is whole, and how long a slow peer is waited for."""

import socket

import pytest

from portal.worker import GATHERED, GRACE, HEAD, PACE, PacedSocket, wanted

LARGE = GATHERED + 1


@pytest.mark.parametrize(
    ("gathered", "size"),
    [
        (b"", None),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", None),
        (b"GET / HTTP/1.1\r\n\r\n", 18),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 38 + 5),
        (b"POST / HTTP/1.1\r\ncontent-LENGTH:\t5 \r\nHost: a\r\n\r\nhe", 48 + 5),
        (b"POST / HTTP/1.1\r\nX-Content-Length: 5\r\n\r\n", 40),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", LARGE),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", LARGE),
        (b"x" * HEAD, LARGE),
        (b"POST / HTTP/1.1\r\n\r\nContent-Length: 5\r\n\r\n", 19),
    ],
)
def test_a_request_says_how_long_it_is(gathered, size):
    assert wanted(bytearray(gathered)) == size


@pytest.fixture
def pair():
    near, far = socket.socketpair()
    paced = PacedSocket.of(near)
    with paced, far:
        yield paced, far


def test_a_silent_peer_is_cut_off(pair):
    paced, _ = pair
    paced.restart(0.01)
    with pytest.raises(ConnectionResetError):
        paced.recv(10)


def test_a_peer_whose_time_is_up_may_not_go_on_by_dribbling(pair):
    paced, far = pair
    paced.restart(0.01)
    with pytest.raises(ConnectionResetError):  # noqa: PT012  # each byte buys 1/PACE of a second
        while True:
            far.sendall(b"x")
            paced.recv(1)
            paced.due -= 0.004


def test_what_arrives_buys_time(pair):
    paced, far = pair
    paced.restart(1)
    far.sendall(b"x" * PACE)
    paced.recv(PACE)
    assert paced.left() > 1.5


def test_nobody_can_save_time_up(pair):
    """A hundred thousand bytes at once buy no more than a patient client gets anyway."""
    paced, far = pair
    paced.restart(1)
    far.sendall(b"x" * 100_000)
    while paced.left() < GRACE - 1:
        paced.recv(PACE)
    for _ in range(20):
        paced.recv(PACE)
    assert paced.left() <= GRACE


def test_a_request_has_an_end_however_it_is_paced(pair, monkeypatch):
    monkeypatch.setattr("portal.worker.LONGEST", 0.0)
    paced, far = pair
    paced.restart(0.05)
    far.sendall(b"x" * PACE)
    paced.recv(PACE)
    assert paced.left() <= 0.05


def test_a_timeout_that_the_caller_set_stays_the_callers(pair):
    paced, _ = pair
    paced.settimeout(0.01)
    with pytest.raises(TimeoutError):
        paced.recv(1)
    assert paced.gettimeout() == 0.01


def test_without_blocking_it_never_waits(pair):
    paced, _ = pair
    paced.settimeout(0)
    with pytest.raises(BlockingIOError):
        paced.recv(1)


def test_a_peer_that_does_not_read_is_cut_off(pair, monkeypatch):
    monkeypatch.setattr("portal.worker.SEND", 0.01)
    paced, _ = pair
    with pytest.raises(ConnectionResetError):
        paced.sendall(b"x" * 10_000_000)
