"""A ledger with as many entries as a test needs, each as the portal writes them."""

from portal.domain.audit import SYSTEM, hour_of, written
from portal.office.recording import Draft, record
from portal.store.ledger import LedgerHead
from tests.world import World


def grow(world: World, size: int) -> None:
    """Until there are so many, unsigned."""
    with world.store.transaction() as session:
        said = {"kind": "csrf", "hour": written(hour_of(world.clock()))}
        lacking = size - session.get_one(LedgerHead, 1).size
        record(
            session,
            world.house.entry_key,
            *(Draft("refusals_counted", world.clock(), SYSTEM, facts={**said, "count": n}) for n in range(lacking)),
        )
