"""Whoever writes to the database, with no key file, puts older rows back and hides the entries that came since.

Entries are found by columns that nobody authenticates. Each of these attacks edits them, or what an entry says itself,
for the moment in which honest people act; the rows they put back have genuine entries, only not the newest.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import UUID

import pytest

from portal.app import create_app
from portal.domain.errors import LedgerError, UncertifiedKeyError
from portal.domain.vocabulary import MotionKind
from portal.office import newest_rules, staffing
from tests.disclosing import Office
from tests.office.drills import tamper
from tests.office.test_assigning import assign, end, look
from tests.office.test_seating_attacked import db, put_back, row
from tests.review.test_reissue_pages import issued, renew
from tests.sending import accept, arrive, run, say, write
from tests.staffing import Staff
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.cold]

REQUEST = ("disclosures", "disclosure_fields")
IDENTITY = ("identity_fields", "identity_shares")


def copy_of(world: World, *tables: str) -> dict[str, list[tuple]]:
    return {table: run(world, f"SELECT * FROM {table}") for table in tables}


def bring_back(world: World, kept: dict[str, list[tuple]]) -> None:
    """Older rows instead of those there are."""
    tamper(world)  # no trigger is in the way
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection, connection:
        for table, old in kept.items():
            connection.execute(f"DELETE FROM {table}")
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(old[0]))})", old)


def hide(world: World, *events: str) -> None:
    """Nothing that looks for these entries by their columns finds them."""
    for event in events:
        tamper(world, f"UPDATE entries SET event = 'x', object_id = NULL WHERE event = '{event}'")


def rewrite(world: World, event: str) -> None:
    """What these entries say is another thing now, and says nothing of rows."""
    tamper(world, f"UPDATE entries SET opening = CAST('{{\"rows\":[]}}' AS BLOB) WHERE event = '{event}'")


@contextmanager
def anew(world: World) -> Iterator[World]:
    """A process that starts now and knows nothing yet."""
    before, world.app = world.app, create_app(world.settings, clock=world.clock)
    yield world
    world.store.close()
    world.app = before


def released(world: World) -> int:
    return run(world, "SELECT count(*) FROM disclosure_fields WHERE body IS NOT NULL")[0][0]


@pytest.mark.parametrize("fresh", [False, True])
def test_a_request_that_was_refused_is_not_put_back(office: Office, fresh: bool) -> None:  # noqa: FBT001
    office.lift(address := office.asked())
    kept = copy_of(office.world, *REQUEST)
    office.he.get(address)
    assert office.he.post(f"{address}/refuse").status_code == 303
    hide(office.world, "identity_refused")
    bring_back(office.world, kept)
    if fresh:
        with anew(office.world):
            anewed = Office.__new__(Office)
            anewed.world = office.world
            assert anewed.release(address, "name") == 500
    assert office.release(address, "name") == 500
    assert released(office.world) == 0


def test_what_was_closed_or_is_over_is_not_read_again(office: Office) -> None:
    office.lift(address := office.asked())
    office.release(address, "name")
    kept = copy_of(office.world, *REQUEST)
    office.lin.get(address)
    assert office.lin.post(f"{address}/close").status_code == 303
    hide(office.world, "identity_closed")
    bring_back(office.world, kept)
    assert office.read(address) == 500


def test_what_lapsed_is_not_lifted_again(office: Office) -> None:
    address = office.asked()
    kept = copy_of(office.world, *REQUEST)
    office.world.clock.forward(hours=73)
    office.world.tick()
    office.world.clock.forward(hours=-73)
    hide(office.world, "identity_lapsed")
    bring_back(office.world, kept)
    assert office.lift(address) == 500


def test_what_was_not_lifted_yet_is_not_released_by_an_older_request(office: Office) -> None:
    """A request's rows as they were when it was asked for, though the lead has lifted since: she lifts no more."""
    address = office.asked()
    kept = copy_of(office.world, *REQUEST)
    office.lift(address)
    hide(office.world, "identity_lifted")
    bring_back(office.world, kept)
    assert office.lift(address) == 500


def test_a_name_that_was_erased_is_asked_for_by_nobody(office: Office) -> None:
    kept = copy_of(office.world, *IDENTITY)
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    hide(office.world, "erased")
    bring_back(office.world, kept)
    assert office.ask() == 500


def test_a_name_that_was_erased_is_released_by_nobody(office: Office) -> None:
    office.lift(address := office.asked())
    kept = copy_of(office.world, *REQUEST, *IDENTITY)
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    hide(office.world, "erased", "identity_closed")
    bring_back(office.world, kept)
    assert office.release(address, "name") == 500
    assert released(office.world) == 0


def test_a_name_that_was_given_anew_is_not_learnt_as_it_was(office: Office) -> None:
    kept = copy_of(office.world, *IDENTITY)
    office.zhou.get("/mailbox")
    said = {"action": "replace", "name": "周大明", "phone": "13900000000"}
    assert office.zhou.post("/mailbox/identity", said).status_code == 303
    hide(office.world, "identity_replaced")
    bring_back(office.world, kept)
    assert office.ask() == 500


def test_whoever_has_withdrawn_is_not_asked_for_because_the_report_was_put_back(office: Office) -> None:
    kept = copy_of(office.world, "reports")
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/withdraw").status_code == 303
    hide(office.world, "withdrawn")
    bring_back(office.world, kept)
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask() == 500


def test_a_request_made_before_the_reporter_withdrew_leads_no_further(office: Office) -> None:
    address = office.asked()
    kept = copy_of(office.world, "reports", *REQUEST)
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/withdraw").status_code == 303
    hide(office.world, "withdrawn", "identity_closed")
    bring_back(office.world, kept)
    assert office.lift(address) == 500


def test_nothing_is_sealed_to_a_code_that_was_replaced(office: Office) -> None:
    world = office.world
    old = copy_of(world, "receipts")
    provisional = issued(office)
    renew(world.visitor(), provisional)
    new = copy_of(world, "receipts")
    revoked = {one[0] for one in old["receipts"]}
    mixed = old["receipts"] + [one for one in new["receipts"] if one[0] not in revoked]
    bring_back(world, {"receipts": mixed})
    with pytest.raises(UncertifiedKeyError):
        write(world, "lin", UUID(office.case), "请来领取。")


def test_nothing_is_sealed_to_an_investigator_who_was_taken_off(world: World) -> None:
    key, case_id = arrive(world)
    accept(world, "lin", case_id)
    assign(world, case_id, narrative=True)
    kept = copy_of(world, "assignments")
    end(world, case_id)
    bring_back(world, kept)
    with pytest.raises(LedgerError):
        look(world, case_id)
    with pytest.raises(LedgerError):
        say(world, key, "还有一句")


def test_what_an_entry_says_is_not_rewritten_for_a_process_that_starts(world: World) -> None:
    """The opening itself is another for a moment: no mark in it tells that it names a row."""
    staff = Staff(world)
    officer = staff.newcomer("liu").officer_id
    old = row(world, "officers", officer)
    with staff.act("guan") as act:
        staffing.suspend(act, officer)
    ((opening, index),) = db(world, 'SELECT opening, "index" FROM entries ORDER BY "index" DESC LIMIT 1')
    rewrite(world, "officer_suspended")
    with put_back(world, "officers", old), anew(world), pytest.raises(LedgerError):
        staff.propose(MotionKind.SEAT, "guan", "liu", duty=next(iter(staff.actor("lin").seats)).duty)
    db(world, 'UPDATE entries SET opening = ? WHERE "index" = ?', opening, index)
    world.sign()
    world.verify()


# What comes with rewards.
LATER = {"alarms", "awards", "revocations", "payouts", "bank_lists", "bank_items"}


def test_entries_that_are_said_to_name_rows_first_do_and_a_request_that_has_ended_is_kept_by_nobody(
    office: Office,
) -> None:
    """What the register leaves out, it may."""
    world = office.world
    renew(world.visitor(), issued(office))
    accept(world, "lin", UUID(office.case))
    assign(world, UUID(office.case), narrative=True)
    zhou = world.visitor()
    zhou.report(may_phone="y")
    office.lin.get("/review/?state=received")
    zhou.get("/mailbox")
    for said in ({"action": "replace", "name": "周大明"}, {"action": "erase"}):
        assert zhou.post("/mailbox/identity", said).status_code == 303
        zhou.get("/mailbox")
    assert zhou.post("/mailbox/withdraw").status_code == 303
    known: set[tuple[str, str]] = set()
    for entry in world.entries():
        rows = {(table, row_id) for table, row_id, _ in entry["rows"] if table in newest_rules.KEPT}
        if entry["event"].encode() in newest_rules.FIRST:
            assert not rows & known
            assert {table for table, _ in rows} <= newest_rules.LASTING
        known |= rows
    assert {table for table, _ in known} >= newest_rules.LASTING - LATER | newest_rules.REQUESTS - {"consents"}
    with world.store.reading() as session:
        world.house.newest.require(session)
    assert not any(world.house.newest._rows.get(*row) for row in known if row[0] in newest_rules.REQUESTS)
    assert not world.house.newest._rows.parts
