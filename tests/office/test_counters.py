"""Where rewards are collected: dated, agreed to by two administrators, and old ones stay."""

from datetime import timedelta

import pytest

from portal.domain.errors import EstablishError, LedgerError
from portal.domain.vocabulary import MotionKind
from portal.office import counters, payout_sheets, reward_sheets
from portal.office.keyring import ReporterKey
from tests import rewards as cast
from tests.countering import PEOPLE, counter, place
from tests.sending import run
from tests.staffing import Staff
from tests.world import World


def standing(world: World):
    with world.store.reading() as session:
        return counters.standing(session, world.house, "zh-Hans", world.clock().date())


def test_a_counter_counts_from_its_day_and_the_one_before_is_kept(staff: Staff, world: World) -> None:
    first = place(staff)
    entry = next(one for one in reversed(world.entries()) if one["event"] == "counter_set")
    assert entry["facts"] == {"since": first.since.isoformat()}
    assert "样例大街" not in str(entry)
    world.clock.forward(hours=1)
    later = place(staff, days=10, address="样例大街 2 号")
    home = staff.authority()
    assert standing(world)[home].said == first
    world.clock.forward(days=10)
    assert standing(world)[home].said == later
    with world.store.reading() as session:
        assert counters.of(session, world.house, home) == (first, later)
    world.verify()


@pytest.mark.sqlite
def test_a_counter_follows_on_the_one_before_and_is_another(staff: Staff, world: World) -> None:
    first = place(staff)
    for said, flaw in ((first, "counter_too_early"), (counter(first.since + timedelta(days=1)), "same_counter")):
        world.clock.forward(hours=1)
        with pytest.raises(EstablishError, match=flaw):
            staff.new(MotionKind.LOCATE, "office-220100", said.encoded(), PEOPLE["office-220100"])


@pytest.mark.sqlite
def test_an_address_that_was_changed_in_the_database_is_shown_to_nobody(staff: Staff, world: World) -> None:
    place(staff)
    run(world, "UPDATE counters SET address = '别处'")
    with pytest.raises(LedgerError):
        standing(world)
    with world.store.reading() as session, pytest.raises(LedgerError):
        counters.of(session, world.house, staff.authority())


@pytest.mark.reward("granted")
def test_the_reporter_sees_the_counter_that_pays_and_may_choose_another(
    staff: Staff, world: World, key: ReporterKey, reference
) -> None:
    here, above = place(staff), place(staff, "office-220000", name="省厅 1 号窗口")
    with world.store.reading() as session:
        sheet = reward_sheets.sheet(session, world.house, key, "zh-Hans", now=world.clock())
    assert sheet is not None
    assert sheet.counter is not None
    assert sheet.counter.said == here
    assert [one.said for one in sheet.elsewhere] == [above]
    cast.claim(world, key, cast.COUNTER)
    world.sign()
    with world.store.transaction() as session:
        ring, actor = world.ring("qian"), staff.actor("qian")
        paid = payout_sheets.show(session, world.house, actor, ring, reference, now=world.clock())
    assert paid.counter == here
    world.verify()
