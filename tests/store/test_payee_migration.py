"""Schema 0034 on a filled database of 0033: a payment is as it was, and one of before takes a delegate's letter."""

from contextlib import closing
from dataclasses import replace

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from portal.app import open_portal
from portal.office import claims, upgrading
from portal.settings import Settings
from portal.store import migrate
from portal.store.base import Base
from portal.store.session import open_store
from tests import rewards as cast
from tests.cli.test_init import at
from tests.office.test_claim_letters import take
from tests.office.test_claim_names import rename
from tests.sending import run
from tests.staffing import Staff
from tests.world import NOON, World


def test_a_payment_of_before_takes_a_letter(world: World, tmp_path) -> None:
    staff = cast.staffed(Staff(world))
    key, award = cast.proposed(staff)
    cast.granted(staff, key, award)
    rename(world, key, "", erase=True)  # no report of before has a mark
    cast.claim(world, key, cast.COUNTER)
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
        with upgraded.store.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        rows = "SELECT id, state, wrapped, body, claimed_on FROM payouts"
        assert run(upgraded, rows) == run(world, rows) != []
        joint = replace(cast.COUNTER, holder="赵六", delegate=True, signatory="周小明")
        pictures = take(upgraded)
        with upgraded.store.reading() as session:
            sealed = claims.seal(session, upgraded.house, key, joint, now=world.clock(), pictures=pictures)
        with upgraded.store.transaction() as session:
            claims.claim(session, upgraded.house, key, sealed, now=world.clock())
        upgraded.sign()
        assert upgraded.verify().files == 1
