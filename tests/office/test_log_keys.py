"""Who may sign the ledger: both keys from the entry on that certifies them, no other, and never one fewer again."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from crypto import certificates, note
from crypto.certificates import Certificate
from crypto.cosignature import MLDSA44, Cosigner, CosignerKey
from crypto.errors import CertificateError, NoteError
from crypto.keys import SigningKey
from crypto.primitives import random_bytes
from portal.domain.errors import LedgerError, UnsignedError
from portal.office import checkpoints, doctor, founding, log_keys, rotating, verifying
from portal.office.checkpoints import LogKeys
from portal.office.founding import Founder
from portal.office.log_keys import LogRoll
from portal.office.recording import EntryKey
from portal.policy.loader import load_policies
from portal.settings import Settings, read_key, read_keys, write_key
from portal.store import migrate
from portal.store.ledger import Checkpoint
from portal.store.session import Store
from tests.office.drills import tamper
from tests.sending import arrive, open_case
from tests.world import NOON, ORIGIN, World


def newest(store: Store) -> Checkpoint:
    with store.reading() as session:
        return session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).one()


def signing(world: World) -> SigningKey:
    return SigningKey(read_key(world.settings.log_key))


def test_a_checkpoint_carries_both_signatures_and_no_time_finer_than_the_hour(world: World) -> None:
    arrive(world)
    world.sign()
    text = newest(world.store).note
    cosigner = Cosigner(ORIGIN, MLDSA44, CosignerKey.beside(signing(world)).public)
    head, at = cosigner.verify(text)
    assert head == note.verify(text, ORIGIN, signing(world).public) == world.house.log.open(text, ORIGIN)
    assert at == 0  # "no statement on the time" (tlog-cosignature)
    assert [line.split("+")[0] for line in world.house.log.lines(ORIGIN)] == [ORIGIN, ORIGIN]
    assert world.house.log.lines(ORIGIN)[1] == cosigner.line


@pytest.mark.sqlite
def test_lines_of_strangers_on_a_checkpoint_are_passed_over(world: World) -> None:
    world.sign()
    text = CosignerKey(bytes(32)).cosign(newest(world.store).note, "witness.example/w1", at=5)
    assert world.house.log.open(text, ORIGIN).size == newest(world.store).size


def test_a_checkpoint_without_the_cosigner_is_not_taken_for_one(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    world.sign()
    row = newest(world.store)
    bare = note.sign(note.Checkpoint(ORIGIN, row.size, row.root), ORIGIN, signing(world))
    with pytest.raises(NoteError, match="cosigner"):
        world.house.log.open(bare, ORIGIN)
    tamper(world, f"UPDATE checkpoints SET note = '{bare}' WHERE size = {row.size}")
    with pytest.raises(LedgerError, match=f"checkpoint {row.size}: of the log's cosigner"):
        world.verify()
    with world.store.reading() as session, pytest.raises(UnsignedError):
        checkpoints.require_signed(session, world.house, now=world.clock())


def claim(kind: str, key: bytes) -> Certificate:
    return Certificate(kind, b"x" * 16, kind, b"", key, 0)


OLD, NEW, ROOT = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))


def test_the_root_or_the_key_before_vouches_and_nobody_else() -> None:
    body = certificates.issue(claim("log", NEW.public.raw), OLD)
    assert log_keys.believe(body, b"x" * 16, ROOT.public, OLD.public).signing_key == NEW.public.raw
    for voucher in (None, NEW.public):
        with pytest.raises(CertificateError):
            log_keys.believe(body, b"x" * 16, ROOT.public, voucher)
    promise = certificates.issue(claim("promise", NEW.public.raw), OLD)
    with pytest.raises(CertificateError, match="keys of the log alone"):
        log_keys.believe(promise, b"x" * 16, ROOT.public, OLD.public)


def test_each_key_counts_from_the_entry_after_its_certificate_until_the_next_one() -> None:
    roll = LogRoll(((1, OLD.public.raw), (9, NEW.public.raw)))

    def signed(size: int, key: SigningKey) -> str:
        return note.sign(note.Checkpoint(ORIGIN, size, bytes(32)), ORIGIN, key)

    for size, key in ((2, OLD), (9, OLD), (10, NEW), (500, NEW)):
        assert roll.open(signed(size, key), ORIGIN).size == size
    for size, key in ((9, NEW), (10, OLD)):
        with pytest.raises(NoteError, match="does not count for this size"):
            roll.open(signed(size, key), ORIGIN)
    with pytest.raises(NoteError, match="no key was certified"):
        roll.open(signed(1, OLD), ORIGIN)
    with pytest.raises(NoteError, match="not signed by this key"):
        roll.open(signed(5, ROOT), ORIGIN)


def bare(_key: CosignerKey, text: str, _name: str, **_: int) -> str:
    """As the signer signed before."""
    return text


@pytest.fixture
def before(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Settings, Store]]:
    """A ledger of before there were cosigners, with one checkpoint."""
    settings = Settings.found({"PORTAL_HOME": str(tmp_path / "home")})
    root = SigningKey.generate()
    write_key(settings.root_key, root.public.raw, mode=0o644)
    with closing(migrate.create(settings.database_url)) as store:
        with store.transaction() as session:
            key = EntryKey(read_keys(settings.entry_keys)[0])
            founder = Founder(session, random_bytes(16), root, key, b"", NOON)
            founding.found(founder, name="测试", origin=ORIGIN, demo=False)
            draft = founder.draft("key_certified", "certificates", uuid4(), kind="log")
            log = SigningKey(read_key(settings.log_key)).public.raw
            row = founder.certify(draft, "log", "log", signing=log)
            draft.subject = ("certificates", row.id)
            founder.record(draft)
            founding.add_authorities(founder, load_policies().authorities)
        with monkeypatch.context() as past:
            past.setattr(CosignerKey, "cosign", bare)
            sign(settings, store)
        yield settings, store


def sign(settings: Settings, store: Store) -> None:
    with store.transaction() as session:
        checkpoints.sign(session, LogKeys.read(settings), now=NOON)


def verdict(settings: Settings, store: Store) -> verifying.Verdict:
    return verifying.verify(store, verifying.Keys.read(settings))


@pytest.mark.sqlite
def test_the_doctor_says_where_one_signature_is_all_that_is_asked_for(world: World) -> None:
    assert doctor._cosigner(world.house) == []
    (said,) = doctor._cosigner(replace(world.house, log=LogRoll(world.house.log.logs)))
    assert (said.level, "rotate" in said.said) == ("warning", True)


@pytest.mark.sqlite
def test_a_ledger_of_before_there_were_cosigners_gets_one_and_needs_it_from_then_on(
    before: tuple[Settings, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, store = before
    assert verdict(settings, store).checkpoints == 1
    for _ in range(2):  # the second time there is one
        with store.transaction() as session:
            rotating.certify_cosigner(session, settings, LogKeys.read(settings), now=NOON)
    sign(settings, store)
    size = verdict(settings, store).entries
    with store.transaction() as session:
        founder = Founder(session, b"", SigningKey.generate(), EntryKey(read_keys(settings.entry_keys)[0]), b"", NOON)
        founder.record(founder.draft("upgraded", "installation", uuid4(), before="1", after="2"))
    monkeypatch.setattr(CosignerKey, "cosign", bare)
    sign(settings, store)
    with pytest.raises(LedgerError, match=f"checkpoint {size + 1}: of the log's cosigner"):
        verdict(settings, store)
