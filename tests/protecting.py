"""Protecting whoever reported from retaliation, as the cast does it."""

from uuid import UUID

from portal.domain.alarms import Checked, Protection
from portal.office import alarming, protecting
from portal.office.protecting import Word
from tests.alarming import alarms
from tests.sending import newest
from tests.world import World

DONE = "已书面告诫公司，没有提是谁举报。"
FOUND = "问了人事和同班组的人，停岗是全组一起停的。"
CATEGORY = "RETALIATE-01"


def sign(world: World, who: str) -> None:
    """Somebody takes on what rings."""
    (alarm,) = (one for one in alarms(world) if one.signed_off_at is None)
    with world.store.transaction() as session:
        alarming.sign_off(session, world.house, world.actor(who), alarm.id, now=world.clock())


def protect(world: World, who: str, case_id: UUID, code: str = Protection.WARNED, *, seen: int | None = None) -> None:
    said = Word(code, DONE, newest(world, case_id) if seen is None else seen)
    actor, ring = world.actor(who), world.ring(who)
    with world.store.transaction() as session:
        protecting.protect(session, world.house, actor, ring, case_id, said, now=world.clock())


def check(world: World, who: str, case_id: UUID, code: str = Checked.UNCONFIRMED) -> None:
    said, actor, ring = Word(code, FOUND, newest(world, case_id)), world.actor(who), world.ring(who)
    with world.store.transaction() as session:
        protecting.check(session, world.house, actor, ring, case_id, said, now=world.clock())
