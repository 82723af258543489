"""Objections to a transfer, as the cast raises and decides them."""

from uuid import UUID

from portal.domain.values import Handover
from portal.office import disputing
from tests.office.test_transferring import authority
from tests.sending import newest
from tests.world import World

WHY = "出口在长春界内，不归四平管。"
THEREFORE = "出口编号是长春的，请长春办。"


def dispute(world: World, who: str, case_id: UUID, why: str = WHY) -> None:
    """Somebody says that it is not theirs."""
    actor, ring, seen = world.actor(who), world.ring(who), newest(world, case_id)
    with world.store.transaction() as session:
        disputing.dispute(session, world.house, actor, ring, case_id, why, seen, now=world.clock())


def decide(world: World, who: str, case_id: UUID, code: str) -> None:
    """The level above says who handles it."""
    handover = Handover(authority(world, code), THEREFORE, newest(world, case_id))
    actor, ring = world.actor(who), world.ring(who)
    with world.store.transaction() as session:
        disputing.decide(session, world.house, actor, ring, case_id, handover, now=world.clock())
