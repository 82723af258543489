"""Rewards under attack: by whoever reads or writes the database, and by officers who want more than is theirs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from portal.domain.award_errors import AwardSumError, ClaimError
from portal.domain.award_vocabulary import PayoutStep
from portal.domain.errors import IllegalTransitionError
from portal.office import assessing, paying
from portal.office.keyring import ReporterKey
from portal.office.recording import record
from tests import rewards as cast
from tests.rewards import claim, grant, proposed, release
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


def test_cash_that_was_handed_over_is_sent_back_by_no_bank_and_claimed_again(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    code = claim(world, key, cast.COUNTER)
    assert code is not None
    release(staff, reference)
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference, PayoutStep.FAIL)
    assert cast.at_counter(staff, reference, code)
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference, PayoutStep.FAIL)
    with pytest.raises(ClaimError, match="again"):
        claim(world, key)


def test_a_payment_whose_payee_was_destroyed_is_over(staff: Staff, world: World, key: ReporterKey, award: UUID) -> None:
    reference = cast.granted(staff, key, award)
    claim(world, key)
    release(staff, reference)
    cast.book(staff, reference)
    world.clock.forward(days=31 * 366)
    with world.store.transaction() as session:
        record(session, world.house.entry_key, *paying.wipe(session, world.house, now=world.clock()))
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference, PayoutStep.FAIL)


@pytest.mark.parametrize("fen", [800_000, 30_000_000])
def test_a_judge_who_rules_whether_anything_is_paid_does_not_say_how_much(staff: Staff, fen: int) -> None:
    _, award = proposed(staff, facts={**cast.FACTS, "matter": {"collusion": "suspected"}})
    with pytest.raises(AwardSumError, match="reckoned"):
        grant(staff, award, fen=fen)


def test_a_judge_who_is_left_the_sum_stays_below_the_most_that_the_rules_pay(
    staff: Staff, world: World
) -> None:
    key, award = proposed(staff, facts={**cast.FACTS, "matter": {"averted_casualties": True}})
    with pytest.raises(AwardSumError, match="above"):
        grant(staff, award, fen=30_000_001)
    grant(staff, award, fen=30_000_000)
    assert cast.decision(world, key).fen == 30_000_000
