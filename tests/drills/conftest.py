"""Each drill has a short form, part of the suite, and a long one, run by `make drill`."""

import sys
from collections.abc import Callable

import pytest


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
