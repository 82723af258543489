"""Schema 0037 on a filled database of 0033: what was merged before is split, who is threatened is protected."""

from contextlib import closing

from sqlalchemy import inspect

from portal.domain.alarms import AlarmKind
from portal.domain.vocabulary import CaseState
from tests.alarming import by_hand
from tests.cli.test_init import names
from tests.clocking import taken_up
from tests.merging import merge, split
from tests.office.test_merging import case_of
from tests.protecting import check, protect
from tests.sending import UNNAMED, arrive
from tests.upgraded import upgraded
from tests.world import World


def test_cases_are_as_they_were_and_the_new_steps_are_taken_on_them(world: World, tmp_path) -> None:
    _, main_id = taken_up(world, identity=UNNAMED)  # first, for the other names it; names had no mark then
    _, case_id = arrive(world, identity=UNNAMED)
    by_hand(world, "gao", main_id, AlarmKind.RETALIATION)
    merge(world, "lin", case_id, main_id)
    now = upgraded(world, tmp_path, "0033")
    with closing(now):
        found, wanted = (names(inspect(one.store.engine).get_indexes("cases")) for one in (now, world))
        assert found == wanted
        split(now, "lin", case_id)
        assert case_of(now, case_id).state is CaseState.RECEIVED
        protect(now, "gao", main_id)
        check(now, "gao", main_id)
        now.sign()
        now.verify()
        assert now.replay() == ()
