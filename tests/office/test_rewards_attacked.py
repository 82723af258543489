"""Rewards under attack: by whoever reads or writes the database, and by officers who want more than is theirs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from portal.office import assessing
from portal.office.keyring import ReporterKey
from tests import rewards as cast
from tests.rewards import grant, proposed
from tests.staffing import Staff
from tests.world import Template, World

pytestmark = pytest.mark.sqlite
Made = tuple[Template, ReporterKey, UUID]


@pytest.fixture(scope="module")
def made(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A reward that Chen and Gao have proposed: made once, copied per test."""
    world = World.copy(template, tmp_path_factory.mktemp("proposed") / "home")
    staff = cast.staffed(Staff(world))
    key, award_id = proposed(staff)
    return replace(world.keep(template), cast=staff.cast), key, award_id


@pytest.fixture
def world(made: Made, tmp_path: Path) -> Iterator[World]:
    copied = World.copy(made[0], tmp_path / "home")
    copied.clock.forward(hours=1)  # the codes of that hour were used
    yield copied
    copied.close()


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


@pytest.fixture
def key(made: Made) -> ReporterKey:
    return made[1]


@pytest.fixture
def award(made: Made) -> UUID:
    return made[2]


def test_whoever_reads_the_ledger_finds_no_sum_by_trying_what_gives_its_digest(
    staff: Staff, world: World, award: UUID
) -> None:
    grant(staff, award)
    tried = assessing.digest(assessing.assess(world.house, "national-2018", cast.FACTS), "")
    said = {one["facts"]["digest"] for one in world.entries() if one["event"] in {"award_submitted", "award_approved"}}
    assert len(said) == 1, "proposal and decision are about the same"
    assert tried not in said
