"""Rewards of reports that were merged: one for one matter, who was first by the ledger, and a word to the others."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.award_errors import AwardSumError
from portal.domain.award_vocabulary import AwardState
from portal.domain.errors import StaleError
from portal.domain.rewards_facts import FactsError
from portal.office import reward_sheets
from portal.office.keyring import ReporterKey
from portal.office.reward_sheets import RewardSheet
from portal.store.awards import Award
from tests import rewards as cast
from tests import verification
from tests.casework import confirm_step
from tests.merging import look_at, merge
from tests.rewards import FACTS, NOT_FIRST, award_of, grant, refuse
from tests.sending import arrive
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite
Pair = tuple[UUID, ReporterKey, ReporterKey]
OWN: dict[str, Any] = {**FACTS, "matter": {"earlier_named_report": True, "merit": "own"}}
AFTER: dict[str, Any] = {**FACTS, "matter": {"awarded": True}}


@pytest.fixture
def staff(world: World) -> Staff:
    return cast.staffed(Staff(world), "sun")


@pytest.fixture
def pair(staff: Staff) -> Pair:
    return cast.matter(staff)


def proposed(staff: Staff, case_id: UUID, key: ReporterKey, facts: dict[str, Any]) -> UUID:
    confirm_step(staff, "gao", cast.propose(staff, case_id, key.report_id, facts=facts))
    with staff.world.store.reading() as session:
        mine = select(Award.id).where(Award.report_id == key.report_id, Award.state == AwardState.SUBMITTED)
        return session.scalars(mine).one()


def sheet(world: World, key: ReporterKey) -> RewardSheet | None:
    with world.store.reading() as session:
        return reward_sheets.sheet(session, world.house, key, "zh-Hans", now=world.clock())


def test_a_later_reporter_is_refused_by_the_row_of_the_ledger_and_the_first_is_paid(staff: Staff, pair: Pair) -> None:
    case_id, first, later = pair
    world = staff.world
    with pytest.raises(FactsError, match="the ledger has a named report"):
        cast.propose(staff, case_id, later.report_id)
    refuse(staff, proposed(staff, case_id, later, NOT_FIRST))
    grant(staff, proposed(staff, case_id, first, FACTS))
    told = sheet(world, later)
    assert told is not None
    assert [(row.row, row.basis) for row in told.found.rows if row.met is False] == [
        ("E09", "安监总财〔2018〕19号 第十二条第一款")
    ]
    paid = sheet(world, first)
    assert paid is not None
    assert (paid.state, paid.fen, told.fen) == (AwardState.APPROVED, 750_000, None)
    world.verify()


def test_one_matter_has_one_award_whoever_it_goes_to(staff: Staff, pair: Pair) -> None:
    case_id, first, later = pair
    of_first, of_later = proposed(staff, case_id, first, FACTS), proposed(staff, case_id, later, OWN)
    grant(staff, of_later)
    verification.serve(staff.world, later)
    told = sheet(staff.world, later)
    assert told is not None
    assert told.until is not None
    cast.claim(staff.world, later)
    with pytest.raises(AwardSumError, match="awarded"):
        grant(staff, of_first)
    with pytest.raises(AwardSumError, match="met"):
        refuse(staff, of_first)
    cast.send_back(staff, of_first)
    with pytest.raises(FactsError, match="was granted it"):
        cast.propose(staff, case_id, first.report_id)
    refuse(staff, proposed(staff, case_id, first, AFTER))
    staff.world.verify()


def test_a_report_of_another_case_is_not_proposed_from_this_one(staff: Staff, pair: Pair) -> None:
    stranger, _ = arrive(staff.world, description="另一个商场。")
    with pytest.raises(StaleError):
        cast.propose(staff, pair[0], stranger.report_id)


def test_whoever_came_first_may_also_be_the_one_who_was_merged(staff: Staff) -> None:
    world = staff.world
    first, merged = arrive(world, description="那个出口还锁着。")
    main, case_id = verification.checked(world)
    merge(world, "lin", merged, case_id)
    look_at(world, merged)
    confirm_step(staff, "gao", verification.propose(staff, case_id))
    with pytest.raises(FactsError, match="the ledger has a named report"):
        cast.propose(staff, case_id, main.report_id)
    grant(staff, proposed(staff, case_id, first, FACTS))
    assert award_of(world, first.report_id).case_id == case_id
    world.verify()
