"""Who keeps out of a case, as the cast says it."""

from uuid import UUID

from sqlalchemy import select

from portal.office import recusing
from portal.store.recusals import Recusal
from tests.sending import newest
from tests.world import World

WHY = "商场经理是我表兄。"


def recuse(world: World, who: str, case_id: UUID, whom: str = "", why: str = WHY) -> None:
    """Somebody keeps out, or keeps another out."""
    said = (world.cast[whom or who].officer_id, why, newest(world, case_id))
    actor, ring = world.actor(who), world.ring(who)
    with world.store.transaction() as session:
        recusing.recuse(session, world.house, actor, ring, case_id, said, now=world.clock())


def of_case(world: World, case_id: UUID, who: str) -> UUID:
    """Which recusal keeps somebody out of a case."""
    wanted = select(Recusal.id).where(Recusal.case_id == case_id, Recusal.officer_id == world.cast[who].officer_id)
    with world.store.reading() as session:
        return session.scalars(wanted).one()


def plead(world: World, who: str, case_id: UUID, why: str = "那个商场已经不是他管了。") -> UUID:
    """Whoever keeps out of a case says that nothing keeps them out any more; returns which recusal it is."""
    recusal_id, actor = of_case(world, case_id, who), world.actor(who)
    with world.store.transaction() as session:
        recusing.take_back(session, world.house, actor, recusal_id, why, now=world.clock())
    return recusal_id


def lift(world: World, who: str, case_id: UUID, recusal_id: UUID) -> None:
    """And somebody agrees."""
    seen, actor = newest(world, case_id), world.actor(who)
    with world.store.transaction() as session:
        recusing.lift(session, world.house, actor, case_id, recusal_id, seen, now=world.clock())


def kept_out(world: World, case_id: UUID, whom: str, *, pleads: bool) -> UUID:
    """Somebody whom the lead keeps out of a case, who has taken it back or not yet; returns which recusal it is."""
    recuse(world, "gao", case_id, whom)
    return plead(world, whom, case_id) if pleads else of_case(world, case_id, whom)
