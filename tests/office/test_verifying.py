"""`portal audit verify` against the owner of the database, triggers off: whatever is changed is found and named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crypto import note
from crypto.cosignature import CosignerKey
from crypto.keys import SigningKey
from crypto.tree import Frontier
from portal.domain.audit import SYSTEM
from portal.domain.errors import LedgerError
from portal.office import offering, verifying, witness
from portal.office.offering import Offer
from portal.office.recording import Draft, record
from portal.settings import read_key
from portal.store.ledger import Checkpoint, Leaf
from tests.growing import grow
from tests.office.drills import tamper
from tests.office.tamperings import OF_TEXTS, TAMPERINGS
from tests.sending import run
from tests.visitor import Visitor
from tests.world import ORIGIN, Template, World

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


@pytest.mark.parametrize(("statements", "match"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_is_found_and_named(ledger: World, statements: tuple[str, ...], match: str) -> None:
    tamper(ledger, *statements)
    with pytest.raises(LedgerError, match=match) as caught:
        ledger.verify(deep=False)
    assert str(caught.value)


@pytest.mark.parametrize(("statements", "match"), OF_TEXTS.values(), ids=OF_TEXTS.keys())
def test_tampering_with_rows_of_texts_is_found_by_deep_and_else_they_are_said_not_to_be_read(
    ledger: World, statements: tuple[str, ...], match: str
) -> None:
    tamper(ledger, *statements)
    verdict = ledger.verify(deep=False)
    assert verdict.unread > 0
    assert any("--deep" in line for line in verdict.lines())
    with pytest.raises(LedgerError, match=match):
        ledger.verify(deep=True)


def kept(world: World, path: Path) -> Path:
    """The newest checkpoint, kept elsewhere."""
    with world.store.reading() as session:
        text = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)).one()
    path.write_text(text, encoding="utf-8")
    return path


def since(world: World, path: Path) -> verifying.Verdict:
    return verifying.verify(world.store, verifying.Keys.read(world.settings), since=path)


def test_only_a_kept_checkpoint_finds_an_old_backup_put_back_and_a_fork(
    filled: Template, ledger: World, tmp_path: Path
) -> None:
    """Both look whole by themselves: genuine entries, genuine signatures."""
    before = kept(ledger, tmp_path / "before")
    other = World.copy(filled, tmp_path / "other")
    for world in (ledger, other):  # the same entry twice, each with a salt of its own
        with world.store.transaction() as session:
            record(session, world.house.entry_key, Draft("enrolment_lapsed", world.clock(), SYSTEM))
        world.sign()
        assert since(world, before).unsigned == 0
    fork = kept(other, tmp_path / "fork")
    other.close()
    with pytest.raises(LedgerError, match=r"rewritten before entry \d+"):
        since(ledger, fork)
    backup = World.copy(filled, tmp_path / "backup")
    assert backup.verify().unsigned == 0
    with pytest.raises(LedgerError, match="were signed and are gone"):
        since(backup, fork)
    backup.close()


def newest(world: World) -> tuple[int, list[bytes]]:
    """The size of the newest checkpoint, and the leaves under it."""
    with world.store.reading() as session:
        size = session.scalars(select(Checkpoint.size).order_by(Checkpoint.size.desc()).limit(1)).one()
        return size, list(session.scalars(select(Leaf.hash).where(Leaf.index < size).order_by(Leaf.index)))


def replace_checkpoint(world: World, key: SigningKey, leaves: list[bytes]) -> None:
    """Another one in place of the newest, which agrees with itself."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    head = note.Checkpoint(ORIGIN, len(leaves), frontier.root())
    text = CosignerKey.beside(key).cosign(note.sign(head, ORIGIN, key), ORIGIN, at=0)
    tamper(world)
    changed = "UPDATE checkpoints SET root = ?, note = ?, frontier = ? WHERE size = ?"
    run(world, changed, frontier.root(), text, frontier.to_bytes(), len(leaves))


def test_a_checkpoint_replaced_by_one_of_another_key_or_over_other_leaves_is_found(ledger: World) -> None:
    """The second by whoever has the log's key and no key for entries."""
    size, leaves = newest(ledger)
    replace_checkpoint(ledger, SigningKey.generate(), leaves)
    with pytest.raises(LedgerError, match=f"checkpoint {size}: not signed by this key"):
        ledger.verify(deep=False)
    replace_checkpoint(ledger, SigningKey(read_key(ledger.settings.log_key)), [*leaves[:-1], bytes(32)])
    with pytest.raises(LedgerError, match=f"first {size} entries is not the one signed: expected .* found"):
        ledger.verify(deep=False)


@pytest.mark.sqlite
def test_a_second_checkpoint_of_the_same_size_hides_no_other(ledger: World) -> None:
    """In the middle of a day, where signatures are not asked without --deep."""
    (size,) = run(ledger, "SELECT min(size) FROM checkpoints")[0]
    tamper(
        ledger,
        f"CREATE TABLE kept AS SELECT * FROM checkpoints WHERE size = {size}",
        f"DELETE FROM checkpoints WHERE size = {size}",
        "INSERT INTO checkpoints (size, origin, root, note, frontier, signed_at)"
        " SELECT size, 'a/other', root, note, frontier, signed_at FROM kept",
        "INSERT INTO checkpoints SELECT * FROM kept",  # the genuine one comes last, and used to count alone
    )
    _, leaves = newest(ledger)
    other = Frontier()
    for leaf in (bytes(32), *leaves[1:size]):
        other.append(leaf)
    text = note.sign(note.Checkpoint("a/other", size, other.root()), "a/other", SigningKey.generate())
    planted = "UPDATE checkpoints SET root = ?, note = ?, frontier = ? WHERE origin = 'a/other'"
    run(ledger, planted, other.root(), text, other.to_bytes())
    with pytest.raises(LedgerError, match=f"checkpoint {size} is there twice, with two roots"):
        ledger.verify(deep=False)


def test_a_backup_put_back_gets_no_signature_of_a_witness_however_far_it_has_gone_on(
    filled: Template, ledger: World, tmp_path: Path
) -> None:
    lines = tuple(ledger.house.log.lines(ORIGIN))
    witness.begin(tmp_path / "witness", "witness.example.cn/1", lines)

    def cosign(world: World, old: int | None) -> witness.Signed:
        with world.store.reading() as session:
            offer = offering.newest(session, world.house.log, old)
        return witness.cosign(tmp_path / "witness", Offer.parse(offer.text()), None, now=world.clock())

    grow(ledger, newest(ledger)[0] + 3)
    ledger.sign()
    seen = cosign(ledger, None).size
    backup = World.copy(filled, tmp_path / "backup")
    with pytest.raises(LedgerError, match=r"NOT signed: the log shrank from \d+ to \d+"):
        cosign(backup, None)
    for size, match in ((seen, "for the same .* it has forked"), (seen + 2, "was rewritten")):
        grow(backup, size)
        backup.sign()
        assert backup.verify().unsigned == 0
        with pytest.raises(LedgerError, match=match):
            cosign(backup, seen)
    backup.close()
    grow(ledger, seen + 1)
    ledger.sign()
    assert cosign(ledger, seen).size == seen + 1


def test_a_row_written_beside_the_portal_has_no_entry(ledger: World) -> None:
    tamper(
        ledger,
        "INSERT INTO desks (id, authority_id, duty, entry_id)"
        " SELECT randomblob(16), authority_id, 'audit', entry_id FROM desks WHERE duty = 'lead'"
        " AND authority_id NOT IN (SELECT authority_id FROM desks WHERE duty = 'audit') LIMIT 1",
    )
    with pytest.raises(LedgerError, match="has no entry"):
        ledger.verify()


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
        "UPDATE entries SET at = replace(at, ' ', 'T')",
        "UPDATE entries SET at = replace(at, '.000000', 'Z')",
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
