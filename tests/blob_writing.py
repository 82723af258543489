"""A process of the tests of files: `python -m tests.blob_writing URL NAME BYTES once|cut`.

`once` writes so many bytes and reads them back, and says by how many kilobytes it grew; `cut` says that it has written
them and waits to be killed.
"""

import os
import re
import sys
import time
from pathlib import Path

from portal.store.blobs import open_blobs

CHUNK = bytearray(16_400)


def peak() -> int:
    """Kilobytes that this program has held at most; what the system says of a process counts its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[1])


def main(url: str, name: str, length: str, how: str) -> None:
    """Write, and read or wait."""
    blobs = open_blobs(url, Path(os.environ.get("PORTAL_HOME", os.sep)))
    blobs.ready()
    before = peak()
    with blobs.write(name) as sink:
        for _ in range(int(length) // len(CHUNK)):
            sink.write(bytes(CHUNK))  # its own memory, each
        if how == "cut":
            print("written", flush=True)  # noqa: T201 — heard by the test
            time.sleep(60)
    with blobs.read(name) as file:
        while file.read(len(CHUNK)):
            pass
    print(peak() - before, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
