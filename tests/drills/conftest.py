"""Each drill has a short form, part of the suite, and a long one, run by `make drill`."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

DISK = 32  # megabytes
NO_MOUNT = "this drill mounts a small tmpfs to fill: run `make drill` as root, in a container with CAP_SYS_ADMIN"


@pytest.fixture(params=["short", pytest.param("long", marks=pytest.mark.drill)])
def length(request: pytest.FixtureRequest) -> str:
    """How much time there is."""
    return request.param


@pytest.fixture
def say(length: str, capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print the figures of a long drill: one JSON line each."""

    def speak(figures: str) -> None:
        if length == "long":
            with capsys.disabled():
                sys.stdout.write(f"\n{figures}\n")

    return speak


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=700", "drill", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.fail(NO_MOUNT, pytrace=False)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)
