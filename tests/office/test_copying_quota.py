"""How long the decoder works for one sender: it has time for others, and a file that found none left may come again."""

import sys
import threading

import pytest

from portal.domain.errors import NotCopiedError
from portal.domain.evidence import Kept, Kind
from portal.office import copying

pytestmark = pytest.mark.sqlite


@pytest.fixture
def instead(monkeypatch):
    """Put another child in its place."""
    return lambda script: monkeypatch.setattr(copying, "COMMAND", (sys.executable, "-I", "-S", "-c", script))


class Minute:
    """A quota of so many seconds."""

    def __init__(self, seconds):
        self.seconds = seconds

    def left(self):
        return self.seconds > 0

    def spend(self, seconds):
        self.seconds -= seconds


def test_the_decoder_works_for_somebody_while_their_quota_lasts(instead):
    instead("import time; time.sleep(0.3)")
    quota, said = Minute(0.5), []
    for _ in range(3):
        with pytest.raises(NotCopiedError) as refused:
            copying.make(Kind.IMAGE, [b"x"], None, quota)
        said.append(refused.value.why)
    assert said == [Kept.GARBLED, Kept.GARBLED, Kept.SPENT]
    with pytest.raises(NotCopiedError) as refused:
        copying.make(Kind.IMAGE, [b"x"], None)
    assert refused.value.why is Kept.GARBLED  # whoever has no quota, or another, is not troubled


def test_what_waits_for_those_before_it_is_refused_when_they_spent_it(instead):
    instead("import time; time.sleep(0.5)")
    quota, said = Minute(0.2), []

    def ask() -> None:
        with pytest.raises(NotCopiedError) as refused:
            copying.make(Kind.IMAGE, [b"x"], None, quota)
        said.append(refused.value.why)

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert said == [Kept.GARBLED, *[Kept.SPENT] * 3]
