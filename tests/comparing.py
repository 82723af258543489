"""The key of comparing, as an installation from before it has none."""

from sqlalchemy import delete, select

from portal.domain.audit import SYSTEM
from portal.office.recording import Draft, record
from portal.store.index import MatchKey
from tests.world import World


def forget(world: World) -> None:
    """Take the key away, with the entry that says so."""
    with world.store.transaction() as session:
        draft = Draft("match_key_drawn", world.clock(), SYSTEM, facts={"keys": 0})
        for row in session.scalars(select(MatchKey)):
            draft.erases(row, row.id)
        session.execute(delete(MatchKey))
        record(session, world.house.entry_key, draft)
