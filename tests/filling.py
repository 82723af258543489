"""Rows of casework in every table that has them."""

from portal.domain.alarms import AlarmKind
from portal.office import budgeting
from tests import rewards, verification
from tests.alarming import by_hand
from tests.countering import place
from tests.disputing import dispute
from tests.office.test_claim_letters import claim as by_letter
from tests.office.test_transferring import hand
from tests.protecting import protect
from tests.recusing import recuse
from tests.referring import hand_over
from tests.sending import arrive
from tests.staffing import Staff
from tests.visitor import PICTURE
from tests.world import World


def casework(world: World, staff: Staff) -> None:
    """Cases handed on, kept out of, disputed and objected to."""
    hand_over(world, arrive(world)[1])
    recuse(world, "gao", arrive(world)[1], "lin")
    staff.declared("lin")
    objected = arrive(world)[1]
    hand(world, objected)
    dispute(world, "qin", objected)
    answered, _ = verification.answered(staff)
    verification.object_to(world, answered)
    threatened = arrive(world)[1]
    by_hand(world, "gao", threatened, AlarmKind.RETALIATION)
    protect(world, "gao", threatened)
    reward(world, staff)


def reward(world: World, staff: Staff) -> None:
    """Granted, claimed and handed to the bank; claimed for a delegate; to be revoked; a budget, and a counter."""
    key, award_id = rewards.proposed(staff)
    rewards.grant(staff, award_id)
    verification.serve(world, key)
    rewards.claim(world, key)
    paid = rewards.decision(world, key).voucher
    assert paid is not None
    rewards.release(rewards.staffed(staff, "zhao"), paid.reference)
    rewards.make_list(staff)
    place(staff)
    joint, third = rewards.proposed(staff)
    rewards.grant(staff, third)
    verification.serve(world, joint)
    by_letter(world, joint, PICTURE[0])
    rewards.staffed(staff, "sun", "yan")
    _, other = rewards.proposed(staff)
    rewards.grant(staff, other)
    rewards.challenge(staff, other)
    with world.store.transaction() as session:
        budgeting.set_whole(session, world.house, staff.actor("song"), 2026, 10_000_000, now=world.clock())
