"""Files of a case file without a browser: added beside a record, and taken back by whoever added one."""

from uuid import UUID

from portal.domain.case_vocabulary import PaperKind
from portal.office import exhibits, taking_back
from portal.office.manifests import Manifest
from tests.filing import SOUND, arrived
from tests.verification import look
from tests.visitor import PICTURE
from tests.world import World

PHOTO = PICTURE[0] + b"what a camera says behind its picture"


def record(world: World, case_id: UUID, kind: PaperKind = PaperKind.VISIT, who: str = "chen") -> UUID:
    """The newest record of a kind in a case file."""
    return next(one.id for one in reversed(look(world, who, case_id).papers) if one.kind is kind)


def exhibit(
    world: World, who: str, case_id: UUID, about: UUID, data: bytes = SOUND, *, harmless: bool = False
) -> Manifest:
    """Somebody adds a file beside a record."""
    actor, ring = world.actor(who), world.ring(who)
    one = arrived(world, None, data, harmless=harmless)
    with world.store.reading() as session:
        made = exhibits.prepare(session, world.house, actor, ring, case_id, about, one, now=world.clock())
    with world.store.transaction() as session:
        exhibits.add(session, world.house, actor, case_id, about, made)
    return made.manifest


def take_back(world: World, who: str, case_id: UUID, number: int, reason: str = "mistaken") -> None:
    with world.store.transaction() as session:
        actor, now = world.actor(who), world.clock()
        taking_back.take_back(session, world.house, actor, case_id, number, reason, now=now)
