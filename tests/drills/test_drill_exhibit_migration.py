"""Schema 0031 on a filled database of 0030: files are as they were, still open, and files of a case file go in."""

from contextlib import closing

import pytest

from portal.app import open_portal
from portal.office import upgrading
from portal.settings import Settings
from portal.store import migrate
from portal.store.session import open_store
from tests import verification as cast
from tests.cli.test_init import at
from tests.exhibits import PHOTO, exhibit, record, take_back
from tests.filing import attach_picture, taken
from tests.sending import UNNAMED, run
from tests.world import NOON, World

pytestmark = pytest.mark.drill


def test_files_are_as_they_were_and_those_of_a_case_file_go_in(world: World, tmp_path) -> None:
    key, case_id = cast.checked(world, identity=UNNAMED)  # names had no mark then
    attach_picture(world, key)
    world.sign()
    if world.server is None:
        url = f"sqlite:///{tmp_path}/old.sqlite"
        (tmp_path / "old.sqlite").touch(mode=0o600)
    else:
        url = world.server.url(world.server.make())
    settings = Settings.from_environ({"PORTAL_HOME": str(world.home), "PORTAL_DATABASE_URL": url})
    with closing(open_store(url)) as store:
        migrate.upgrade(store, "0030")
        with store.writer.begin() as connection:  # which 0022 fills, and the world has filled
            connection.exec_driver_sql("DELETE FROM index_parts")
        at("0030", world, store)
    assert upgrading.upgrade(settings, now=NOON).before == "0030"
    upgraded = World(
        world.home, world.cast, world.clock, settings, open_portal(settings, world.clock), world.root, world.server
    )
    rows = "SELECT id, number, role, page, length, digest, commitment FROM blobs ORDER BY id"
    with closing(upgraded):
        assert run(upgraded, rows) == run(world, rows) != []
        assert taken(upgraded, "lin", case_id)
        exhibit(upgraded, "chen", case_id, record(upgraded, case_id), PHOTO)
        exhibit(upgraded, "chen", case_id, record(upgraded, case_id), PHOTO)
        take_back(upgraded, "chen", case_id, 21)
        assert upgraded.verify().files == 6, "two pictures, each as it was sent, a copy and a page"
