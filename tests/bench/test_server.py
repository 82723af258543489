"""Servers that are started to be measured or tried."""

import socket
from contextlib import closing

import pytest

from bench.server import free_port

pytestmark = pytest.mark.sqlite


def test_a_port_that_was_given_goes_to_the_server_it_was_taken_for_and_to_nobody_else() -> None:
    port = free_port()
    with closing(socket.socket()) as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    for _ in range(2):  # a server may be started again
        with socket.create_server(("127.0.0.1", port)) as server:
            with socket.create_connection(("127.0.0.1", port), timeout=20):
                server.accept()[0].close()
            assert free_port() != port
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=20)
