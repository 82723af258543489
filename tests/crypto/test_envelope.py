import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import envelope
from crypto.errors import CryptoError, FormatError, OpenError, SuiteError
from crypto.keys import PublicKey, SecretKey
from crypto.padding import padme
from crypto.primitives import Binding

KEY = bytes(range(32))
ELSEWHERE = {
    "installation": b"another",
    "table": "notes",
    "row": b"row-0001",
    "part": "summary",
    "key_id": b"key-id-1",
}
moved = pytest.mark.parametrize(("name", "value"), ELSEWHERE.items(), ids=ELSEWHERE)


@pytest.fixture(scope="module")
def here():
    return Binding(b"jilin-installation", "letters", b"row-0000", "narrative", b"key-id-0")


@pytest.fixture(scope="module")
def wrapped(lin, here):
    return envelope.wrap(KEY, lin.public, here)


@pytest.fixture(scope="module")
def body(here):
    return envelope.seal(KEY, "周某举报".encode(), here)


def flipped(blob, at):
    altered = bytearray(blob)
    altered[at] ^= 1
    return bytes(altered)


def test_the_reader_unwraps_what_was_wrapped_to_them(lin, here, wrapped):
    assert envelope.unwrap(wrapped, lin, here) == KEY
    assert len(wrapped) == envelope.WRAPPED == 1169


def test_nobody_else_does(qin, here, wrapped):
    with pytest.raises(OpenError):
        envelope.unwrap(wrapped, qin, here)


@moved
def test_a_wrapped_key_moved_elsewhere_does_not_open(lin, here, wrapped, name, value):
    with pytest.raises(OpenError):
        envelope.unwrap(wrapped, lin, replace(here, **{name: value}))


@moved
def test_a_body_moved_elsewhere_does_not_open(here, body, name, value):
    with pytest.raises(OpenError):
        envelope.unseal(KEY, body, replace(here, **{name: value}))


@pytest.mark.parametrize(
    "at",
    [1, 1088, 1089, 1120, 1121, 1152, 1153, 1168],
    ids=[
        "ML-KEM begins",
        "ML-KEM ends",
        "X25519 begins",
        "X25519 ends",
        "key begins",
        "key ends",
        "tag begins",
        "tag ends",
    ],
)
def test_an_altered_wrapped_key_does_not_open(lin, here, wrapped, at):
    with pytest.raises(OpenError):
        envelope.unwrap(flipped(wrapped, at), lin, here)


@pytest.mark.parametrize("length", [1, 2, 1089, 1121, 1168])
def test_a_truncated_wrapped_key_does_not_open(lin, here, wrapped, length):
    with pytest.raises(OpenError):
        envelope.unwrap(wrapped[:length], lin, here)
    with pytest.raises(OpenError):
        envelope.unwrap(wrapped + b"\0", lin, here)


def test_an_ephemeral_key_of_small_order_does_not_open(lin, here, wrapped):
    with pytest.raises(OpenError):
        envelope.unwrap(wrapped[:1089] + bytes(32) + wrapped[1121:], lin, here)


@pytest.mark.parametrize(
    "at", [1, 25, 57, 120, 121, 136], ids=["salt", "commitment", "text", "text ends", "tag", "tag ends"]
)
def test_an_altered_body_does_not_open(here, body, at):
    assert len(body) == 1 + 56 + 64 + 16
    with pytest.raises(OpenError):
        envelope.unseal(KEY, flipped(body, at), here)


@pytest.mark.parametrize("length", [1, 25, 57, 100, 136])
def test_a_truncated_body_does_not_open(here, body, length):
    with pytest.raises(OpenError):
        envelope.unseal(KEY, body[:length], here)


@pytest.mark.parametrize("version", [b"", b"\0", b"\2", b"\xff"])
def test_other_suites_are_refused_without_fallback(lin, here, wrapped, body, version):
    with pytest.raises(SuiteError):
        envelope.unwrap(version + wrapped[1:] if version else b"", lin, here)
    with pytest.raises(SuiteError):
        envelope.unseal(KEY, version + body[1:] if version else b"", here)


def test_a_body_is_no_file_and_a_file_no_body(here, body):
    with pytest.raises(OpenError):
        envelope.opener(KEY, io.BytesIO(body), here)
    sink = io.BytesIO()
    envelope.sealer(KEY, here, sink).finish()
    with pytest.raises(OpenError):
        envelope.unseal(KEY, sink.getvalue(), here)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=70_000) | st.integers(0, 70_000).map(bytes), st.binary(min_size=32, max_size=32))
def test_texts_come_back_and_tell_only_their_bucket(plaintext, key):
    place = Binding(b"i", "t", b"r", "p", b"k")
    sealed = envelope.seal(key, plaintext, place)
    assert envelope.unseal(key, sealed, place) == plaintext
    assert len(sealed) == len(envelope.seal(key, plaintext + b"", place))


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_any_key_wraps_to_any_reader_at_any_place(seed, key, row):
    reader, place = SecretKey(seed), Binding(b"i", "t", row, "p", b"k")
    assert envelope.unwrap(envelope.wrap(key, reader.public, place), reader, place) == key


def test_wrapping_twice_shows_no_sameness(lin, here):
    assert envelope.wrap(KEY, lin.public, here)[1:1121] != envelope.wrap(KEY, lin.public, here)[1:1121]


def test_new_keys_are_new():
    assert len(envelope.new_key()) == 32
    assert envelope.new_key() != envelope.new_key()


def test_a_reader_whose_key_is_of_small_order_is_refused(lin, here):
    with pytest.raises(FormatError):
        envelope.wrap(KEY, PublicKey(lin.public.raw[:1184] + bytes(32)), here)


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_keys_of_another_length_are_refused(lin, here, body, size):
    for act in (
        lambda: envelope.wrap(bytes(size), lin.public, here),
        lambda: envelope.seal(bytes(size), b"", here),
        lambda: envelope.unseal(bytes(size), body, here),
        lambda: envelope.join(bytes(size), KEY, here),
        lambda: envelope.join(KEY, bytes(size), here),
    ):
        with pytest.raises(FormatError):
            act()


def test_a_file_is_sealed_as_it_comes_and_opened_in_any_order(here):
    sink = io.BytesIO()
    sealer = envelope.sealer(KEY, here, sink)
    for _ in range(50):
        sealer.write(b"evidence" * 100)
    sealer.pad(padme(sealer.length))
    assert sealer.finish() == padme(40_000)
    opener = envelope.opener(KEY, sink, here)
    assert b"".join(opener.read(40_000)) == b"evidence" * 5_000
    assert opener.read_chunk(1)[:8] == b"evidence"


@moved
def test_a_file_moved_elsewhere_does_not_open(here, name, value):
    sink = io.BytesIO()
    envelope.sealer(KEY, here, sink).finish()
    with pytest.raises(OpenError):
        envelope.opener(KEY, sink, replace(here, **{name: value}))


def test_a_file_of_another_suite_is_refused(here):
    with pytest.raises(SuiteError):
        envelope.opener(KEY, io.BytesIO(b"\x02" + bytes(72)), here)


def test_an_identity_key_needs_both_shares_in_their_roles_at_their_place(here):
    key = envelope.join(KEY, bytes(32), here)
    assert len(key) == 32
    assert key == envelope.join(KEY, bytes(32), here)
    others = [envelope.join(bytes(32), KEY, here), envelope.join(KEY, KEY, here)]
    others += [envelope.join(KEY, bytes(32), replace(here, **{n: v})) for n, v in ELSEWHERE.items()]
    assert key not in others
    assert len(set(others)) == len(others)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=1300))
def test_noise_raises_typed_errors_only(lin, noise):
    place = Binding(b"i", "t", b"r", "p", b"k")
    for act in (
        lambda: envelope.unwrap(noise, lin, place),
        lambda: envelope.unwrap(b"\x01" + noise, lin, place),
        lambda: envelope.unseal(KEY, b"\x01" + noise, place),
        lambda: envelope.opener(KEY, io.BytesIO(b"\x01" + noise), place),
    ):
        with pytest.raises(CryptoError):
            act()
