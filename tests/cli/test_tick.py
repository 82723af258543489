"""`portal tick` where it takes long: how far it is goes to stderr, and what it prints in the end stays one line."""

import pytest

from portal.cli import tick
from tests.sending import arrive
from tests.world import World


def test_it_says_how_far_it_is_whenever_many_more_are_done(capsys: pytest.CaptureFixture[str]) -> None:
    progress = tick.Progress()
    for total in (500, tick.EVERY - 1, tick.EVERY, tick.EVERY + 1, 2 * tick.EVERY + 400):
        progress(total)
    said = capsys.readouterr()
    assert said.err.split() == ["…", str(tick.EVERY), "…", str(2 * tick.EVERY + 400)]
    assert said.out == ""


@pytest.mark.sqlite
def test_it_says_how_many_time_limits_changed_and_a_second_time_none(
    ask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not all of them are late: some end, some are counted anew."""
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    monkeypatch.setenv("PORTAL_DATABASE_URL", world.settings.database_url)
    arrive(world)
    for changed in (1, 0):
        status, out, _ = ask("tick")
        assert (status, out) == (0, f"有变化的期限 time limits that changed: {changed}\n")
    world.verify(replayed=False)  # the command's clock is the machine's
