"""Schema 0036 on a filled database of 0033: a reward that was granted is revoked by two, contested, given back."""

from contextlib import closing

import pytest

from portal.domain.award_vocabulary import AwardState, AwardStep
from tests import rewards, verification
from tests.office.test_claim_names import rename
from tests.sending import run
from tests.staffing import Staff
from tests.upgraded import upgraded
from tests.world import World

pytestmark = [pytest.mark.drill, pytest.mark.reward("revocable")]


def test_a_reward_that_was_granted_is_as_it_was_and_can_be_revoked_and_given_back(
    world: World, key, award, tmp_path
) -> None:
    staff = Staff(world)
    rename(world, key, "", erase=True)  # no report of before has a mark
    now = upgraded(world, tmp_path, "0033")
    rows = "SELECT id, state, until, letter_id FROM awards ORDER BY id"
    with closing(now):
        assert run(now, rows) == run(world, rows) != []
        staff = Staff(now)
        rewards.revoke(staff, award)
        verification.serve(now, key)
        rewards.contest(now, key)
        assert rewards.award_of(now, key.report_id).state is AwardState.DISPUTED
        rewards.rule(staff, award, AwardStep.REINSTATE)
        verification.serve(now, key)
        rewards.claim(now, key, rewards.COUNTER)
        now.verify()
