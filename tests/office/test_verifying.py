"""`portal audit verify` against the owner of the database, triggers off: whatever is changed is found and named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.domain.errors import LedgerError
from portal.office import verifying
from portal.store.ledger import Checkpoint
from tests.office.drills import tamper
from tests.world import Template, Visitor, World

LAST = '(SELECT MAX("index") FROM entries)'


@pytest.fixture(scope="module")
def filled(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A home with a report that was listed, all signed."""
    world = World.copy(template, tmp_path_factory.mktemp("verifying") / "home")
    world.visitor().report(may_phone="y")
    world.officer("lin").get("/review/")
    world.sign()
    return world.keep(template)


@pytest.fixture
def ledger(filled: Template, tmp_path: Path) -> Iterator[World]:
    """A copy of it."""
    world = World.copy(filled, tmp_path / "home")
    yield world
    world.close()


def test_an_untouched_ledger_holds(ledger: World) -> None:
    verdict = ledger.verify()
    assert verdict.unsigned == 0
    assert verdict.rows > 100


TAMPERINGS = {
    "an entry's opening changed": "UPDATE entries SET opening ="
    f" CAST(replace(CAST(opening AS TEXT), 'listed', 'opened') AS BLOB) WHERE \"index\" = {LAST}",
    "an entry's column changed": f"UPDATE entries SET event = 'opened' WHERE \"index\" = {LAST}",
    "an entry's time changed": f"UPDATE entries SET at = '2026-01-01 00:00:00.000000' WHERE \"index\" = {LAST}",
    "an entry blanked and its leaf with it": f'UPDATE leaves SET hash = zeroblob(32) WHERE "index" = {LAST}',
    "the last entry removed": f'DELETE FROM entries WHERE "index" = {LAST}',
    "two leaves swapped": (
        'UPDATE leaves SET hash = CASE "index" WHEN 3 THEN (SELECT hash FROM leaves WHERE "index" = 4)'
        ' ELSE (SELECT hash FROM leaves WHERE "index" = 3) END WHERE "index" IN (3, 4)'
    ),
    "a MAC changed": f'UPDATE entries SET mac = zeroblob(32) WHERE "index" = {LAST}',
    "the head set back": "UPDATE ledger_head SET size = size - 1",
    "a checkpoint's root changed": "UPDATE checkpoints SET root = zeroblob(32)",
    "a checkpoint's note changed": "UPDATE checkpoints SET note = upper(note)",
    "a letter's ciphertext replaced": "UPDATE letters SET body = zeroblob(200)",
    "an identity field replaced": "UPDATE identity_fields SET body = zeroblob(100)",
    "a grant turned on": "UPDATE key_grants SET state = 'active' WHERE state = 'standby'",
    "a grant's key replaced": "UPDATE key_grants SET wrapped = zeroblob(1169)",
    "a grant given to another desk": "UPDATE key_grants SET desk_epoch_id = (SELECT id FROM desk_epochs LIMIT 1)"
    " WHERE desk_epoch_id IS NOT NULL",
    "an opening that is no longer bytes": f"UPDATE entries SET opening = 'x' WHERE \"index\" = {LAST}",
    "a case moved to another state": "UPDATE cases SET state = 'awaiting'",
    "a clock put off": "UPDATE clocks SET due_at = '2030-01-01 00:00:00.000000'",
    "a report lost": "DELETE FROM letters",
    "an identity share lost": "DELETE FROM identity_shares WHERE holder = 'lead'",
    "a seat given without an entry": "UPDATE seats SET officer_id = (SELECT id FROM officers WHERE username = 'qin')"
    " WHERE officer_id = (SELECT id FROM officers WHERE username = 'shen')",
    "a desk key swapped": "UPDATE desk_epochs SET public_key = (SELECT public_key FROM officers LIMIT 1)",
    "a certificate's body changed": "UPDATE certificates SET body = zeroblob(length(body))",
    "a receipt's key swapped": "UPDATE receipts SET public_key = (SELECT public_key FROM officers LIMIT 1)",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_is_found_and_named(ledger: World, statement: str) -> None:
    tamper(ledger, statement)
    with pytest.raises(LedgerError) as caught:
        ledger.verify()
    assert str(caught.value)


def test_a_row_written_beside_the_portal_has_no_entry(ledger: World) -> None:
    tamper(
        ledger,
        "INSERT INTO desks (id, authority_id, duty, entry_id)"
        " SELECT randomblob(16), authority_id, 'audit', entry_id FROM desks WHERE duty = 'lead'"
        " AND authority_id NOT IN (SELECT authority_id FROM desks WHERE duty = 'audit') LIMIT 1",
    )
    with pytest.raises(LedgerError, match="has no entry"):
        ledger.verify()


def cut_the_tail(world: World) -> None:
    """Remove the last entry with its leaf, as if it had never been."""
    tamper(
        world,
        f'DELETE FROM leaves WHERE "index" = {LAST}',
        f'DELETE FROM entries WHERE "index" = {LAST}',
        "UPDATE ledger_head SET size = size - 1",
    )


def test_a_tail_that_was_signed_cannot_be_cut(ledger: World) -> None:
    cut_the_tail(ledger)
    with pytest.raises(LedgerError, match="were signed and are gone"):
        ledger.verify()


def test_a_ledger_rolled_back_to_before_a_kept_checkpoint_is_found(ledger: World, tmp_path: Path) -> None:
    with ledger.store.reading() as session:
        kept = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)).one()
    (tmp_path / "kept").write_text(kept, encoding="utf-8")
    cut_the_tail(ledger)
    tamper(ledger, f"DELETE FROM checkpoints WHERE size > {LAST} + 1")
    with pytest.raises(LedgerError, match="were signed and are gone"):
        verifying.verify(ledger.store, verifying.Keys.read(ledger.settings), since=tmp_path / "kept")


def test_erasing_identity_leaves_a_ledger_that_holds(world: World, zhou: Visitor) -> None:
    zhou.report()
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    world.sign()
    assert world.verify().unsigned == 0
    assert world.events()[-1] == "erased"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "statement",
    [
        f'UPDATE entries SET object_id = lower(hex(object_id)) WHERE "index" = {LAST} - 1',
        f'UPDATE entries SET authority_id = lower(hex(authority_id)) WHERE "index" = {LAST}',
        "UPDATE clocks SET due_at = replace(replace(replace(substr(due_at, 1, 19), '-', ''), ':', ''), ' ', 'T')",
        "UPDATE clocks SET due_at = replace(due_at, ' ', 'T')",
        "UPDATE cases SET due_at = due_at || '0'",
        "UPDATE letters SET report_id = lower(hex(report_id))",
    ],
)
def test_a_value_that_reads_the_same_and_is_stored_otherwise_is_found(ledger: World, statement: str) -> None:
    """It would be found by no query, or sort elsewhere: a clock written so is never due."""
    tamper(ledger, "PRAGMA foreign_keys = OFF", statement)
    with pytest.raises(LedgerError, match="a form that the portal never writes"):
        ledger.verify()


@pytest.mark.sqlite
def test_an_entry_before_the_first_is_found(ledger: World) -> None:
    columns = "id, salt, opening, mac, mac_key_id, event, object_id, actor, actor_id, authority_id, at"
    told = columns.replace("id, salt", "randomblob(16), salt", 1)
    tamper(
        ledger,
        "INSERT INTO leaves VALUES (-1, zeroblob(32))",
        f'INSERT INTO entries ("index", {columns}) SELECT -1, {told} FROM entries WHERE "index" = {LAST}',
    )
    with pytest.raises(LedgerError, match="begin at -1"):
        ledger.verify()


@pytest.mark.sqlite
def test_a_second_row_under_an_id_that_is_there_is_found(ledger: World) -> None:
    tamper(
        ledger,
        "CREATE TABLE planted AS SELECT * FROM letters",
        "INSERT INTO planted SELECT * FROM letters LIMIT 1",
        "UPDATE planted SET body = zeroblob(200) WHERE rowid = (SELECT max(rowid) FROM planted)",
        "DROP TABLE letters",
        "ALTER TABLE planted RENAME TO letters",
    )
    with pytest.raises(LedgerError, match="is there 2 times"):
        ledger.verify()


@pytest.mark.sqlite
def test_an_entry_without_a_number_is_found(ledger: World) -> None:
    tamper(
        ledger,
        "CREATE TABLE planted AS SELECT * FROM entries",
        f'INSERT INTO planted SELECT * FROM entries WHERE "index" = {LAST}',
        'UPDATE planted SET "index" = NULL, id = randomblob(16) WHERE rowid = (SELECT max(rowid) FROM planted)',
        "DROP TABLE entries",
        "ALTER TABLE planted RENAME TO entries",
    )
    with pytest.raises(LedgerError, match="entries holds"):
        ledger.verify()
