"""A case is split off while the matter is concluded, by another officer at the same moment: on both engines."""

from uuid import UUID

import pytest

from portal.domain.errors import MergeError
from portal.domain.merging import SplitSnag
from portal.domain.vocabulary import CaseState
from tests import verification as cast
from tests.office.test_answering_together import waiting
from tests.office.test_merging import case_of
from tests.racing import confirming, joined_by, meet, splitting_off
from tests.staffing import Staff
from tests.world import World


@pytest.fixture
def pair(world: World) -> tuple[UUID, UUID, UUID]:
    """A case that Chen has checked, one that goes with it, and the conclusion that he proposes."""
    _, main_id = cast.checked(world)
    return main_id, joined_by(world, main_id), cast.propose(Staff(world), main_id)


def whole(world: World) -> None:
    world.sign()
    world.verify()
    assert world.replay() == ()


def test_intake_that_comes_a_moment_after_the_conclusion_splits_nothing(world: World, pair: tuple) -> None:
    main_id, case_id, motion_id = pair
    met = meet(world, confirming(world, "gao", motion_id), splitting_off(world, case_id))
    assert isinstance(met, MergeError)
    assert met.snag == SplitSnag.LEAD
    assert (case_of(world, main_id).state, case_of(world, case_id).state) == (CaseState.CONCLUDED, CaseState.MERGED)
    whole(world)


def test_the_lead_splits_it_all_the_same_and_its_reporter_waits_for_no_conclusion(world: World, pair: tuple) -> None:
    main_id, case_id, motion_id = pair
    assert meet(world, confirming(world, "gao", motion_id), splitting_off(world, case_id, "gao")) is None
    assert (case_of(world, main_id).state, case_of(world, case_id).state) == (CaseState.CONCLUDED, CaseState.RECEIVED)
    assert sorted(waiting(world)) == ["running", "stopped"]
    whole(world)


def test_what_has_left_a_moment_before_is_not_concluded_with_the_others(world: World, pair: tuple) -> None:
    main_id, case_id, motion_id = pair
    assert meet(world, splitting_off(world, case_id), confirming(world, "gao", motion_id)) is None
    assert (case_of(world, main_id).state, case_of(world, case_id).state) == (CaseState.CONCLUDED, CaseState.RECEIVED)
    assert waiting(world) == ["running"], "its own reporter alone waits to be told"
    whole(world)
