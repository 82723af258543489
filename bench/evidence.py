"""The rows of files: what 5 MB cost, at once and in pieces, and how others fare while many send slowly."""

import hashlib
import http.client
import io
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image

from bench.client import FIELDS, SUBMISSION, TOKEN, Client
from bench.home import Home
from bench.server import TICKS, Server
from bench.submitting import percentile
from crypto.stream import Sealer
from portal.domain.files import AT_ONCE, PIECE

PATH = "/mailbox/evidence"
LARGE, TIMES, BLOCK = 5_000_000, 10, 128 * 1024
SLOW, PACE, ASKED = 64, 2_000, 400  # uploads at once, bytes a second of each, pages that others ask for
HEAD = (
    '--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{}\r\n'
    '--cut\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
)
TAIL = b"\r\n--cut--\r\n"


class Sender:
    """A reporter in front of the page for files."""

    def __init__(self, port: int, source: str = "127.0.0.1") -> None:
        self.client = Client(port, source)
        _, page = self.client.ask("GET", "/report")
        tokens = {"csrf_token": TOKEN, "submission": SUBMISSION}
        fields = {**FIELDS, **{name: pattern.search(page)[1].decode() for name, pattern in tokens.items()}}
        self.client.ask("POST", "/report", urlencode(fields))
        self.token = TOKEN.search(self.client.ask("GET", PATH)[1])[1].decode()

    @property
    def cookies(self) -> str:
        """As a header says them."""
        return "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())

    def head(self, length: int) -> tuple[bytes, int]:
        """The beginning of a form with one file of so many bytes; how long the form is."""
        head = HEAD.format(self.token).encode()
        return head, len(head) + length + len(TAIL)

    def close(self) -> None:
        """Go."""
        self.client.connection.close()

    def at_once(self, data: bytes) -> None:
        """Hand a file in as a browser without script does."""
        head, length = self.head(len(data))
        headers = {"Content-Type": "multipart/form-data; boundary=cut", "Content-Length": str(length)}
        self._ask(PATH, head + data + TAIL, headers)

    def in_pieces(self, data: bytes, most: int = AT_ONCE) -> None:
        """Hand it in as the script does, on a quick link; on a slow one it sends one piece each time."""
        upload = json.loads(self._form("", length=str(len(data))))["token"]
        number, many = 0, 1
        while number * PIECE < len(data):
            headers = {"X-CSRF-Token": self.token, "Upload": upload, "Piece": str(number)}
            self._ask(f"{PATH}/uploads/piece", data[number * PIECE : (number + many) * PIECE], headers)
            number, many = number + many, min(2 * many, most)
        self._form("/finish", upload=upload)

    def _form(self, path: str, **fields: str) -> bytes:
        body = urlencode({"csrf_token": self.token, **fields}).encode()
        return self._ask(f"{PATH}/uploads{path}", body, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        connection = self.client.connection
        connection.request("POST", path, body, {"Cookie": self.cookies, **headers})
        answer = connection.getresponse()
        said = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise SystemExit(f"not taken: {answer.status} {said[:300]!r}")
        return said


def sound(length: int) -> bytes:
    """A recording like no other: it is kept, and no copy is made."""
    return b"#!AMR\n" + os.urandom(length - 6)


def photo(length: int) -> bytes:
    """A photograph of about so many bytes: of noise, which nothing makes smaller."""
    side, out = 1000 * round((length / 5_000_000) ** 0.5 * 2.75, 2), io.BytesIO()
    width, height = int(side), int(side * 3 / 4)
    Image.frombytes("RGB", (width, height), os.urandom(3 * width * height)).save(out, "JPEG", quality=90)
    return out.getvalue()


def evidence(home: Home, _: int) -> dict[str, object]:
    """CPU of a sending, less that of a sending of 100 bytes; the child that copies a picture stands apart."""
    with home.served() as target:
        small = _cost(target, [sound(100) for _ in range(TIMES)], 1)
        said = {
            "at_once": _cost(target, [sound(LARGE) for _ in range(TIMES)], 2),
            "in_pieces": _cost(target, [sound(LARGE) for _ in range(TIMES)], 3, pieces=True),
            "photo": _cost(target, [photo(LARGE) for _ in range(TIMES)], 4),
        }
        memory = round(target.memory() / 1e6, 1)
    for one in said.values():
        one["plus_ms"] = round(one["server_ms"] - small["server_ms"], 1)
    return {"portal": said, "floor": {**small, "ciphers_ms": _ciphers(home.path.parent)}, "memory_mb": memory}


def _ciphers(folder: Path) -> float:
    """Milliseconds of CPU for what no sending can do without: sealing 5 MB, two digests, a file that is synced."""
    data, began = os.urandom(LARGE), time.process_time()
    for _ in range(TIMES):
        with (folder / "sealed").open("wb", buffering=0) as file:
            sealer = Sealer(bytes(32), b"bench", file)
            for at in range(0, LARGE, BLOCK):
                block = data[at : at + BLOCK]
                hashlib.sha256(block).digest()  # as it came
                hashlib.sha256(block).digest()  # as it lies
                sealer.write(block)
            sealer.finish()
            os.fsync(file.fileno())
    return round(1000 * (time.process_time() - began) / TIMES, 1)


def _cost(target: Server, files: list[bytes], network: int, *, pieces: bool = False) -> dict[str, float]:
    """Milliseconds of CPU for each of these."""
    sender = Sender(target.port, f"127.0.{network}.1")
    hand_in = sender.in_pieces if pieces else sender.at_once
    hand_in(sound(LARGE if len(files[0]) > LARGE // 2 else 100))  # warm
    own, copying = target.cpu(), children(target)
    for one in files:
        hand_in(one)
    said = {"server_ms": target.cpu() - own, "child_ms": children(target) - copying}
    sizes = sum(map(len, files)) / len(files)
    return {**{name: round(1000 * spent / len(files), 1) for name, spent in said.items()}, "mb": round(sizes / 1e6, 1)}


def children(target: Server) -> float:
    """CPU seconds of what the workers started and waited for."""
    return sum(_waited_for(pid) for pid in target.workers())


def _waited_for(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / TICKS


@contextmanager
def slowly(port: int, many: int = SLOW, data: bytes = b"", pace: int = PACE) -> Iterator[list[socket.socket]]:
    """So many files of 5 MB on their way, each at a pace that is still allowed."""
    sender, over = Sender(port), threading.Event()
    head, length = sender.head(LARGE)
    said = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {sender.cookies}\r\n"
    said += f"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: {length}\r\n\r\n"
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(many)]
    for line in lines:
        line.sendall(said.encode() + head + b"#!AMR\n")

    def go_on() -> None:
        piece = (data or os.urandom(pace))[:pace]
        while not over.wait(1):
            for line in lines:
                try:
                    line.sendall(piece)
                except OSError:
                    continue

    feeding = threading.Thread(target=go_on)
    feeding.start()
    try:
        yield lines
    finally:
        over.set()
        feeding.join()
        for line in [sender, *lines]:
            line.close()


def others(port: int, times: int = ASKED) -> list[float]:
    """Seconds that pages take for somebody else: the form, and a report now and then."""
    client, spent = Client(port, "127.0.9.1"), []
    for number in range(times):
        began = time.perf_counter()
        if number % 40 == 0:
            other = Client(port, f"127.0.10.{1 + number // 40}")
            other.report()
            other.connection.close()
        else:
            client.ask("GET", "/report")
        spent.append(time.perf_counter() - began)
    client.connection.close()
    return spent


def slow(home: Home, _: int) -> dict[str, object]:
    """Others' p95 while 64 files of 5 MB arrive at 2 KB a second each, beside the same without them."""
    with home.served() as target:
        others(target.port, ASKED // 4)  # warm
        floor = others(target.port)
        with slowly(target.port):
            time.sleep(2)
            during = others(target.port)
    said = {
        name: {f"p{share}_ms": round(1000 * percentile(times, share / 100), 1) for share in (50, 95)}
        for name, times in (("portal", during), ("floor", floor))
    }
    return {"uploads": SLOW, **said}
