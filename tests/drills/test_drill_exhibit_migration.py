"""Schema 0031 on a filled database of 0030: files are as they were, still open, and files of a case file go in."""

from contextlib import closing

import pytest

from tests import verification as cast
from tests.exhibits import PHOTO, exhibit, record, take_back
from tests.filing import attach_picture, taken
from tests.sending import UNNAMED, run
from tests.upgraded import upgraded
from tests.world import World

pytestmark = pytest.mark.drill


def test_files_are_as_they_were_and_those_of_a_case_file_go_in(world: World, tmp_path) -> None:
    key, case_id = cast.checked(world, identity=UNNAMED)  # names had no mark then
    attach_picture(world, key)
    now = upgraded(world, tmp_path, "0030")
    rows = "SELECT id, number, role, page, length, digest, commitment FROM blobs ORDER BY id"
    with closing(now):
        assert run(now, rows) == run(world, rows) != []
        assert taken(now, "lin", case_id)
        exhibit(now, "chen", case_id, record(now, case_id), PHOTO)
        exhibit(now, "chen", case_id, record(now, case_id), PHOTO)
        take_back(now, "chen", case_id, 21)
        assert now.verify().files == 6, "two pictures, each as it was sent, a copy and a page"
