"""Who keeps out of a case, as the cast says it."""

from uuid import UUID

from portal.office import recusing
from tests.sending import newest
from tests.world import World

WHY = "商场经理是我表兄。"


def recuse(world: World, who: str, case_id: UUID, whom: str = "", why: str = WHY) -> None:
    """Somebody keeps out, or keeps another out."""
    said = (world.cast[whom or who].officer_id, why, newest(world, case_id))
    actor, ring = world.actor(who), world.ring(who)
    with world.store.transaction() as session:
        recusing.recuse(session, world.house, actor, ring, case_id, said, now=world.clock())
