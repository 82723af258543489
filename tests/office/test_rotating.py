"""The log's keys handed over: old checkpoints by the old key, new ones by the new, and no other way round."""

import pytest

from crypto import note
from crypto.cosignature import CosignerKey
from crypto.keys import SigningKey
from portal import jobs
from portal.domain.errors import LedgerError, StartError
from portal.office import rotating
from portal.office.opening import open_house
from portal.settings import read_key, write_key
from portal.store.ledger import Checkpoint
from tests.office.drills import tamper
from tests.office.test_log_keys import newest, signing
from tests.sending import arrive
from tests.world import ORIGIN, World


def rotate(world: World, **options) -> rotating.Rotation:
    return rotating.rotate(world.settings, now=world.clock(), **options)


def signed_by(key: SigningKey, row: Checkpoint) -> str:
    text = note.sign(note.Checkpoint(ORIGIN, row.size, row.root), ORIGIN, key)
    return CosignerKey.beside(key).cosign(text, ORIGIN, at=0)


def test_after_a_hand_over_the_old_key_counts_for_what_it_signed_and_the_new_one_for_the_rest(world: World) -> None:
    arrive(world)
    old = signing(world)
    done = rotate(world)
    new = signing(world)
    assert new != old
    assert world.events()[-1] == "log_key_changed"
    arrive(world)
    world.sign()
    assert world.verify().checkpoints == 3  # what was left, by the old key; the entry, by the new; and on
    house = open_house(world.settings, world.store)
    assert house.log_keys == (old.public, new.public)
    assert house.log.lines(ORIGIN) == list(done.lines)
    assert house.log.open(newest(world.store).note, ORIGIN).size == newest(world.store).size


def test_a_checkpoint_of_the_old_key_after_the_hand_over_is_refused(world: World) -> None:
    old = signing(world)
    rotate(world)
    row = newest(world.store)
    tamper(world, f"UPDATE checkpoints SET note = '{signed_by(old, row)}' WHERE size = {row.size}")
    with pytest.raises(LedgerError, match="does not count for this size"):
        world.verify()


@pytest.mark.sqlite
def test_a_checkpoint_of_the_new_key_before_the_hand_over_is_refused(world: World) -> None:
    world.sign()
    row = newest(world.store)
    rotate(world)
    tamper(world, f"UPDATE checkpoints SET note = '{signed_by(signing(world), row)}' WHERE size = {row.size}")
    with pytest.raises(LedgerError, match="does not count for this size"):
        world.verify()


@pytest.mark.sqlite
def test_the_key_can_be_handed_over_again_and_again(world: World) -> None:
    for _ in range(3):
        arrive(world)
        rotate(world)
    arrive(world)
    world.sign()
    assert world.verify().unsigned == 0


@pytest.mark.sqlite
def test_a_lost_key_is_replaced_on_the_word_of_the_root(world: World) -> None:
    world.sign()
    arrive(world)
    world.settings.log_key.unlink()
    with pytest.raises(StartError, match="no key"):
        rotate(world)
    with pytest.raises(StartError, match="not the root key"):
        rotate(world, root=SigningKey.generate())
    rotate(world, root=world.root)
    assert world.verify().unsigned == 0


@pytest.mark.sqlite
def test_a_key_that_does_not_count_hands_nothing_over(world: World) -> None:
    world.settings.log_key.unlink()
    write_key(world.settings.log_key, bytes(32))
    with pytest.raises(StartError, match="not the key that the ledger names"):
        rotate(world)


@pytest.mark.sqlite
def test_what_was_interrupted_before_the_commit_begins_anew_and_after_it_is_finished(world: World) -> None:
    coming = world.settings.log_key.with_name("log.key.next")
    write_key(coming, bytes(range(32)))  # drawn, and then the power went
    rotate(world)
    assert read_key(world.settings.log_key) == bytes(range(32))
    assert not coming.exists()
    old = read_key(world.settings.log_key)
    rotate(world)
    world.settings.log_key.rename(coming)  # the commit, and then the power went
    write_key(world.settings.log_key, old)
    with pytest.raises(LedgerError, match="interrupted"):
        jobs.Work.of(world.settings)
    assert rotate(world).finished
    assert world.events().count("log_key_changed") == 2
    assert world.verify().unsigned == 0


def test_the_portal_must_stand_still_meanwhile(world: World) -> None:
    lease = world.store.lease("jobs")
    assert lease.holds()
    with pytest.raises(StartError, match="stop it"):
        rotate(world)
    lease.close()


@pytest.mark.sqlite
def test_a_certificate_planted_for_a_key_of_ones_own_is_found(world: World) -> None:
    """By a thief of a key that was replaced: they have its word, but no entry of ours that says so."""
    old = signing(world)
    rotate(world)
    with world.store.transaction() as session:
        draft = rotating.Draft("key_certified", world.clock(), rotating.SYSTEM)
        row = rotating._certify(session, draft, "log", SigningKey.generate().public.raw, old)
        row.entry_id = session.execute(rotating.Certificate.__table__.select()).mappings().first()["entry_id"]
    with pytest.raises(StartError, match="not certified as it must be"):
        open_house(world.settings, world.store)
    with pytest.raises(LedgerError):
        world.verify()
