"""What `portal doctor` says of a start: how much of the ledger it reads, and when that is too much."""

import pytest

from portal.office import doctor, newest
from portal.office.doctor_desks import Finding
from tests.office.drills import tamper
from tests.sending import arrive
from tests.world import World


def start(world: World) -> Finding:
    (found,) = (one for one in doctor.examine(world.settings, now=world.clock()) if one.name == "start")
    return found


def test_a_small_installation_is_read_whole(world: World) -> None:
    found = start(world)
    assert found.level == "ok"
    assert found.said == "a start reads 134 of 134 entries"


def test_of_a_large_one_what_came_after_its_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "FAR", 1)
    monkeypatch.setattr(doctor, "LONG", 3)
    assert world.house.newest.keep(world.store)
    arrive(world)
    assert start(world).said.startswith("a start reads 2 of 13")
    for _ in range(2):
        arrive(world)
    found = start(world)
    assert found.level == "warning"
    assert "newest.rows is not there, or not used" in found.said


@pytest.mark.parametrize(
    ("how", "said"), [("gone", "a start reads 134"), ("damaged", "a start reads 134"), ("ahead", "it was put back")]
)
def test_one_that_is_not_used_is_told(world: World, monkeypatch: pytest.MonkeyPatch, how: str, said: str) -> None:
    monkeypatch.setattr(newest, "FAR", 1)
    monkeypatch.setattr(doctor, "LONG", 3)
    assert world.house.newest.keep(world.store)
    path = world.home / "newest.rows"
    if how == "gone":
        path.unlink()
    if how == "damaged":
        path.write_bytes(path.read_bytes()[:-1])
    if how == "ahead":
        tamper(world, "UPDATE ledger_head SET size = size - 1")
    found = start(world)
    assert found.level == "warning"
    assert said in found.said
