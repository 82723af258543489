"""A lead gives a half of an identity's keys on its way after a transfer, without a browser."""

from uuid import UUID

from portal.office import rehoming
from portal.office.signing_in import Code
from tests.world import World


def offer(world: World, report_id: UUID, who: str = "gao") -> None:
    member, actor, ring = world.cast[who], world.actor(who), world.ring(who)
    world.clock.forward(seconds=31)
    code = Code(member.keys.otp, member.code(world.clock()))
    with world.store.transaction() as session:
        made = rehoming.prepare_offer(session, world.house, actor, ring, report_id, code, now=world.clock())
        rehoming.offer(session, world.house, actor, made, now=world.clock())
