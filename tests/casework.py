"""Steps of a case that take two people, as the cast takes them: no fresh code is asked for."""

from uuid import UUID

from portal.office import blocking, motions
from portal.office.acting import Hand
from tests.sending import newest
from tests.staffing import Staff
from tests.world import World

WHY = "整篇都是贷款广告，没有地点也没有事情"


def hand_of(staff: Staff, who: str) -> Hand:
    return Hand(staff.world.ring(who), staff.cast[who].keys.signing, None)


def put_aside(world: World, who: str, case_id: UUID, *, back: bool = False, seen: int | None = None) -> None:
    """Onto the lane of what is no report, or back."""
    step = blocking.put_back if back else blocking.put_aside
    newest_seen = newest(world, case_id) if seen is None else seen
    with world.store.transaction() as session:
        step(session, world.house, world.actor(who), case_id, newest_seen, now=world.clock())


def propose_block(
    staff: Staff, who: str, case_id: UUID, reason: str = "NOT_A_REPORT", *, seen: int | None = None
) -> UUID:
    newest_seen = newest(staff.world, case_id) if seen is None else seen
    with staff.act(who) as act:
        wanted = blocking.wanted(act, case_id, reason, WHY, newest_seen)
        return motions.propose(act, hand_of(staff, who), wanted)


def confirm_step(staff: Staff, who: str, motion_id: UUID) -> None:
    with staff.act(who) as act:
        motions.confirm(act, hand_of(staff, who), motion_id)
