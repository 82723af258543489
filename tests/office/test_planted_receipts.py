"""Who can write to the database but has no key: a receipt planted or changed there reads nothing that is written next.

`verify` would find it at night; what the portal itself seals to a key has to be right at once.
"""

from uuid import UUID, uuid4

import pytest

from crypto.keys import SecretKey
from portal.domain.errors import LedgerError, UncertifiedKeyError
from portal.domain.vocabulary import IdentityField
from portal.office import identity, mailbox
from portal.office.keyring import ReporterKey
from tests.office.drills import tamper
from tests.sending import arrive, box, run, say, write
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.cold

THIEF = SecretKey.generate()


def plant(world: World, report_id: UUID) -> UUID:
    """A receipt that nobody recorded, with the thief's key."""
    receipt_id = uuid4()
    run(
        world,
        "INSERT INTO receipts (id, report_id, lookup, public_key, state, entry_id)"
        " SELECT ?, report_id, randomblob(32), ?, 'active', entry_id FROM receipts WHERE report_id = ?",
        receipt_id.bytes,
        THIEF.public.raw,
        report_id.bytes,
    )
    return receipt_id


def change(world: World, key: ReporterKey) -> None:
    """The reporter's own receipt, its key replaced by the thief's."""
    run(world, "UPDATE receipts SET public_key = ? WHERE id = ?", THIEF.public.raw, key.receipt_id.bytes)


def give_phone(world: World, key: ReporterKey) -> None:
    giving = identity.replacing({IdentityField.PHONE: "13912345678"}, may_phone=True)
    with world.store.reading() as session:
        mailbox.prepare_identity(session, world.house, key, giving, now=world.clock())


def test_neither_side_writes_to_a_planted_receipt(world: World) -> None:
    key, case_id = arrive(world)
    plant(world, key.report_id)
    for attempt in (
        lambda: say(world, key, "我在三号门值班"),
        lambda: write(world, "lin", case_id, "什么时候方便？"),
        lambda: give_phone(world, key),
    ):
        with pytest.raises(UncertifiedKeyError):
            attempt()


def test_neither_side_writes_to_a_changed_key(world: World) -> None:
    key, case_id = arrive(world)
    with world.store.reading() as session:
        (before,) = run(world, "SELECT public_key FROM receipts WHERE id = ?", key.receipt_id.bytes)
        assert session is not None
    change(world, key)
    with pytest.raises(UncertifiedKeyError):
        give_phone(world, key)
    with pytest.raises(UncertifiedKeyError):
        say(world, key, "我在三号门值班")
    with pytest.raises(UncertifiedKeyError):
        write(world, "lin", case_id, "什么时候方便？")
    run(world, "UPDATE receipts SET public_key = ? WHERE id = ?", before[0], key.receipt_id.bytes)
    say(world, key, "我在三号门值班")
    assert [letter.text for letter in box(world, key).letters] == ["我在三号门值班"]


def test_an_entry_that_speaks_of_another_row_vouches_for_nothing(world: World) -> None:
    """The planted row points at the entry of the true one; and at one that was opened anew by hand."""
    key, _ = arrive(world)
    planted = plant(world, key.report_id)
    tamper(
        world,
        f"UPDATE entries SET opening = CAST(replace(CAST(opening AS TEXT), '{key.receipt_id}', '{planted}') AS BLOB)",
    )
    with pytest.raises(UncertifiedKeyError):
        say(world, key, "我在三号门值班")


def test_what_was_typed_is_kept_when_a_key_was_changed(world: World, zhou: Visitor) -> None:
    zhou.report()
    zhou.get("/mailbox")
    run(world, "UPDATE receipts SET public_key = ?", THIEF.public.raw)
    answer = zhou.post("/mailbox/message", {"text": "我在三号门值班", "kind": "message"})
    assert answer.status_code == 503
    assert "我在三号门值班" in zhou.last
    assert "没有保存" in zhou.last


def test_a_grant_to_a_receipt_that_was_taken_away_again_is_found(world: World) -> None:
    key, _ = arrive(world)
    planted = plant(world, key.report_id)
    run(
        world,
        "UPDATE key_grants SET receipt_id = ? WHERE receipt_id = ?",
        planted.bytes,
        key.receipt_id.bytes,
    )
    tamper(world, "PRAGMA foreign_keys = OFF", f"DELETE FROM receipts WHERE id = x'{planted.hex}'")
    with pytest.raises(LedgerError):
        world.verify()
