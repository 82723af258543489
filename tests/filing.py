"""Files handed in without a browser: what the pages do between an upload and its answer."""

from uuid import UUID

from portal.office import case_files, evidence, own_files, sealed_files
from portal.office.evidence import Taken
from portal.office.keyring import ReporterKey
from portal.office.manifests import Manifest
from portal.office.sealed_files import Sealing, name_of
from tests.sending import run
from tests.visitor import PICTURE
from tests.world import World

SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"the wind in the lift shaft " * 40  # no copy is made of a recording


def arrived(world: World, key: ReporterKey | None, data: bytes, *, harmless: bool = False, caption: str = "") -> Taken:
    """A file that has come and was stored; no row names it yet."""
    sealing = Sealing(world.house)
    sealing.write(data)
    own = key.secret if key else None
    return evidence.take(world.house, sealing, harmless=harmless, caption=caption, own=own)


def attach(
    world: World, key: ReporterKey, data: bytes = SOUND, *, harmless: bool = False, caption: str = ""
) -> Manifest:
    """A reporter adds a file."""
    one = arrived(world, key, data, harmless=harmless, caption=caption)
    with world.store.reading() as session:
        added = own_files.prepare(session, world.house, key, one, now=world.clock())
    with world.store.transaction() as session:
        own_files.send(session, world.house, key, added, now=world.clock())
    return added.manifest


def attach_picture(world: World, key: ReporterKey) -> Manifest:
    """The smallest picture there is, with the office's copy of it."""
    return attach(world, key, PICTURE[0])


def add(world: World, username: str, case_id: UUID, data: bytes = SOUND) -> Manifest:
    """An officer adds a file to a case."""
    actor, one = world.actor(username), arrived(world, None, data)
    with world.store.reading() as session:
        ring = world.ring(username)
        added = case_files.prepare(session, world.house, actor, ring, case_id, one, now=world.clock())
    with world.store.transaction() as session:
        case_files.add(session, world.house, actor, case_id, added)
    return added.manifest


def taken(world: World, who: str, case_id: UUID, number: int = 1) -> bytes:
    """The office's copy, as an officer downloads it."""
    world.sign()
    with world.store.transaction() as session:
        actor, ring = world.actor(who), world.ring(who)
        file = case_files.take(session, world.house, actor, ring, case_id, number, now=world.clock())
    return b"".join(sealed_files.chunks(world.house, file))


def stored(world: World) -> set[str]:
    """The names of all files in the store."""
    return {one.name for one in world.house.blobs.listed("files")}


def named(world: World) -> set[str]:
    """The names of all files that a row names."""
    return {name_of(UUID(bytes=row)) for (row,) in run(world, "SELECT id FROM blobs")}
