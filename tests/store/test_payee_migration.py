"""Schema 0034 on a filled database of 0033: a payment is as it was, and one of before takes a delegate's letter."""

from contextlib import closing
from dataclasses import replace

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from portal.office import claims
from portal.store.base import Base
from tests import rewards as cast
from tests.office.test_claim_letters import take
from tests.office.test_claim_names import rename
from tests.sending import run
from tests.staffing import Staff
from tests.upgraded import upgraded
from tests.world import World


def test_a_payment_of_before_takes_a_letter(world: World, tmp_path) -> None:
    staff = cast.staffed(Staff(world))
    key, award = cast.proposed(staff)
    cast.granted(staff, key, award)
    rename(world, key, "", erase=True)  # no report of before has a mark
    cast.claim(world, key, cast.COUNTER)
    now = upgraded(world, tmp_path, "0033")
    with closing(now):
        with now.store.engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        rows = "SELECT id, state, wrapped, body, claimed_on FROM payouts"
        assert run(now, rows) == run(world, rows) != []
        joint = replace(cast.COUNTER, holder="赵六", delegate=True, signatory="周小明")
        pictures = take(now)
        with now.store.reading() as session:
            sealed = claims.seal(session, now.house, key, joint, now=world.clock(), pictures=pictures)
        with now.store.transaction() as session:
            claims.claim(session, now.house, key, sealed, now=world.clock())
        now.sign()
        assert now.verify().files == 1
