import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError, SuiteError
from crypto.primitives import (
    Binding,
    derive,
    fields,
    label,
    mac,
    random_bytes,
    same,
    sha256,
    sized,
    with_suite,
    without_suite,
)

parts = st.lists(st.binary(max_size=20), max_size=5)


@given(parts, parts)
def test_fields_of_different_parts_differ(a, b):
    assert (fields(*a) == fields(*b)) == (a == b)


def test_a_byte_can_not_slide_between_fields():
    assert fields(b"ab", b"c") != fields(b"a", b"bc")
    assert fields(b"ab") == b"\0\0\0\2ab"


def test_label_names_portal_and_suite():
    assert label("wrap") == b"shaoyin/1/wrap"


def test_derive_is_hkdf_sha256_of_rfc_5869_with_our_info():
    # computed with HMAC alone, as RFC 5869 §2 writes it
    prk = hmac.digest(b"salt", b"secret", "sha256")
    info = fields(label("x"), b"context")
    okm = hmac.digest(prk, info + b"\x01", "sha256")
    assert derive(b"secret", "x", b"context", salt=b"salt") == okm


@pytest.mark.parametrize(
    "other",
    [
        derive(b"t", "n", b"c", salt=b"s"),
        derive(b"s", "m", b"c", salt=b"s"),
        derive(b"s", "n", b"d", salt=b"s"),
        derive(b"s", "n", b"c", b"", salt=b"s"),
        derive(b"s", "n", b"c", salt=b"t"),
    ],
)
def test_everything_that_goes_into_derive_counts(other):
    assert derive(b"s", "n", b"c", salt=b"s") != other


def test_derive_gives_as_many_bytes_as_asked():
    assert len(derive(b"s", "n", length=15)) == 15
    assert derive(b"s", "n", length=15) == derive(b"s", "n")[:15]


def test_mac_and_same():
    assert mac(b"k", b"ab", b"c") != mac(b"k", b"a", b"bc")
    assert len(mac(b"k", b"x")) == 32
    assert same(b"a", b"a")
    assert not same(b"a", b"b")


def test_sha256_concatenates():
    assert sha256(b"a", b"bc") == sha256(b"abc")


def test_random_bytes_are_as_many_as_asked_and_new():
    assert len(random_bytes(32)) == 32
    assert random_bytes(32) != random_bytes(32)


def test_sized_refuses_another_length():
    assert sized(b"ab", 2, "x") == b"ab"
    with pytest.raises(FormatError, match="x: 2 bytes instead of 3"):
        sized(b"ab", 3, "x")


@pytest.mark.parametrize("blob", [b"", b"\x00body", b"\x02body", b"\xffbody"])
def test_other_suites_are_refused(blob):
    with pytest.raises(SuiteError):
        without_suite(blob)


def test_suite_byte_round_trip():
    assert with_suite(b"body") == b"\x01body"
    assert without_suite(with_suite(b"body")) == b"body"


def test_info_depends_on_use_and_on_every_field():
    infos = {Binding(*place).info("wrap") for place in places()}
    assert len(infos) == len(list(places()))
    assert Binding(b"i", "t", b"r", "p", b"k").info("body") not in infos


def places():
    base = (b"i", "t", b"r", "p", b"k")
    yield base
    for at, value in enumerate(base):
        yield (*base[:at], value * 2, *base[at + 1 :])
