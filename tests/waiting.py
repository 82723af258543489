"""Waiting for what comes by itself, on a machine that may be busy."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60  # seconds; bounds a failure and is no measure of anything


def until(reached: Callable[[], Any]) -> Any:
    """Look again until there is something to see, and return that."""
    end = time.monotonic() + PATIENCE
    while not (found := reached()):
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.01)
    return found
