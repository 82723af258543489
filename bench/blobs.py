"""The row of files: 200 MB into a folder and a bucket and out again, each in its own process, beside a bare copy.

`python -m bench.blobs URL HOME` is that process; a URL of `raw:///…` writes and reads without a store.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bench.home import Home
from portal.store.blobs import open_blobs
from tests.blob_writing import peak
from tests.bucket import KEYS, Bucket

SIZE = 200_000_000
CHUNK = bytearray(os.urandom(16_400))  # about a sealed chunk
TIMES = 3


def blobs(home: Home, _: int) -> dict[str, object]:
    """Seconds, CPU and growth for writing and reading, the middle of three; the server's own CPU is not in it."""
    folder = home.path.parent / "files"
    folder.mkdir()
    floor = _middle(f"raw://{folder}/raw", home)
    figures = {"folder": _middle(f"file://{folder}", home)}
    with tempfile.TemporaryDirectory(prefix="bench-s3-") as place:
        server = Bucket.start(Path(place))
        try:
            figures["bucket"] = _middle(server.url("bench"), home)
        finally:
            server.stop()
    ratio = {
        name: {what: round(one[what] / floor[what], 1) for what in ("write_cpu_s", "read_cpu_s", "write_s", "read_s")}
        for name, one in figures.items()
    }
    return {"portal": figures, "floor": floor, "ratio": ratio}


def _middle(url: str, home: Home) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.blobs", url, str(home.path)]
    said = [
        json.loads(subprocess.run(command, env={**os.environ, **KEYS}, check=True, capture_output=True).stdout)
        for _ in range(TIMES)
    ]
    return sorted(said, key=lambda one: one["write_s"] + one["read_s"])[TIMES // 2]


@contextmanager
def _raw_write(path: Path) -> Iterator[BinaryIO]:
    with path.open("wb", buffering=0) as file:
        yield file
        os.fsync(file.fileno())


def _timed(work: Callable[[], None], name: str) -> dict[str, float]:
    began, used = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    return {f"{name}_s": round(seconds, 2), f"{name}_cpu_s": round(cpu, 3)}


def main(url: str, home: str) -> None:
    """Write and read once, and tell."""
    raw = Path(url.removeprefix("raw://")) if url.startswith("raw://") else None
    name = f"files/{secrets.token_hex(16)}"
    store = None if raw else open_blobs(url, Path(home))
    if store:
        store.ready()
    before = peak()

    def write() -> None:
        with store.write(name) if store else _raw_write(raw) as sink:
            for _ in range(SIZE // len(CHUNK)):
                sink.write(bytes(CHUNK))  # its own memory, each

    def read() -> None:
        with store.read(name) if store else raw.open("rb", buffering=0) as file:
            while file.read(len(CHUNK)):
                pass

    said = {**_timed(write, "write"), **_timed(read, "read")}
    said["grown_mb"] = round((peak() - before) * 1024 / 1e6, 1)
    if store:
        store.delete(name)
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
