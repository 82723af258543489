"""Proofs from the ledger as it lies in the database: of each entry, under the newest checkpoint, in few reads."""

import json

import pytest
from sqlalchemy.orm import Session

from crypto import note, tree
from crypto.errors import CryptoError
from crypto.keys import SigningKey
from portal.domain import proofs
from portal.domain.errors import LedgerError, StrangerError, UnprovenError
from portal.domain.proofs import Shown
from portal.office import mailbox, proving, publishing, reports, rotating, tiles
from portal.office.opening import open_house
from portal.office.proving import Log
from portal.office.told import told_entry
from portal.settings import read_key
from portal.store.ledger import LedgerHead
from tests.growing import grow
from tests.office.drills import tamper
from tests.office.test_checkpoints import leaves
from tests.sending import arrive, open_case, reporter, say, send, submission, write
from tests.world import World


def log_of(world: World) -> Log:
    return Log.of(world.house)


def promiser(world: World) -> proofs.Signer:
    return proofs.promise_name(world.house.origin), world.house.promise_key.public


def prove(world: World, index: int, *, opened: bool = True) -> str:
    with world.store.reading() as session:
        return proving.prove(session, log_of(world), index, opened=opened)


def shown(world: World, index: int, *, opened: bool = True) -> Shown:
    return proofs.check(prove(world, index, opened=opened), log_of(world).open_head)


def indices(world: World, *events: str) -> list[int]:
    """Where the newest entries are, by event."""
    with world.store.reading() as session:
        size = session.get_one(LedgerHead, 1).size
    said = {entry["event"]: size - at for at, entry in enumerate(reversed(world.entries()), 1)}
    return [said[one] for one in events]


@pytest.fixture
def size(world: World) -> int:
    """A ledger of so many entries, all signed."""
    arrive(world)
    world.sign()
    return len(leaves(world))


def test_every_entry_of_the_ledger_is_proved(world: World, size: int) -> None:
    made = leaves(world)
    for index in range(size):
        one = shown(world, index)
        assert (one.index, one.size, one.leaf, one.root) == (index, size, made[index], tree.root(made))
        assert one.said is not None


@pytest.mark.sqlite
def test_a_proof_opens_an_entry_only_where_it_is_asked_to(world: World, size: int) -> None:
    whole, closed = prove(world, size - 1), prove(world, size - 1, opened=False)
    assert shown(world, size - 1).said["event"] == "identity_given"
    assert shown(world, size - 1, opened=False).said is None
    assert len(closed) < len(whole)


def test_an_entry_that_no_checkpoint_covers_is_not_proved_yet(world: World, size: int) -> None:
    arrive(world)
    with pytest.raises(UnprovenError, match="unsigned"):
        prove(world, size)
    world.sign()
    assert shown(world, size).index == size
    with pytest.raises(UnprovenError, match="unsigned"):
        prove(world, size + 1000)


def test_before_the_first_checkpoint_nothing_is_proved(world: World) -> None:
    with world.store.reading() as session:
        assert proving.newest(session, log_of(world)) is None
    with pytest.raises(UnprovenError, match="unsigned"):
        prove(world, 0)


def test_an_entry_whose_words_were_erased_is_not_proved(world: World, size: int) -> None:
    tamper(world, f'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = {size - 1}')
    with pytest.raises(UnprovenError, match="erased"):
        prove(world, size - 1)


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE leaves SET hash = zeroblob(32) WHERE "index" = 3',
        'UPDATE entries SET opening = salt WHERE "index" = 5',
        "UPDATE checkpoints SET note = 'x'",
        'DELETE FROM leaves WHERE "index" = 3',
    ],
)
@pytest.mark.sqlite  # what no engine changes
@pytest.mark.usefixtures("size")
def test_a_file_that_would_not_hold_is_never_given_out(world: World, change: str) -> None:
    tamper(world, change)
    with pytest.raises((UnprovenError, LedgerError, CryptoError)):
        prove(world, 5)


def test_a_root_and_a_consistency_proof_are_those_of_the_leaves(world: World, size: int) -> None:
    made = leaves(world)
    with world.store.reading() as session:
        assert proving.root_at(session, 0) == tree.EMPTY_ROOT
        assert proving.root_at(session, size + 1) is None
        assert proving.leaf_at(session, size) is None
        for old in range(1, size + 1):
            root = proving.root_at(session, old)
            assert root == tree.root(made[:old])
            tree.verify_consistency(old, size, root, tree.root(made), proving.consistency(session, old, size))


@pytest.mark.sqlite
def test_the_keys_of_a_ledger_are_those_the_root_certified(world: World) -> None:
    with world.store.reading() as session:
        found = proving.read_log(session, world.root.public)
        assert found == log_of(world)
        assert found.roll.current == SigningKey(read_key(world.settings.log_key)).public
        promisers = proving.read_promisers(session, found, world.root.public)
        assert promisers == (promiser(world),)
        for read in (proving.read_log, lambda *args: proving.read_promisers(args[0], found, args[1])):
            with pytest.raises(LedgerError, match="does not chain"):
                read(session, SigningKey.generate().public)


# What a reporter is told of


def test_a_reporter_has_their_own_steps_proved_and_opened(world: World) -> None:
    key, case_id = arrive(world)
    say(world, key, "还有一件事")
    open_case(world, "lin", case_id, phone=False)
    world.sign()
    for index in indices(world, "submitted", "identity_given", "added"):
        with world.store.reading() as session:
            text = mailbox.proof(session, world.house, key, index, now=world.clock())
        assert proofs.check(text, log_of(world).open_head).said["actor"]["kind"] == "reporter"


def handed_out(world: World, key, index: int, house=None) -> str:
    with world.store.reading() as session:
        return mailbox.proof(session, house or world.house, key, index, now=world.clock())


@pytest.mark.sqlite
def test_a_proof_tells_no_sooner_than_the_public_log_how_far_the_ledger_has_grown(world: World) -> None:
    """Or whoever sends a report of their own could watch those of others arrive."""
    key, _ = arrive(world)
    world.sign()
    (index,) = indices(world, "submitted")
    first = handed_out(world, key, index)
    arrive(world)
    world.sign()
    assert handed_out(world, key, index) == first
    world.clock.forward(days=1)
    assert handed_out(world, key, index) != first
    arrive(world)
    world.sign()
    with world.store.reading() as session:
        public = publishing.public(session, hour=world.settings.log_hour, now=world.clock())
    assert handed_out(world, key, index).endswith(f"\n\n{public.note}")


@pytest.mark.sqlite
def test_after_a_hand_over_a_proof_is_under_the_keys_that_are_given_with_it(world: World) -> None:
    key, _ = arrive(world)
    world.sign()
    world.clock.forward(days=1)
    (index,) = indices(world, "submitted")
    rotating.rotate(world.settings, now=world.clock())
    house = open_house(world.settings, world.store)
    signers, cosigners = proofs.parse_keys(mailbox.keys(house))
    assert proofs.check(handed_out(world, key, index, house), proofs.opener(signers, cosigners)).index == index


def test_an_officers_step_is_proved_to_the_reporter_without_naming_the_officer(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    open_case(world, "lin", case_id, phone=True)
    world.sign()
    (index,) = indices(world, "phone_read")
    with world.store.reading() as session:
        text = mailbox.proof(session, world.house, key, index, now=world.clock())
    one = proofs.check(text, log_of(world).open_head)
    assert one.said is None
    assert one.leaf == leaves(world)[index]


def test_nobody_is_given_a_proof_of_what_they_are_not_told(world: World) -> None:
    zhou, case_id = arrive(world)
    write(world, "lin", case_id, "请问晚上也锁着吗？")
    with world.store.transaction() as session:
        mailbox.serve(session, world.house, zhou, now=world.clock())
    own = indices(world, "submitted", "served")
    wang, _ = arrive(world)
    world.sign()
    with world.store.reading() as session:
        assert told_entry(session, world.house, zhou, own[0], now=world.clock()).own
        for reporter_key, index in ((zhou, own[1]), (wang, own[0]), (zhou, 0), (zhou, 10**15), (zhou, -1)):
            assert told_entry(session, world.house, reporter_key, index, now=world.clock()) is None
            with pytest.raises(StrangerError):
                mailbox.proof(session, world.house, reporter_key, index, now=world.clock())
            with pytest.raises(StrangerError):
                mailbox.promised(session, world.house, reporter_key, index, now=world.clock())


@pytest.mark.sqlite
def test_code_text_and_proof_together_show_what_was_reported(world: World) -> None:
    one = submission(world)
    send(world, one)
    world.sign()
    key, code = reporter(world, one), reports.read_receipt(world.house, one.token, world.clock())
    (index,) = indices(world, "submitted")
    with world.store.reading() as session:
        text = mailbox.proof(session, world.house, key, index, now=world.clock())
        told = json.dumps(mailbox.narrative(session, world.house, key).as_json())
    proofs.require_told(proofs.check(text, log_of(world).open_head), code, told)


@pytest.mark.sqlite
def test_the_promise_of_a_report_is_kept(world: World) -> None:
    one = submission(world)
    sheet = send(world, one)
    world.sign()
    promisers = [promiser(world)]
    with world.store.reading() as session:
        assert (
            mailbox.promised(session, world.house, reporter(world, one), sheet.index, now=world.clock())
            == sheet.promise
        )
    proofs.require_kept(proofs.open_promise(sheet.promise, promisers), shown(world, sheet.index))


@pytest.mark.sqlite
def test_others_verifiers_find_the_record_beside_the_proof(world: World, size: int) -> None:
    """Leaf = SHA-256(0x00 ‖ record): what a tool has to be told is in the file, in hex."""
    lines = prove(world, size - 1, opened=False).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert (
        note.verify("\n".join(lines[lines.index("") + 1 :]), world.house.origin, world.house.log_keys[0]).size == size
    )


@pytest.mark.sqlite
def test_a_proof_reads_some_hundred_nodes_and_not_every_leaf(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(world, 1_500)
    world.sign()
    read: list[int] = []
    nodes = tiles.nodes

    def counted(session: Session, level: int, start: int, end: int) -> list[bytes]:
        read.append(end - start)
        return nodes(session, level, start, end)

    monkeypatch.setattr(tiles, "nodes", counted)
    for index in (0, 700, 1_499):
        read.clear()
        assert shown(world, index).size == 1_500
        assert sum(read) < 2 * tiles.WIDTH
