"""Files that are there whole or not at all."""

import os
from pathlib import Path

from portal.domain.errors import StartError
from portal.settings import sync_directory


def write(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file over what is there, and to the disk. Raises StartError."""
    beside = path.with_name(path.name + ".new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}") from None
