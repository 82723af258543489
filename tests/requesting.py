"""Requests for what is sealed of a reporter, as the cast makes and refuses them without a browser."""

from uuid import UUID

from sqlalchemy import select

from portal.domain.values import Plea, Terms
from portal.domain.vocabulary import DisclosureStep, IdentityField
from portal.office import disclosing, requesting
from portal.store.disclosures import Disclosure
from tests.sending import newest
from tests.world import World

ORDER = "长公（刑）调证字〔2026〕12号"


def order(world: World, case_id: UUID, *fields: IdentityField, who: str = "lin") -> UUID:
    """Intake asks on a lawful order; returns which request it is."""
    terms = Terms(document=ORDER)
    plea = Plea(tuple(fields), "POLICE_ORDER", 72, "公安机关调取。", newest(world, case_id), terms=terms)
    actor, ring = world.actor(who), world.ring(who)
    with world.store.reading() as session:
        made = requesting.prepare(session, world.house, actor, ring, case_id, plea, now=world.clock())
    with world.store.transaction() as session:
        requesting.ask(session, world.house, actor, case_id, plea, made, now=world.clock())
    with world.store.reading() as session:
        return session.scalars(select(Disclosure.id).where(Disclosure.case_id == case_id)).one()


def refuse(world: World, request_id: UUID, who: str = "gao") -> None:
    """The lead does not agree: it is over."""
    actor, step = world.actor(who), DisclosureStep.REFUSE
    with world.store.reading() as session:
        seen = session.get_one(Disclosure, request_id).version
        made = disclosing.prepare_end(session, world.house, actor, step, request_id, seen, now=world.clock())
    with world.store.transaction() as session:
        disclosing.take(session, world.house, actor, made, now=world.clock())
