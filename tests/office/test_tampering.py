"""Every recorded table and column against the owner of the database: changed, lost, added or put back, it is found."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import certificates, note, tree
from crypto.cosignature import CosignerKey
from crypto.keys import SecretKey, SigningKey
from portal.domain.audit import SYSTEM
from portal.domain.errors import LedgerError
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import founding, identity, mailbox, verifying
from portal.office.recording import Draft, EntryKey, record
from portal.settings import read_key
from portal.store.ledger import Checkpoint, Leaf
from portal.store.models import Base
from portal.store.officers import Officer
from tests import keyed
from tests.alarming import by_hand, reach, watch
from tests.authenticator import Authenticator
from tests.casework import propose_block
from tests.disclosing import AGREE, REQUEST, Office
from tests.editions import holidays
from tests.filing import attach_picture
from tests.filling import casework
from tests.keeping import offer
from tests.office.drills import changed, tamper
from tests.office.test_assigning import assign
from tests.office.test_transferring import hand
from tests.sending import accept, arrive, decline, open_case, run, say, write
from tests.staffing import Staff
from tests.world import ORIGIN, Template, World

pytestmark = pytest.mark.sqlite

LAST = '(SELECT MAX("index") FROM entries)'
RECORDED = [table for table in Base.metadata.sorted_tables if "entry_id" in table.columns]
NAMES = [table.name for table in RECORDED]
UNTOLD = {"id", "version", "generation", "reminded_at"}  # an id that changed is a row lost and one that no entry names


@pytest.fixture(scope="module")
def filled(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with rows in every table, all signed."""
    world = World.copy(template, tmp_path_factory.mktemp("filled") / "home")
    key, case_id = arrive(world, may_phone=True)
    _, turned = arrive(world)
    handed, there = arrive(world)
    hand(world, there)
    offer(world, handed.report_id)
    decline(world, "lin", turned, "INFO_REQUEST", "请按公开渠道提出。")
    open_case(world, "lin", case_id, phone=True)
    accept(world, "lin", case_id)
    assign(world, case_id)
    write(world, "lin", case_id, "请补充")
    say(world, key, "还有一句")
    attach_picture(world, key)
    with world.store.transaction() as session:
        mailbox.serve(session, world.house, key, now=world.clock())
    office = Office(world)
    office.lift(request := office.asked())
    office.release(request, "name")
    assert office.state(request) == 303
    assert office.ask(**AGREE) == 422, "one at a time"
    office.lin.get(request)
    office.lin.post(f"{request}/close")
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask(**AGREE) == 303
    asked = REQUEST.findall(office.lin.get(f"/review/cases/{office.case}").text)[-1]
    assert office.agree(f"/review/disclosures/{asked}") == 303
    by_hand(world, "gao", case_id)
    reach(world, "lin")
    watch(world, "lin")
    world.invite("xu")
    staff = Staff(world)
    staff.asked("lin")
    staff.propose(MotionKind.SEAT, "guan", "song", duty=Duty.INVESTIGATE)
    staff.new(MotionKind.ADOPT, "office-220000", holidays())
    propose_block(staff, "lin", arrive(world)[1])
    casework(world, staff)
    keyed.add(world, Authenticator(), "gao")
    with world.store.transaction() as session:
        _open_recoverable(world, session)
    world.sign()
    world.close()
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return world.home


def _open_recoverable(world: World, session: Session) -> None:
    """A desk of 四平 that a recovery key opens."""
    founder, qin = world.founder(session), world.cast["qin"]
    recovery = founding.certify_recovery(founder, RecoveryName.ALL_ELSE, SecretKey.generate().public)
    authority = session.get_one(Officer, qin.officer_id).authority_id
    founding.open_desk(founder, authority, Duty.AWARD, {qin.officer_id: qin.keys.secret.public}, recovery)


@pytest.fixture
def ledger(template: Template, filled: Path, tmp_path: Path):
    world = World.copy(replace(template, home=filled), tmp_path / "home", cold=True)
    yield world
    world.close()


def refused(world: World, match: str = ".") -> str:
    with pytest.raises(LedgerError, match=match) as caught:
        world.verify()
    return str(caught.value)


def test_a_filled_ledger_holds_and_every_recorded_table_is_in_it(ledger: World) -> None:
    assert ledger.verify().unsigned == 0
    for table in RECORDED:
        assert run(ledger, f"SELECT count(*) > 0 FROM {table.name}") == [(1,)], table.name


@pytest.mark.parametrize("table", NAMES)
def test_any_value_of_a_row_changed_is_found_and_the_row_named(ledger: World, table: str) -> None:
    row = run(ledger, f"SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT 1")[0][0]
    for column in sorted(set(Base.metadata.tables[table].columns.keys()) - UNTOLD):
        (before,) = run(ledger, f"SELECT {column} FROM {table} WHERE rowid = {row}")[0]
        tamper(ledger, f"UPDATE {table} SET {column} = {changed(table, column)} WHERE rowid = {row}")
        said = refused(ledger)
        named = table in said or table == "certificates" or "not of the form" in said  # …, whose chain comes first
        assert named, (column, said)
        run(ledger, f"UPDATE {table} SET {column} = ? WHERE rowid = {row}", before)


@pytest.mark.parametrize("table", sorted(set(NAMES) - {"installation"}))
def test_a_row_that_no_entry_names_is_found_and_so_is_one_lost(ledger: World, table: str) -> None:
    newest = f"WHERE rowid = (SELECT MAX(rowid) FROM {table})"
    (before,) = run(ledger, f"SELECT id FROM {table} {newest}")[0]
    tamper(ledger, f"UPDATE {table} SET id = randomblob(16) {newest}")
    refused(ledger, f"{table} .* (has no entry|is gone; entry)")  # it is both: a stranger here, and missed there
    tamper(ledger, f"UPDATE {table} SET id = x'{before.hex()}' {newest}")
    tamper(ledger, f"DELETE FROM {table} {newest}")
    refused(ledger, f"{table} .* is gone; entry")


def test_a_database_without_its_installation_does_not_verify(ledger: World) -> None:
    tamper(ledger, "DELETE FROM installation")
    refused(ledger)


def test_a_row_carrying_another_entrys_id_is_found(ledger: World) -> None:
    tamper(ledger, "UPDATE letters SET entry_id = (SELECT id FROM entries LIMIT 1)")
    refused(ledger, "letters .* is not as entry")


def test_an_entry_emptied_without_a_word_is_found(ledger: World) -> None:
    """Who read what must not go by two NULLs, which the triggers allow."""
    (index,) = run(ledger, "SELECT MIN(\"index\") FROM entries WHERE event = 'phone_read'")[0]
    run(ledger, 'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = ?', index)
    refused(ledger, f"entry {index} was emptied")


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("event", "'listed'", "event"),
        ("object_id", "randomblob(16)", "object"),
        ("object_id", "NULL", "object"),
        ("actor", "'system'", "kind"),
        ("actor_id", "randomblob(16)", "officer"),
        ("authority_id", "randomblob(16)", "authority"),
        ("authority_id", "NULL", "authority"),
        ("at", "'2026-03-02 04:00:01.000000'", "at"),
        ("effect", "'keeps'", "effect"),
        ("duty", "'lead'", "duty"),
        ("reason", "'PROTECT'", "reason"),
    ],
)
def test_a_column_that_differs_from_its_opening_is_named(ledger: World, column: str, value: str, name: str) -> None:
    tamper(ledger, f"UPDATE entries SET {column} = {value} WHERE event = 'opened'")
    refused(ledger, rf"entry \d+: {name} is not what it was")


def test_an_entry_of_another_key_is_found_before_it_is_signed(ledger: World) -> None:
    """Signed or not, whoever owns the database cannot write entries."""
    with ledger.store.transaction() as session:
        record(session, EntryKey(b"mine" * 8), Draft("enrolment_lapsed", ledger.clock(), SYSTEM))
    refused(ledger, "was not written by this portal")


def test_an_entry_copied_to_the_end_is_found(ledger: World) -> None:
    tamper(
        ledger,
        f'INSERT INTO leaves SELECT "index" + 1, hash FROM leaves WHERE "index" = {LAST}',
        'INSERT INTO entries ("index", id, salt, opening, mac, mac_key_id, event, object_id, actor, actor_id,'
        ' authority_id, at) SELECT "index" + 1, randomblob(16), salt, opening, mac, mac_key_id, event, object_id,'
        f' actor, actor_id, authority_id, at FROM entries WHERE "index" = {LAST}',
        "UPDATE ledger_head SET size = size + 1",
    )
    refused(ledger, "was not written by this portal")


def other_of(table: str, column: str) -> str:
    """The value that stands at entry 6 for 5, and the reverse."""
    return f'(SELECT {column} FROM {table} AS other WHERE other."index" = 11 - {table}."index")'


def test_two_entries_in_each_others_place_are_found(ledger: World) -> None:
    """Leaf, MAC and all: the MAC knows its index."""
    columns = ("salt", "opening", "mac", "event", "object_id", "at")
    changes = ", ".join(f"{one} = {other_of('entries', one)}" for one in columns)
    tamper(
        ledger,
        f'UPDATE leaves SET hash = {other_of("leaves", "hash")} WHERE "index" IN (5, 6)',
        f'UPDATE entries SET {changes} WHERE "index" IN (5, 6)',
    )
    refused(ledger, "entry 5 was not written by this portal")


def test_a_tail_cut_before_it_was_signed_leaves_rows_without_entries(ledger: World) -> None:
    arrive(ledger)
    tamper(
        ledger,
        *(f'DELETE FROM {table} WHERE "index" >= {size(ledger) - 2}' for table in ("leaves", "entries")),
        "UPDATE ledger_head SET size = size - 2",
    )
    refused(ledger, "has no entry")


def size(world: World) -> int:
    return run(world, "SELECT size FROM ledger_head")[0][0]


def test_a_head_that_counts_wrong_is_found(ledger: World) -> None:
    tamper(ledger, "UPDATE ledger_head SET size = size + 1")
    refused(ledger, "should have")


def forged(world: World, key: SigningKey, root: bytes) -> str:
    return note.sign(note.Checkpoint(ORIGIN, size(world), root), ORIGIN, key)


def test_a_checkpoint_signed_by_another_key_is_found(ledger: World) -> None:
    with ledger.store.reading() as session:
        root = tree.root(session.scalars(select(Leaf.hash).order_by(Leaf.index)))
    text = forged(ledger, SigningKey.generate(), root)
    tamper(ledger, f"UPDATE checkpoints SET note = '{text}' WHERE size = {size(ledger)}")
    refused(ledger, r"checkpoint \d+: not signed by this key")


def test_an_edge_planted_beside_a_checkpoint_is_found(ledger: World) -> None:
    tamper(ledger, "UPDATE checkpoints SET frontier = (SELECT frontier FROM checkpoints ORDER BY size LIMIT 1)")
    refused(ledger, "another edge than its root")


def kept(world: World, path: Path) -> Path:
    """The newest checkpoint, kept outside."""
    with world.store.reading() as session:
        text = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)).one()
    path.write_text(text, encoding="utf-8")
    return path


def verify_since(world: World, path: Path) -> verifying.Verdict:
    return verifying.verify(world.store, verifying.Keys.read(world.settings), since=path)


def test_a_kept_checkpoint_of_an_untouched_ledger_holds_for_ever(ledger: World, tmp_path: Path) -> None:
    since = kept(ledger, tmp_path / "kept")
    arrive(ledger)
    ledger.sign()
    assert verify_since(ledger, since).unsigned == 0


def test_an_older_copy_put_back_is_found_by_a_kept_checkpoint(ledger: World, filled: Path, tmp_path: Path) -> None:
    arrive(ledger)
    ledger.sign()
    since = kept(ledger, tmp_path / "kept")
    ledger.close()
    for name in ("portal.sqlite", "portal.sqlite-wal", "portal.sqlite-shm"):
        (ledger.home / name).unlink(missing_ok=True)
    shutil.copy(filled / "portal.sqlite", ledger.home / "portal.sqlite")
    assert ledger.verify().unsigned == 0  # alone it looks whole
    with pytest.raises(LedgerError, match="were signed and are gone"):
        verify_since(ledger, since)


def test_a_ledger_that_went_another_way_is_found_by_a_kept_checkpoint(ledger: World, tmp_path: Path) -> None:
    with ledger.store.reading() as session:
        signing = SigningKey(read_key(ledger.settings.log_key))
        count = len(session.scalars(select(Leaf.index)).all())
    other = note.sign(note.Checkpoint(ORIGIN, count, bytes(32)), ORIGIN, signing)
    (tmp_path / "kept").write_text(CosignerKey.beside(signing).cosign(other, ORIGIN, at=0), encoding="utf-8")
    with pytest.raises(LedgerError, match="rewritten before"):
        verify_since(ledger, tmp_path / "kept")


def test_a_log_key_that_was_not_certified_is_found_though_all_it_signed_fits(ledger: World) -> None:
    keys = replace(verifying.Keys.read(ledger.settings), log=SigningKey(bytes(range(32))).public)
    with pytest.raises(LedgerError, match="not the one that was certified"):
        verifying.verify(ledger.store, keys)


@pytest.mark.parametrize("text", ["", "not a note", "test.invalid/ledger\n1\nAAAA\n\n"])
def test_what_is_no_checkpoint_is_said_so(ledger: World, tmp_path: Path, text: str) -> None:
    (tmp_path / "kept").write_text(text, encoding="utf-8")
    with pytest.raises(LedgerError, match="kept"):
        verify_since(ledger, tmp_path / "kept")


def test_a_field_put_back_after_it_was_erased_is_found(ledger: World) -> None:
    key, _ = arrive(ledger)
    before = run(ledger, "SELECT * FROM identity_fields WHERE report_id = ? AND field = 'name'", key.report_id.bytes)[0]
    with ledger.store.reading() as session:
        made = mailbox.prepare_identity(session, ledger.house, key, identity.erasing(), now=ledger.clock())
    with ledger.store.transaction() as session:
        identity.store(session, ledger.house, made, now=ledger.clock())
    assert ledger.verify()
    run(ledger, f"INSERT INTO identity_fields VALUES ({', '.join('?' * len(before))})", *before)
    refused(ledger, "identity_fields .* is not as entry")


def test_a_word_that_is_none_of_ours_is_found(ledger: World) -> None:
    tamper(ledger, "UPDATE cases SET state = 'lost'")
    refused(ledger)


def test_a_certificate_by_another_root_is_found(ledger: World) -> None:
    body, subject = run(ledger, "SELECT body, subject FROM certificates WHERE kind = 'desk' LIMIT 1")[0]
    forged_body = certificates.issue(certificates.read(body), SigningKey.generate())
    tamper(ledger, f"UPDATE certificates SET body = x'{forged_body.hex()}' WHERE subject = '{subject}'")
    refused(ledger, "certificate of desk/")


def test_openings_on_disk_are_canonical(ledger: World) -> None:
    for (opening,) in run(ledger, "SELECT opening FROM entries"):
        assert tree.canonical(json.loads(opening)) == opening
