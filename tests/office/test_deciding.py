"""What a lead decides alone is listed for them, for nobody else, and no longer than it waits."""

import pytest

from portal.domain.case_vocabulary import Decision, ReferralStep
from portal.office import deciding
from portal.store.outbox import Outbox
from tests.disputing import decide, dispute
from tests.office.test_transferring import SIPING, hand
from tests.recusing import recuse
from tests.referring import go_on, refer
from tests.sending import arrive
from tests.world import World

pytestmark = pytest.mark.sqlite  # a list; what it is made of is tried on both engines where it is made


def waiting(world: World, who: str) -> list[Decision]:
    with world.store.reading() as session:
        found = deciding.listed(session, world.house, world.actor(who), "zh-Hans", now=world.clock())
        return [line.what for line in found]


def test_a_suspected_crime_waits_for_the_lead_until_it_is_decided_and_the_lead_gets_word(world: World) -> None:
    _, case_id = arrive(world)
    referral_id = refer(world, "lin", case_id, "POLICE_CRIME", whole=False)
    assert waiting(world, "gao") == [Decision.REFERRAL]
    for other in ("lin", "chen", "qin-lead", "sheng-lead"):
        assert waiting(world, other) == [], other
    with world.store.reading() as session:
        desk_id = session.query(Outbox.desk_id).filter(Outbox.kind == "motion").scalar()
    assert desk_id in {seat.desk_id for seat in world.actor("gao").seats}
    go_on(world, "gao", case_id, referral_id, ReferralStep.AGREE)
    assert waiting(world, "gao") == []


def test_what_was_handed_over_at_once_waits_for_nobody(world: World) -> None:
    refer(world, "lin", arrive(world)[1], "FIRE", whole=False)
    assert waiting(world, "gao") == []


def test_a_lead_who_keeps_out_is_not_told_that_anything_waits(world: World) -> None:
    _, case_id = arrive(world)
    refer(world, "lin", case_id, "POLICE_CRIME", whole=False)
    recuse(world, "gao", case_id)
    assert waiting(world, "gao") == []


def test_a_disputed_transfer_waits_for_the_lead_above_both(world: World) -> None:
    _, case_id = arrive(world)
    hand(world, case_id)
    dispute(world, "qin", case_id)
    assert waiting(world, "sheng-lead") == [Decision.DISPUTE]
    assert waiting(world, "qin-lead") == waiting(world, "gao") == []
    decide(world, "sheng-lead", case_id, SIPING)
    assert waiting(world, "sheng-lead") == []
