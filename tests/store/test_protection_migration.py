"""Schema 0037 on a filled database of 0033: what was merged before is split, who is threatened is protected."""

from contextlib import closing

from sqlalchemy import inspect

from portal.app import open_portal
from portal.domain.alarms import AlarmKind
from portal.domain.vocabulary import CaseState
from portal.office import upgrading
from portal.settings import Settings
from portal.store import migrate
from portal.store.session import open_store
from tests.alarming import by_hand
from tests.cli.test_init import at, names
from tests.clocking import taken_up
from tests.merging import merge, split
from tests.office.test_merging import case_of
from tests.protecting import check, protect
from tests.sending import UNNAMED, arrive
from tests.world import NOON, World


def test_cases_are_as_they_were_and_the_new_steps_are_taken_on_them(world: World, tmp_path) -> None:
    _, main_id = taken_up(world, identity=UNNAMED)  # first, for the other names it; names had no mark then
    _, case_id = arrive(world, identity=UNNAMED)
    by_hand(world, "gao", main_id, AlarmKind.RETALIATION)
    merge(world, "lin", case_id, main_id)
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
    assert upgrading.upgrade(settings, now=NOON).before == "0033"
    upgraded = World(
        world.home, world.cast, world.clock, settings, open_portal(settings, world.clock), world.root, world.server
    )
    with closing(upgraded):
        found, wanted = (names(inspect(one.store.engine).get_indexes("cases")) for one in (upgraded, world))
        assert found == wanted
        split(upgraded, "lin", case_id)
        assert case_of(upgraded, case_id).state is CaseState.RECEIVED
        protect(upgraded, "gao", main_id)
        check(upgraded, "gao", main_id)
        upgraded.sign()
        upgraded.verify()
        assert upgraded.replay() == ()
