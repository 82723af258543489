"""`portal tick` where it takes long: how far it is goes to stderr, and what it prints in the end stays one line."""

import pytest

from portal.cli import tick


def test_it_says_how_far_it_is_whenever_many_more_are_done(capsys: pytest.CaptureFixture[str]) -> None:
    progress = tick.Progress()
    for total in (500, tick.EVERY - 1, tick.EVERY, tick.EVERY + 1, 2 * tick.EVERY + 400):
        progress(total)
    said = capsys.readouterr()
    assert said.err.split() == ["…", str(tick.EVERY), "…", str(2 * tick.EVERY + 400)]
    assert said.out == ""
