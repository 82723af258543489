"""Schema 0035 on a filled database of 0033: payments, motions and papers are as they were; payments can be listed."""

from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.store import migrate
from portal.store.session import Store, open_store
from tests.cli.test_init import at
from tests.rewards import release
from tests.staffing import Staff
from tests.world import World

ROWS = ("SELECT * FROM payouts ORDER BY id", "SELECT * FROM motions ORDER BY id", "SELECT * FROM papers ORDER BY id")

KIND = text("UPDATE motions SET kind = :kind")


def rows(store: Store) -> list[list[dict]]:
    with store.engine.connect() as connection:
        return [[dict(row) for row in connection.execute(text(one)).mappings()] for one in ROWS]


def emptied(world: World, folder: Path) -> str:
    """The address of an empty database of the same engine."""
    if world.server is not None:
        return world.server.url(world.server.make())
    (folder / "old.sqlite").touch(mode=0o600)
    return f"sqlite:///{folder}/old.sqlite"


@pytest.mark.reward("claimed")
def test_payments_are_as_before_and_stand_in_no_list(
    staff: Staff, world: World, reference: UUID, tmp_path: Path
) -> None:
    release(staff, reference)
    url = emptied(world, tmp_path)
    with closing(open_store(url)) as store:
        migrate.upgrade(store, "0033")
        with store.writer.begin() as connection:  # which 0022 fills, and the world has filled
            connection.execute(text("DELETE FROM index_parts"))
        at("0033", world, store)
        before = rows(store)
        migrate.upgrade(store, "0035")
        payouts, motions, papers = rows(store)
        assert payouts == [{**one, "list_id": None} for one in before[0]]
        assert [motions, papers] == before[1:]
        assert payouts
        assert papers
        for kind in ("recall", "locate"):
            with store.writer.begin() as connection:
                connection.execute(KIND, {"kind": kind})
        with pytest.raises(IntegrityError), store.writer.begin() as connection:
            connection.execute(KIND, {"kind": "x"})
    if world.server is not None:
        world.server.drop(url.rpartition("/")[2].partition("?")[0])
