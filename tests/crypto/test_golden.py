"""What an earlier version wrote must open for ever: golden/*.json is added to, never changed."""

import io

import pytest

from crypto import certificates, envelope, note, tree
from crypto.keys import SecretKey, SigningKey, VerifyKey, unlock_officer
from crypto.primitives import Binding
from crypto.receipt import Receipt, read_token


def raw(golden, *path):
    for name in path:
        golden = golden[name]
    return bytes.fromhex(golden)


@pytest.fixture(scope="module")
def place(golden):
    parts = golden["binding"]
    return Binding(raw(parts, "installation"), parts["table"], raw(parts, "row"), parts["part"], raw(parts, "key_id"))


@pytest.fixture(scope="module")
def reader(golden):
    return SecretKey(raw(golden, "reader", "seed"))


@pytest.fixture(scope="module")
def signer(golden):
    return SigningKey(raw(golden, "signer", "seed"))


def test_keys_have_the_same_names(golden, reader, signer):
    assert reader.public.id.hex() == golden["reader"]["id"]
    assert signer.public.id.hex() == golden["signer"]["id"]


def test_places_have_the_same_bytes(golden, place):
    assert place.info("wrap").hex() == golden["info"]


def test_wrapped_keys_open(golden, reader, place):
    assert envelope.unwrap(raw(golden, "wrapped"), reader, place) == raw(golden, "key")


def test_bodies_open(golden, place):
    assert envelope.unseal(raw(golden, "key"), raw(golden, "body"), place).decode() == golden["text"]


def test_files_open(golden, place):
    opener = envelope.opener(raw(golden, "key"), io.BytesIO(raw(golden, "file", "body")), place)
    length = golden["file"]["length"]
    assert b"".join(opener.read(length)) == golden["text"].encode() * 10


def test_identity_keys_join(golden, place):
    share_s, share_c = (raw(golden, "shares", name) for name in "sc")
    assert envelope.join(share_s, share_c, place) == raw(golden, "shares", "key")


def test_officers_unlock(golden, place, reader, signer):
    locked = golden["officer"]
    keys = unlock_officer(raw(locked, "blob"), locked["password"], pepper=raw(locked, "pepper"), binding=place)
    assert (keys.secret, keys.signing, keys.otp.hex()) == (reader, signer, locked["otp"])


@pytest.mark.parametrize("kind", ["desk", "officer", "promise", "log"])
def test_certificates_verify(golden, signer, kind):
    entry = golden["certificates"][kind]
    officers = {key.encode(): VerifyKey(raw(golden, "officers", key)) for key in golden["officers"]}
    certificate = certificates.verify(raw(entry, "blob"), installation=b"golden", root=signer.public, officers=officers)
    assert certificate.subject == entry["subject"]


def test_receipts_lead_to_the_same_mailbox(golden):
    entry = golden["receipt"]
    receipt = Receipt.parse(entry["text"])
    assert Receipt.derive(raw(golden, "key"), entry["token"].encode()) == receipt
    assert receipt.digits() == entry["digits"]
    assert receipt.lookup(b"golden").hex() == entry["lookup"]
    assert receipt.secret(b"golden").seed.hex() == entry["seed"]
    assert receipt.nonce(b"golden").hex() == entry["nonce"]


def test_tokens_are_read(golden):
    assert read_token(raw(golden, "key"), golden["receipt"]["token"]) == golden["receipt"]["issued_at"]


def test_ledger_leaves_and_frontiers_are_the_same(golden):
    entry = golden["ledger"]
    opening = tree.canonical(entry["opening"])
    assert opening.decode() == entry["canonical"]
    assert tree.leaf_hash(tree.record(raw(entry, "salt"), opening)).hex() == entry["leaf"]
    assert tree.Frontier.from_bytes(raw(entry, "frontier")).root().hex() == entry["root"]


def test_checkpoints_verify(golden, signer):
    checkpoint = note.verify(golden["checkpoint"], "golden.example/log", signer.public)
    assert checkpoint == note.Checkpoint("golden.example/log", 5, raw(golden, "ledger", "root"))
