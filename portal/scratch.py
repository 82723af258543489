"""A directory in memory that lives as long as the server and is shared by its processes.

It is locked while one of them lives; what a server that was killed left behind, the next one takes away.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 — names are drawn, and the directory is closed to others


@contextmanager
def directory(name: str) -> Iterator[Path]:
    """Make one, clear away those that nobody uses any more, and take it away in the end."""
    made, maker = _make(name), os.getpid()
    try:
        yield made
    finally:
        if os.getpid() == maker:  # children leave through here too
            shutil.rmtree(made, ignore_errors=True)


def _make(name: str) -> Path:
    base = MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    prefix = f"shaoyin-{name}-{os.getuid()}-"
    for left in base.glob(f"{prefix}*"):
        if (held := _lock(left)) is not None:
            shutil.rmtree(left, ignore_errors=True)  # locked till it is gone: who has just made it takes it no more
            os.close(held)
    while True:
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
        if _lock(made) is not None:
            return made


def _lock(path: Path) -> int | None:
    """Take one of our own while the handle is open, here or in a child; None when another has it or it has gone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        facts = os.fstat(handle)
        taken = facts.st_nlink > 0 and facts.st_uid == os.getuid()
    except BlockingIOError:
        taken = False
    if taken:
        return handle
    os.close(handle)
    return None
