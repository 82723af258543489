"""Schema 0036 on a filled database of 0033: a reward that was granted is revoked by two, contested, given back."""

from contextlib import closing
from dataclasses import replace

import pytest

from portal.app import open_portal
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.office import upgrading
from portal.settings import Settings
from portal.store import migrate
from portal.store.session import open_store
from tests import rewards, verification
from tests.cli.test_init import at
from tests.sending import run
from tests.staffing import Staff
from tests.world import World

pytestmark = [pytest.mark.drill, pytest.mark.reward("revocable")]


def test_a_reward_that_was_granted_is_as_it_was_and_can_be_revoked_and_given_back(
    world: World, key, award, tmp_path
) -> None:
    staff = Staff(world)
    world.sign()
    if world.server is None:
        url = f"sqlite:///{tmp_path}/old.sqlite"
        (tmp_path / "old.sqlite").touch(mode=0o600)
    else:
        url = world.server.url(world.server.make())
    settings = Settings.from_environ({"PORTAL_HOME": str(world.home), "PORTAL_DATABASE_URL": url})
    with closing(open_store(url)) as store:
        migrate.upgrade(store, "0033")
        with store.writer.begin() as connection:  # which 0022 fills, and the world has filled
            connection.exec_driver_sql("DELETE FROM index_parts")
        at("0033", world, store)
    assert upgrading.upgrade(settings, now=world.clock()).before == "0033"
    upgraded = replace(world, settings=settings, portal=open_portal(settings, world.clock), served=None)
    rows = "SELECT id, state, until, letter_id FROM awards ORDER BY id"
    with closing(upgraded):
        assert run(upgraded, rows) == run(world, rows) != []
        staff = Staff(upgraded)
        rewards.revoke(staff, award)
        verification.serve(upgraded, key)
        rewards.contest(upgraded, key)
        assert rewards.award_of(upgraded, key.report_id).state is AwardState.DISPUTED
        rewards.rule(staff, award, AwardStep.REINSTATE)
        verification.serve(upgraded, key)
        rewards.claim(upgraded, key)
        upgraded.verify()
