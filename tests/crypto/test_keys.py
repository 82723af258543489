import hashlib
from dataclasses import replace

import pytest

from crypto.errors import FormatError, OpenError, PasswordError, SuiteError
from crypto.keys import (
    OfficerKeys,
    PublicKey,
    SecretKey,
    SigningKey,
    VerifyKey,
    decoy,
    lock_officer,
    unlock_officer,
)

PEPPER = b"pepper, from a file on the host."


def test_the_drafts_first_key_pair(xwing):
    """draft-connolly-cfrg-xwing-kem, appendix C: the seed is the private key, the public key is as published."""
    assert SecretKey(bytes.fromhex(xwing["seed"])).public.raw.hex() == xwing["public"]


def test_a_key_is_named_by_16_bytes_of_its_own(lin, qin, root_key):
    ids = {lin.public.id, qin.public.id, root_key.public.id}
    assert len(ids) == 3
    assert {len(key_id) for key_id in ids} == {16}
    assert PublicKey(lin.public.raw).id == lin.public.id


def test_the_library_key_is_loaded_once_per_instance(lin):
    assert lin.public.load() is lin.public.load()
    assert lin.load() is lin.load()


def test_new_keys_are_new():
    assert SecretKey.generate().seed != SecretKey.generate().seed
    assert SigningKey.generate().seed != SigningKey.generate().seed


@pytest.mark.parametrize("kind", [PublicKey, SecretKey, VerifyKey, SigningKey])
@pytest.mark.parametrize("length", [0, 31, 33, 1215, 1217])
def test_keys_of_another_length_are_refused(kind, length):
    with pytest.raises(FormatError):
        kind(bytes(length))


def test_bytes_that_are_no_ml_kem_key_are_refused_when_loaded():
    with pytest.raises(FormatError):
        PublicKey(b"\xff" * 1216).load()


def test_no_secret_shows_in_a_repr(lin, root_key):
    keys = OfficerKeys(lin, root_key, b"one-time secret")
    assert repr(keys) == "OfficerKeys(secret=SecretKey(), signing=SigningKey())"


def test_a_signature_verifies_only_on_its_message_under_its_key(root_key):
    signature = root_key.sign(b"message")
    root_key.public.verify(signature, b"message")
    for key, text, sig in (
        (root_key.public, b"massage", signature),
        (SigningKey(bytes(32)).public, b"message", signature),
        (root_key.public, b"message", signature[:-1]),
        (root_key.public, b"message", bytes([signature[0] ^ 1]) + signature[1:]),
        (VerifyKey(b"\xff" * 32), b"message", signature),
    ):
        with pytest.raises(OpenError):
            key.verify(sig, text)


@pytest.fixture(scope="module")
def keys():
    return OfficerKeys(SecretKey(bytes(range(32))), SigningKey(bytes(range(1, 33))), b"otp-secret-of-20-byt")


@pytest.fixture(scope="module")
def locked(keys, lock_place):
    return lock_officer(keys, "p\u00e4ssword 密码", pepper=PEPPER, binding=lock_place)


def test_the_password_opens_whichever_way_its_accents_are_typed(keys, locked, lock_place):
    assert unlock_officer(locked, "pa\u0308ssword 密码", pepper=PEPPER, binding=lock_place) == keys


def test_the_locked_keys_have_the_same_length_without_one_time_codes(keys, locked, lock_place):
    bare = lock_officer(replace(keys, otp=b""), "p\u00e4ssword 密码", pepper=PEPPER, binding=lock_place)
    assert len(bare) == len(locked) == 1 + 16 + 56 + 128 + 16
    assert bare[1:17] != locked[1:17]


@pytest.mark.parametrize("wrong", ["password", "pepper", "place", "salt", "body"])
def test_anything_wrong_is_a_password_error(locked, lock_place, wrong):
    altered = bytearray(locked)
    altered[{"salt": 1, "body": 80}.get(wrong, 0)] ^= wrong in ("salt", "body")
    password = "pässword 密码".replace("密码", "密碼" if wrong == "password" else "密码")
    pepper = bytes(32) if wrong == "pepper" else PEPPER
    binding = replace(lock_place, row=b"another") if wrong == "place" else lock_place
    with pytest.raises(PasswordError):
        unlock_officer(bytes(altered), password, pepper=pepper, binding=binding)


def test_malformed_locks_are_refused_before_the_work(locked, lock_place):
    with pytest.raises(SuiteError):
        unlock_officer(b"\x02" + locked[1:], "x", pepper=PEPPER, binding=lock_place)
    with pytest.raises(FormatError):
        unlock_officer(locked[:10], "x", pepper=PEPPER, binding=lock_place)
    with pytest.raises(FormatError):
        unlock_officer(locked, "x", pepper=b"short", binding=lock_place)


def test_a_decoy_refuses_as_a_wrong_password_does():
    with pytest.raises(PasswordError, match="does not unlock"):
        decoy("any", pepper=PEPPER)


def test_a_password_may_hold_anything_a_form_can_send(keys, lock_place):
    odd = "\x00 \ud800 🔑"
    blob = lock_officer(keys, odd, pepper=PEPPER, binding=lock_place)
    assert unlock_officer(blob, odd, pepper=PEPPER, binding=lock_place) == keys


def test_seeds_are_expanded_as_x_wing_says(lin):
    expanded = hashlib.shake_256(lin.seed).digest(96)
    assert lin._halves[0].private_bytes_raw() == expanded[:64]
    assert lin._halves[1].private_bytes_raw() == expanded[64:]
