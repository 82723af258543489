"""Files until a real small disk is full (tmpfs; needs root): each is whole or not there, and room comes back."""

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.domain.errors import NoRoomError
from portal.store.blobs import FolderBlobs

pytestmark = [pytest.mark.sqlite, pytest.mark.drill]

SPARE = 4_000_000
MOST = 3_000_000
ROUNDS = 20


def fill(blobs: FolderBlobs, kept: dict[str, bytes]) -> None:
    """Until there is no room."""
    while True:
        name, body = f"files/{secrets.token_hex(16)}", os.urandom(secrets.randbelow(MOST))
        with blobs.write(name) as sink:
            sink.write(body)
        kept[name] = hashlib.sha256(body).digest()


@pytest.mark.parametrize("spare", [0, SPARE], ids=["to the last byte", "but for what reports need"])
def test_a_disk_is_filled_and_cleared_again_and_again(disk: Path, spare: int, say: Callable[[str], None]) -> None:
    blobs, kept = FolderBlobs(disk / "blobs", made=True, spare=spare), {}
    for _ in range(ROUNDS):
        with suppress(NoRoomError):
            fill(blobs, kept)
        assert {one.name for one in blobs.listed("files")} == set(kept)
        assert list(blobs.listed("pieces")) == []
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        assert free >= spare - (1 << 20)  # looked at once a megabyte
        for name, digest in kept.items():
            with blobs.read(name) as file:
                assert hashlib.file_digest(file, "sha256").digest() == digest
        assert abs((blobs.now() - datetime.now(UTC)).total_seconds()) < 60
        for name in list(kept)[::2]:
            blobs.delete(name)
            del kept[name]
    blobs.ready()
    say(f'{{"drill": "files on a full disk", "rounds": {ROUNDS}, "spare": {spare}}}')
