"""Cases that are merged and split again, as the cast does it."""

from uuid import UUID

from portal.domain.merging import SplitReason
from portal.office import merging, splitting
from portal.office.splitting import Parting
from portal.store.cases import Case
from tests.sending import newest, open_case
from tests.world import World


def look_at(world: World, case_id: UUID, who: str = "gao") -> None:
    """The lead opens what was merged: before that no reporter of it is told of a conclusion."""
    open_case(world, who, case_id)


def merge(world: World, who: str, case_id: UUID, main_id: UUID, *, seen: int | None = None) -> None:
    """Somebody merges a case into another, by its number."""
    with world.store.reading() as session:
        number = session.get_one(Case, main_id).number or ""
    newest_seen = newest(world, case_id) if seen is None else seen
    with world.store.transaction() as session:
        merging.merge(session, world.house, world.actor(who), case_id, number, newest_seen, now=world.clock())


WRONG = "去看过：锁着的是另一个商场的出口。"


def split(
    world: World,
    who: str,
    case_id: UUID,
    *,
    page: UUID | None = None,
    reason: str = SplitReason.OTHER_MATTER,
    seen: int | None = None,
) -> None:
    """Somebody splits a case off again, on its own page unless another is named."""
    where = page or case_id
    wish = Parting(case_id, reason, WRONG, newest(world, where) if seen is None else seen)
    actor, ring = world.actor(who), world.ring(who)
    with world.store.transaction() as session:
        splitting.split(session, world.house, actor, ring, where, wish, now=world.clock())
