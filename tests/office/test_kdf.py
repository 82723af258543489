"""Key derivations take turns, few wait, and a crowd of strangers leaves a place for devices that are known."""

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from portal.domain.errors import BusyError
from portal.office import kdf
from portal.office.kdf import KNOWN_QUEUE, QUEUE, KdfGate


def crowd(gate: KdfGate, size: int, *, known: bool = False) -> tuple[list[threading.Thread], Callable[[], int]]:
    """Threads that want a turn; how many were sent away."""
    sent_away: list[int] = []

    def want() -> None:
        try:
            with gate.turn(known=known):
                pass
        except BusyError:
            sent_away.append(1)

    threads = [threading.Thread(target=want) for _ in range(size)]
    for thread in threads:
        thread.start()
    return threads, lambda: len(sent_away)


def settle(sent_away: Callable[[], int], expected: int) -> None:
    for _ in range(500):
        if sent_away() == expected:
            return
        threading.Event().wait(0.01)
    assert sent_away() == expected


def test_few_wait_and_the_rest_are_sent_away_at_once() -> None:
    gate = KdfGate()
    with gate.turn():
        threads, sent_away = crowd(gate, 20)
        settle(sent_away, 20 - QUEUE)
    for thread in threads:
        thread.join()
    assert sent_away() == 20 - QUEUE


def test_a_crowd_of_strangers_leaves_places_for_known_devices() -> None:
    gate = KdfGate()
    with ExitStack() as stack:
        stack.enter_context(gate.turn())
        strangers, _ = crowd(gate, 20)
        officers, sent_away = crowd(gate, KNOWN_QUEUE, known=True)
        threading.Event().wait(0.1)
        assert sent_away() == 0
    for thread in (*strangers, *officers):
        thread.join()
    assert sent_away() == 0


def test_a_wait_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kdf, "KDF_WAIT", 0.01)
    gate = KdfGate()
    with gate.turn(), pytest.raises(BusyError), gate.turn(known=True):
        pass


def test_a_turn_that_failed_is_given_back() -> None:
    gate = KdfGate()
    for _ in range(10):
        with pytest.raises(ZeroDivisionError), gate.turn():
            raise ZeroDivisionError
    with gate.turn():
        pass
