"""The server: what it refuses before it starts, and whom it keeps serving while others are slow."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bench.server import free_port
from portal.domain.errors import StartError
from portal.serving import PortTakenError, listen, refuse_open_http
from portal.settings import Settings
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent
GRACEFUL = 30  # seconds after which a worker that does not stop is killed
CANARY = "canary-7d1f"
SERVER = """
import os
import time
from portal import worker
from portal.domain.errors import BusyError, StartError
from portal.serving import Server, listen
from portal.settings import Settings

worker.WAIT = float(os.environ.get("WAIT", worker.WAIT))

def application(environ, start_response):
    if environ["PATH_INFO"] == "/fail":
        raise ValueError(environ["QUERY_STRING"])
    try:
        body = environ["wsgi.input"].read()
    except BusyError:
        start_response("503 Service Unavailable", [("Content-Length", "4")])
        return [b"busy"]
    start_response("200 OK", [("Content-Length", str(len(str(len(body))))), ("X-Scheme", environ["wsgi.url_scheme"])])
    return [str(len(body)).encode()]

def make(settings):
    if os.environ.get("REFUSE"):
        raise StartError("the database is of another age")
    return application

os.register_at_fork(after_in_child=lambda: time.sleep(float(os.environ.get("SLOW", "0"))))
settings = Settings.from_environ(os.environ)
Server(settings, listen(settings), make).run()
"""


def settings_of(home, **environ):
    return Settings.from_environ({"PORTAL_HOME": str(home), "PORTAL_SECRET_KEY": "5a" * 32, **environ})


def start(home, port, **environ):
    return subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=ROOT,
        env={
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "PORTAL_HOME": str(home),
            "PORTAL_SECRET_KEY": "5a" * 32,
            "PORT": str(port),
            "PORTAL_WORKERS": "1",
            "PORTAL_THREADS": "4",
            **environ,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Running:
    """A server of one worker with four threads, and the means to talk to it."""

    def __init__(self, home, **environ):
        self.home = home
        self.port = free_port()
        self.process = start(home, self.port, **environ)
        self.greeting = self.process.stdout.readline()

    def raw(self, data=b""):
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        sock.sendall(data)
        return sock

    def ask(self, method="GET", path="/", **kwargs):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as client:
            client.request(method, path, **kwargs)
            answer = client.getresponse()
            return answer.status, answer.read(), answer.headers

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Running(tmp_path_factory.mktemp("home"))
    yield running
    running.stop()


def test_it_says_where_it_is(server):
    assert f"http://127.0.0.1:{server.port}/" in server.greeting


def test_a_page_is_served(server):
    assert server.ask()[:2] == (200, b"0")


@pytest.mark.parametrize("size", [1, 20_000, 262_144, 262_145, 3_000_000])
def test_a_body_arrives_whole_whatever_its_size(server, size):
    assert server.ask("POST", body=b"x" * size)[:2] == (200, str(size).encode())


def test_a_chunked_body_arrives_whole(server):
    assert server.ask("POST", body=iter([b"abc"] * 1000), encode_chunked=True)[:2] == (200, b"3000")


def test_a_client_that_waits_to_be_asked_for_the_body_is_asked(server):
    with server.raw(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n") as sock:
        assert sock.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        sock.sendall(b"abc")
        assert sock.recv(1000).startswith(b"HTTP/1.1 200 OK")


def test_a_connection_serves_one_request_after_another(server):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as client:
        for size in (0, 5, 300_000, 7):
            client.request("POST", "/", body=b"x" * size)
            assert client.getresponse().read() == str(size).encode()


def test_requests_sent_in_one_breath_are_all_answered(server):
    one = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
    with (
        server.raw(one * 2 + b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") as sock,
        sock.makefile() as file,
    ):
        assert file.read().count("200 OK") == 3


def test_a_request_that_arrives_byte_by_byte_is_answered(server):
    with server.raw() as sock:
        for byte in b"POST / HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi":
            sock.sendall(bytes([byte]))
        assert sock.recv(1000).startswith(b"HTTP/1.0 200 OK") or sock.recv(1000).endswith(b"2")


SLOW = {
    "say nothing": b"",
    "stop in the head": b"GET / HTTP/1.1\r\nHost: a\r\nX-",
    "stop in a small body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nhalf",
    "stop in a large body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nhalf",
    "stop in a chunked body": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
    "never close": b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("slow", SLOW)
def test_many_slow_clients_do_not_stop_the_others(server, slow):
    with ExitStack() as stack:
        for _ in range(60):
            stack.enter_context(server.raw(SLOW[slow]))
        assert server.ask("POST", body=b"a report")[:2] == (200, b"8")


HALF = SLOW["stop in a large body"]


def test_large_bodies_beyond_those_that_wait_are_told_at_once_and_who_waits_has_a_turn(server):
    """Two are read, two wait their turn; the fifth is answered though its body never comes."""
    rest = b"x" * (5_000_000 - len(b"half"))
    with ExitStack() as stack:
        first, _, third, _ = (stack.enter_context(server.raw(HALF)) for _ in range(4))
        server.ask()
        with server.raw(HALF) as fifth, fifth.makefile("rb") as file:
            answer = file.read()
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"Connection: close" in answer
        assert server.ask("POST", body=b"a report")[:2] == (200, b"8")
        for one in (first, third):
            one.sendall(rest)
            assert one.recv(1000).startswith(b"HTTP/1.1 200")


def test_who_has_waited_long_enough_for_a_thread_is_told(tmp_path):
    running = Running(tmp_path, WAIT="0.1")
    with running.raw(HALF), running.raw(HALF), running.raw(HALF) as third:
        assert third.recv(1000).startswith(b"HTTP/1.1 503")
    running.stop()


def test_a_bad_request_is_refused_and_leaves_no_trace_in_the_log(tmp_path):
    running = Running(tmp_path)
    with running.raw(f"GET /{CANARY} HTTP/9.9\r\n\r\n".encode()) as sock:
        assert sock.recv(100).startswith(b"HTTP/1.1 400")
    assert running.ask("GET", f"/fail?{CANARY}")[0] == 500
    status, out, err = running.stop()
    assert status == 0
    assert CANARY not in out + err
    assert "127.0.0.1" not in err
    assert "ValueError" in err  # the place and kind of the error are there
    assert "__main__:" in err


def test_it_leaves_nothing_in_the_home_of_the_user(tmp_path):
    running = Running(tmp_path)
    running.ask()
    running.stop()
    assert list(tmp_path.iterdir()) == []


def test_it_dumps_no_core(server):
    limits = Path(f"/proc/{server.process.pid}/limits").read_text()
    assert [line.split()[4:6] for line in limits.splitlines() if "core" in line] == [["0", "0"]]


def test_it_stops_at_once_though_idle_connections_are_open(tmp_path):
    running = Running(tmp_path)
    with running.raw():
        running.ask()
        assert running.stop()[0] == 0


def test_told_to_stop_while_its_worker_is_being_born_it_does_not_wait_for_it_to_be_killed(tmp_path):
    with start(tmp_path, free_port(), SLOW="1") as process:
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=GRACEFUL - 5)
    assert process.returncode == 0


def test_an_application_that_refuses_to_start_is_one_line(tmp_path):
    with start(tmp_path, free_port(), REFUSE="yes") as process:
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "the database is of another age" in err
    assert "Traceback" not in err


def test_only_a_trusted_proxy_may_say_https(tmp_path, server):
    assert server.ask(headers={"X-Forwarded-Proto": "https"})[2]["X-Scheme"] == "http"
    port = free_port()
    trusting = start(tmp_path, port, PORTAL_TRUSTED_PROXIES="127.0.0.1")
    trusting.stdout.readline()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        client.request("GET", "/", headers={"X-Forwarded-Proto": "https"})
        assert client.getresponse().headers["X-Scheme"] == "https"
    trusting.terminate()
    trusting.communicate(timeout=PATIENCE)


def test_a_taken_port_is_one_line_that_names_it(tmp_path):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=f"port {port} is taken"):
            listen(settings_of(tmp_path, PORT=str(port)))


def test_an_address_of_another_machine_cannot_be_listened_on(tmp_path):
    with pytest.raises(StartError, match="cannot listen"):
        listen(settings_of(tmp_path, PORTAL_HOST="192.0.2.1"))


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"PORTAL_HOST": "localhost"},
        {"PORTAL_HOST": "::1", "PORTAL_PUBLIC_URL": "http://[::1]:8000"},
        {"PORTAL_HOST": "0.0.0.0", "PORTAL_PUBLIC_URL": "https://report.example.cn"},
        {"PORTAL_PUBLIC_URL": "https://report.example.cn"},
    ],
)
def test_loopback_or_https_may_be_served(tmp_path, environ):
    refuse_open_http(settings_of(tmp_path, **environ))


@pytest.mark.parametrize(
    "environ",
    [
        {"PORTAL_HOST": "0.0.0.0"},
        {"PORTAL_HOST": "portal.example.cn"},
        {"PORTAL_HOST": "::"},
        {"PORTAL_PUBLIC_URL": "http://report.example.cn"},
        {"PORTAL_PUBLIC_URL": "http://localhost.example.cn"},
    ],
)
def test_plain_http_to_other_machines_is_refused(tmp_path, environ):
    with pytest.raises(StartError, match="https://"):
        refuse_open_http(settings_of(tmp_path, **environ))
