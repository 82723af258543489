"""Files that are there whole or not at all."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from portal.domain.errors import StartError
from portal.settings import sync_directory


def write(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file over what is there, and to the disk. Raises StartError."""
    write_pieces(path, (text.encode(),), mode=mode)


def write_pieces(path: Path, pieces: Iterable[bytes | memoryview], *, mode: int) -> None:
    """The same with bytes as they come. What was begun and cannot be ended takes no room."""
    beside = path.with_name(path.name + ".new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise StartError(f"cannot write {path}: {error.strerror}") from None
