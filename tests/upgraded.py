"""A filled database as an older version left it, brought up to this one: for tests of what migrations keep."""

from contextlib import closing
from pathlib import Path

from portal.app import open_portal
from portal.office import upgrading
from portal.settings import Settings
from portal.store import migrate
from portal.store.session import open_store
from tests.cli.test_init import at
from tests.world import World


def upgraded(world: World, folder: Path, schema: str) -> World:
    """What a world holds, put into a database of an older schema and upgraded; whoever asks closes it."""
    world.sign()
    if world.server is None:
        url = f"sqlite:///{folder}/old.sqlite"
        (folder / "old.sqlite").touch(mode=0o600)
    else:
        url = world.server.url(world.server.make())
    settings = Settings.from_environ({"PORTAL_HOME": str(world.home), "PORTAL_DATABASE_URL": url})
    with closing(open_store(url)) as store:
        migrate.upgrade(store, schema)
        with store.writer.begin() as connection:  # which 0022 fills, and the world has filled
            connection.exec_driver_sql("DELETE FROM index_parts")
        at(schema, world, store)
    assert upgrading.upgrade(settings, now=world.clock()).before == schema
    portal = open_portal(settings, world.clock)
    return World(world.home, world.cast, world.clock, settings, portal, world.root, world.server)
