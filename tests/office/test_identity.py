"""Who reported: one field anew, all erased, and gone from the disk; the ledger holds over it."""

import sqlite3
from contextlib import closing

import pytest

from crypto import envelope
from portal.domain.errors import StaleError
from portal.domain.vocabulary import Holder, IdentityField
from portal.office import founding, identity, mailbox
from portal.office.identity import Giving
from portal.office.keyring import ReporterKey
from tests.epochs import turn
from tests.sending import arrive, box, open_case, run
from tests.world import World


def give(world: World, key: ReporterKey, giving: Giving) -> None:
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, giving, now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())


def replace(world: World, key: ReporterKey, *, may_phone: bool = False, **fields: str) -> None:
    told = {IdentityField(name): value for name, value in fields.items()}
    give(world, key, identity.replacing(told, may_phone=may_phone))


def lifted(world: World) -> dict[str, str]:
    """What the two holders together can read: the only way there is."""
    said = {}
    rings = {Holder.LEAD: world.ring("gao"), Holder.CUSTODY: world.ring("he")}
    for field_id, name, body in run(world, "SELECT id, field, body FROM identity_fields"):
        halves = {}
        for share_id, holder, epoch, wrapped in run(
            world, "SELECT id, holder, desk_epoch_id, wrapped FROM identity_shares WHERE field_id = ?", field_id
        ):
            secret = {one.bytes: key for one, key in rings[Holder(holder)].epochs.items()}[epoch]
            place = world.house.binding("identity_shares", share_id, holder, field_id)
            halves[holder] = envelope.unwrap(wrapped, secret, place)
        place = world.house.binding("identity_fields", field_id, "key")
        key = envelope.join(halves["lead"], halves["custody"], place)
        said[name] = envelope.unseal(key, body, world.house.binding("identity_fields", field_id, "body")).decode()
    return said


def rows(world: World) -> list[bytes]:
    """Every ciphertext and share of identity that lies there now."""
    found = run(world, "SELECT body FROM identity_fields UNION ALL SELECT wrapped FROM identity_shares")
    return [value for (value,) in found]


def disk(world: World) -> bytes:
    """The database as bytes, its WAL worked in and emptied."""
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return b"".join(path.read_bytes() for path in sorted(world.home.glob("portal.sqlite*")))


def traces(data: bytes, values: list[bytes]) -> int:
    """How many of the values still lie there, even in part: SQLite splits long ones over pages."""
    return sum(any(value[at : at + 24] in data for at in range(1, len(value) - 24, 24)) for value in values)


def test_what_was_given_can_be_lifted_by_both_holders_together(world: World) -> None:
    arrive(world)
    assert lifted(world) == {"name": "周小明", "phone": "13800000000", "relation": "outsider"}


def test_one_field_told_anew_leaves_the_others(world: World) -> None:
    key, _ = arrive(world)
    before = dict(run(world, "SELECT field, id FROM identity_fields"))
    replace(world, key, name="周大明")
    after = dict(run(world, "SELECT field, id FROM identity_fields"))
    assert lifted(world) == {"name": "周大明", "phone": "13800000000", "relation": "outsider"}
    assert {name for name in after if after[name] != before[name]} == {"name"}


def test_a_field_given_later_joins_the_others(world: World) -> None:
    key, _ = arrive(world)
    replace(world, key, email="zhou@example.invalid")
    assert lifted(world)["email"] == "zhou@example.invalid"
    assert len(lifted(world)) == 4


def test_a_new_giving_has_new_shares(world: World) -> None:
    key, _ = arrive(world)
    before = set(rows(world))
    replace(world, key, name="周小明", phone="13800000000")
    assert len(set(rows(world)) & before) == 3  # `relation` and its two shares


def test_erasing_leaves_only_a_relation_that_says_nothing(world: World) -> None:
    key, _ = arrive(world, may_phone=True)
    give(world, key, identity.erasing())
    assert lifted(world) == {"relation": identity.UNSTATED}
    assert run(world, "SELECT phone, phone_key_id FROM reports") == [(None, None)]
    assert box(world, key).identity == ()


def test_the_entry_of_an_erasure_says_which_fields_went_and_that_their_rows_are_no_more(world: World) -> None:
    key, _ = arrive(world)
    give(world, key, identity.erasing())
    entry = world.entries()[-1]
    assert (entry["event"], entry["facts"]) == ("erased", {"fields": ["name", "phone"]})
    gone = [table for table, _, digest in entry["rows"] if not digest]
    assert sorted(gone) == ["identity_fields"] * 3 + ["identity_shares"] * 6


def test_the_entry_of_a_replacement_says_which_fields_and_not_what(world: World) -> None:
    key, _ = arrive(world)
    replace(world, key, name="周大明", email="zhou@example.invalid")
    entry = world.entries()[-1]
    assert (entry["event"], entry["facts"]) == ("identity_replaced", {"fields": ["email", "name"]})
    assert "周大明" not in str(entry)


@pytest.mark.sqlite  # PostgreSQL keeps what was deleted until it is vacuumed: see the threat model
@pytest.mark.parametrize("how", ["erased", "replaced"])
def test_old_ciphertext_and_shares_are_gone_from_the_disk(world: World, how: str) -> None:
    key, _ = arrive(world)
    old = rows(world)
    assert traces(disk(world), old) == len(old) == 9
    if how == "erased":
        give(world, key, identity.erasing())
    else:
        replace(world, key, name="周大明", phone="13900000000", relation="outsider")
    assert traces(disk(world), old) == 0
    assert traces(disk(world), rows(world)) == len(rows(world))


@pytest.mark.sqlite
def test_the_number_a_desk_may_call_is_gone_from_the_disk_too(world: World) -> None:
    key, _ = arrive(world, may_phone=True)
    sealed = run(world, "SELECT phone FROM reports")[0][0]
    assert sealed[20:80] in disk(world)
    give(world, key, identity.erasing())
    assert sealed[20:80] not in disk(world)


def test_the_ledger_holds_after_every_giving(world: World) -> None:
    key, _ = arrive(world, may_phone=True)
    replace(world, key, name="周大明", phone="13900000000", may_phone=True)
    give(world, key, identity.erasing())
    replace(world, key, name="周三")
    world.sign()
    assert world.verify().unsigned == 0


def test_erasing_twice_is_harmless(world: World) -> None:
    key, _ = arrive(world)
    for _ in range(2):
        give(world, key, identity.erasing())
    assert world.verify()
    assert world.entries()[-1]["facts"] == {"fields": []}


def phone(world: World, case_id) -> str | None:
    return open_case(world, "lin", case_id, phone=True).phone


def test_a_number_told_anew_is_the_one_the_desk_sees(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    assert phone(world, case_id) == "13800000000"
    replace(world, key, phone="13900000000", may_phone=True)
    assert phone(world, case_id) == "13900000000"


def test_a_number_told_anew_without_the_tick_is_for_the_holders_alone(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    replace(world, key, phone="13900000000")
    assert phone(world, case_id) is None
    assert lifted(world)["phone"] == "13900000000"


def test_a_name_told_anew_with_the_tick_leaves_the_number_that_was_allowed(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    replace(world, key, name="周大明", may_phone=True)
    assert phone(world, case_id) == "13800000000"
    assert world.verify()


def test_a_name_told_anew_without_the_tick_ends_the_consent(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    replace(world, key, name="周大明")
    assert (world.entries()[-1]["event"], world.entries()[-1]["facts"]) == ("identity_replaced", {"fields": ["name"]})
    assert phone(world, case_id) is None
    assert lifted(world) == {"name": "周大明", "phone": "13800000000", "relation": "outsider"}


def test_ending_the_consent_alone_leaves_every_field_and_takes_the_desks_copy(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    before = rows(world)
    sealed = run(world, "SELECT phone FROM reports")[0][0]
    replace(world, key)
    assert (world.entries()[-1]["event"], world.entries()[-1]["facts"]) == ("phone_closed", {"fields": []})
    assert rows(world) == before
    assert phone(world, case_id) is None
    assert run(world, "SELECT phone, phone_key_id FROM reports") == [(None, None)]
    assert sealed[20:80] not in disk(world)
    assert "phone_closed" in [step.event for step in box(world, key).steps]
    world.sign()
    assert world.verify().unsigned == 0


def test_an_identity_sealed_before_the_desks_changed_is_not_stored(world: World) -> None:
    key, _ = arrive(world)
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, identity.erasing(), now=world.clock())
    with world.store.transaction() as session:
        founding.touch(session)

    def late() -> None:
        with world.store.transaction() as session:
            identity.store(session, world.house, made, now=world.clock())

    with pytest.raises(StaleError):
        late()
    assert len(lifted(world)) == 3


def test_two_givings_at_once_leave_the_last_and_nothing_double(world: World) -> None:
    key, _ = arrive(world)
    with world.store.reading() as session:
        both = [
            mailbox.prepare_identity(
                session,
                world.house,
                key,
                identity.replacing({IdentityField.NAME: name}, may_phone=False),
                now=world.clock(),
            )
            for name in ("甲", "乙")
        ]
    for made in both:
        with world.store.transaction() as session:
            identity.store(session, world.house, made, now=world.clock())
    assert lifted(world)["name"] == "乙"
    assert world.verify()


def test_old_shares_are_read_through_the_chain_after_a_new_epoch(world: World) -> None:
    key, _ = arrive(world)
    turn(world, "he", seated=("he",))
    turn(world, "gao", seated=("gao",))
    replace(world, key, name="周大明")
    assert lifted(world) == {"name": "周大明", "phone": "13800000000", "relation": "outsider"}
    epochs = run(world, "SELECT count(DISTINCT desk_epoch_id) FROM identity_shares")
    assert epochs == [(4,)]


def test_which_fields_were_given_is_told_without_relation(world: World) -> None:
    key, _ = arrive(world)
    with world.store.reading() as session:
        assert identity.given(session, key.report_id) == (IdentityField.NAME, IdentityField.PHONE)
