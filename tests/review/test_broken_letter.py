"""A text that was changed in the database is shown as broken, and costs the reader none of the others."""

import pytest

from tests.epochs import turn
from tests.office.drills import tamper
from tests.office.test_casework import open_case
from tests.sending import arrive, box, say
from tests.world import World

BROKEN = "这一封打不开"
CHANGES = {
    "its text": "UPDATE letters SET body = (SELECT body FROM letters WHERE position = 1) WHERE position = 2",
    "its key": "DELETE FROM key_grants WHERE content_key_id = (SELECT content_key_id FROM letters WHERE position = 2)",
    "the wrap of its key": "UPDATE key_grants SET wrapped = (SELECT wrapped FROM key_grants WHERE content_key_id ="
    " (SELECT content_key_id FROM letters WHERE position = 1) LIMIT 1) WHERE content_key_id ="
    " (SELECT content_key_id FROM letters WHERE position = 2)",
}


@pytest.mark.parametrize("change", CHANGES)
def test_one_broken_letter_hides_no_other(world: World, change: str) -> None:
    key, case_id = arrive(world)
    say(world, key, "一")
    turn(world, "gao", seated=("gao",))  # what follows lies under a key of its own
    say(world, key, "二")
    tamper(world, CHANGES[change])
    for sheet in (box(world, key), open_case(world, "gao", case_id)):
        assert [(one.text, one.broken) for one in sheet.letters] == [("一", False), ("", True)]
