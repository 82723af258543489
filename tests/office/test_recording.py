"""Writing to the ledger: what an entry commits to, and that entries are dense whoever writes at once."""

import json
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crypto import primitives, tree
from portal.domain.audit import REPORTER, SYSTEM
from portal.domain.errors import LedgerError, StaleError
from portal.domain.vocabulary import Duty
from portal.office.batch import Batch
from portal.office.recording import Draft, EntryKey, entry_keys, record, require_ours, row_digest
from portal.store.authorities import Authority, AuthorityName
from portal.store.base import Recorded, table_of
from portal.store.ledger import Entry, Leaf, LedgerHead
from portal.store.officers import Desk, DeskEpoch
from portal.store.reports import KeyGrant, Report
from tests.sending import arrive
from tests.world import NOON, World

DESKS = table_of(Desk)


def withdrawn(**options) -> Draft:
    return Draft("withdrawn", NOON, REPORTER, ("reports", uuid4()), **options)


def store(world: World, *drafts: Draft):
    with world.store.transaction() as session:
        return record(session, world.house.entry_key, *drafts)


def test_an_entry_opens_its_leaf_and_carries_its_mac(world: World) -> None:
    (stored,) = store(world, withdrawn())
    with world.store.reading() as session:
        entry, leaf = session.get_one(Entry, stored.index), session.get_one(Leaf, stored.index)
    assert leaf.hash == stored.leaf == tree.leaf_hash(tree.record(entry.salt, entry.opening))
    assert entry.mac == world.house.entry_key.mac(stored.index, leaf.hash)
    assert entry.mac_key_id == world.house.entry_key.id
    assert len(entry.salt) == 32


def test_entries_of_one_transaction_are_dense_however_many_a_statement_takes(world: World) -> None:
    written = [one.index for many in (1, 2, 3, 4, 60) for one in store(world, *(withdrawn() for _ in range(many)))]
    assert written == list(range(written[0], written[0] + 70))
    assert world.verify(deep=False, replayed=False).entries == written[-1] + 1


def test_an_entry_that_is_there_already_is_not_written_again_nor_is_its_leaf(world: World) -> None:
    draft = withdrawn()
    (stored,) = store(world, draft)
    with pytest.raises(StaleError):
        store(world, draft)
    with world.store.reading() as session:
        assert session.get(Leaf, stored.index + 1) is None


def test_an_entry_repeats_its_opening_in_its_columns(world: World) -> None:
    trail = uuid4()
    draft = withdrawn(authority_id=trail)
    (stored,) = store(world, draft)
    said = json.loads(stored.opening)
    with world.store.reading() as session:
        entry = session.get_one(Entry, stored.index)
    assert (entry.id, entry.event, entry.actor, entry.actor_id) == (draft.id, "withdrawn", "reporter", None)
    assert (entry.object_id, entry.authority_id, entry.at) == (draft.subject[1], trail, NOON)
    assert said["object"] == ["reports", str(draft.subject[1])]
    assert said["authority"] == str(trail)


def test_two_entries_alike_have_different_leaves(world: World) -> None:
    first, second = store(world, Draft("enrolment_lapsed", NOON, SYSTEM), Draft("enrolment_lapsed", NOON, SYSTEM))
    assert first.opening == second.opening
    assert first.leaf != second.leaf
    assert second.index == first.index + 1


def test_an_undeclared_fact_undoes_the_whole_action(world: World) -> None:
    key, _ = arrive(world)
    before = world.events()

    def act() -> None:
        with world.store.transaction() as session:
            report = session.get_one(Report, key.report_id)
            report.marked = True
            draft = withdrawn(facts={"name": "周小明"})
            draft.names(report)
            record(session, world.house.entry_key, draft)

    with pytest.raises(LedgerError, match="withdrawn does not declare"):
        act()
    with world.store.reading() as session:
        assert session.get_one(Report, key.report_id).marked is False
    assert world.events() == before


def test_an_undeclared_event_is_refused(world: World) -> None:
    with pytest.raises(LedgerError, match="no such event"):
        store(world, Draft("peeked", NOON, SYSTEM))


def test_every_row_of_a_report_carries_the_id_of_its_entry(world: World) -> None:
    arrive(world, may_phone=True)
    for entry in world.entries():
        for table, row_id, digest in entry["rows"]:
            assert UUID(row_id)
            assert len(digest) == 64, table
    tables = {table for entry in world.entries() for table, _, _ in entry["rows"]}
    assert tables == {
        "cases",
        "clocks",
        "content_keys",
        "identity_fields",
        "identity_shares",
        "key_grants",
        "letters",
        "receipts",
        "reports",
    }


def test_rows_by_core_and_by_objects_have_one_digest(world: World) -> None:
    arrive(world)
    said = {(table, row): digest for entry in world.entries() for table, row, digest in entry["rows"]}
    with world.store.reading() as session:
        for grant in session.scalars(select(KeyGrant)):
            draft = withdrawn()
            draft.names(grant)
            assert draft.rows() == [["key_grants", str(grant.id), said["key_grants", str(grant.id)]]]
            session.expunge(grant)


def desk(**changes) -> dict[str, object]:
    return {"id": UUID(int=1), "authority_id": UUID(int=2), "duty": Duty.LEAD, "entry_id": UUID(int=3), **changes}


@pytest.mark.parametrize("change", [{"id": UUID(int=9)}, {"authority_id": UUID(int=9)}, {"duty": Duty.AWARD}])
def test_a_digest_covers_each_declared_column(change: dict[str, object]) -> None:
    assert row_digest(DESKS, desk(**change)) != row_digest(DESKS, desk())


def test_a_digest_leaves_out_what_the_row_gets_from_its_entry_and_what_is_null() -> None:
    assert row_digest(DESKS, desk(entry_id=UUID(int=9))) == row_digest(DESKS, desk())
    assert row_digest(DESKS, desk(duty=None)) == row_digest(DESKS, {"id": UUID(int=1), "authority_id": UUID(int=2)})


def test_a_value_cannot_slide_from_one_column_into_the_next() -> None:
    names = table_of(AuthorityName)
    one = {"id": UUID(int=1), "since": date(2026, 1, 1), "zh": "ab", "en": "c", "ko": ""}
    assert row_digest(names, one) != row_digest(names, {**one, "zh": "a", "en": "bc"})


def test_an_instant_has_one_digest_in_every_zone() -> None:
    table = table_of(Report)
    shanghai = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=8)))
    assert row_digest(table, {"arrived_at": shanghai}) == row_digest(table, {"arrived_at": shanghai.astimezone(UTC)})


def test_bytes_and_text_that_look_alike_differ() -> None:
    assert row_digest(DESKS, {"duty": "lead"}) != row_digest(DESKS, {"duty": b"lead"})


def test_a_value_of_no_known_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        row_digest(DESKS, {"duty": 1.5})


def test_only_rows_are_named() -> None:
    draft = withdrawn()
    draft.names(Recorded())
    with pytest.raises(TypeError, match="only rows are recorded"):
        draft.rows()


def test_rows_of_a_batch_are_stored_in_the_order_of_their_keys(world: World) -> None:
    """A desk's epoch added before its desk would break the foreign key."""
    draft, batch, desk_id = withdrawn(), Batch(), uuid4()
    with world.store.reading() as session:
        epoch = session.scalars(select(DeskEpoch).limit(1)).one()
        authority_id = session.scalars(
            select(Authority.id).where(Authority.id.not_in(select(Desk.authority_id)))
        ).first()
    batch.add(
        draft,
        DeskEpoch,
        desk_id=desk_id,
        epoch=1,
        public_key=epoch.public_key,
        certificate_id=epoch.certificate_id,
        previous=None,
        opened_at=NOON,
        closed_at=None,
    )
    batch.add(draft, Desk, desk_id, authority_id=authority_id, duty=Duty.AWARD)
    with world.store.transaction() as session:
        batch.insert(session)
        record(session, world.house.entry_key, draft)
    assert [table for table, _, _ in world.entries()[-1]["rows"]] == ["desk_epochs", "desks"]
    assert world.verify(replayed=False)  # nobody sent this report


def test_ids_of_a_batch_lie_together_and_differ() -> None:
    batch = Batch()
    ids = {batch.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert len({one.bytes[:8] for one in ids}) == 1
    assert Batch().new_id().bytes[:8] != batch.new_id().bytes[:8]


def test_entries_are_dense_under_eight_threads_writing_at_once(world: World) -> None:
    with world.store.reading() as session:
        before = session.get_one(LedgerHead, 1).size
    indices: list[int] = []

    def write() -> None:
        for _ in range(12):
            indices.extend(one.index for one in store(world, withdrawn(), Draft("enrolment_lapsed", NOON, SYSTEM)))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(indices) == list(range(before, before + 8 * 12 * 2))
    world.sign()
    assert world.verify(replayed=False).unsigned == 0


@given(st.binary(min_size=32, max_size=32), st.integers(0, 2**63 - 1), st.binary(max_size=80))
def test_a_mac_is_hmac_sha_256_of_two_fields(secret: bytes, index: int, leaf: bytes) -> None:
    assert EntryKey(secret).mac(index, leaf) == primitives.mac(secret, index.to_bytes(8, "big"), leaf)


def test_a_mac_by_a_key_of_the_portal_is_accepted_also_when_the_key_was_replaced() -> None:
    old, new = EntryKey(b"o" * 32), EntryKey(b"n" * 32)
    keys = entry_keys((new.secret, old.secret))
    for key in (old, new):
        require_ours(keys, 7, b"leaf", key.mac(7, b"leaf"), key.id)


@pytest.mark.parametrize(
    ("index", "leaf", "key_id"),
    [(8, b"leaf", None), (7, b"feal", None), (7, b"leaf", b"unknown!"), (7, b"leaf", b"")],
)
def test_a_mac_for_another_place_or_by_an_unknown_key_is_refused(index: int, leaf: bytes, key_id) -> None:
    key = EntryKey(b"k" * 32)
    with pytest.raises(LedgerError, match="was not written by this portal"):
        require_ours(entry_keys([key.secret]), index, leaf, key.mac(7, b"leaf"), key.id if key_id is None else key_id)
