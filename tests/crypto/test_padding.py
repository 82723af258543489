import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError
from crypto.padding import bucket, pad, padme, unpad


@given(st.binary(max_size=5000) | st.binary(max_size=40).map(lambda tail: b"x" * 3000 + tail + b"\x80\0\0"))
def test_what_is_padded_unpads_to_itself(data):
    assert unpad(pad(data)) == data


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, 64),
        (63, 64),
        (64, 128),
        (127, 128),
        (128, 256),
        (255, 256),
        (256, 512),
        (511, 512),
        (512, 1024),
        (1023, 1024),
        (1024, 2048),
        (2048, 4096),
        (65535, 65536),
    ],
)
def test_texts_have_the_documented_lengths(length, padded):
    assert len(pad(b"a" * length)) == padded


def test_long_texts_follow_padme_without_a_step_back():
    sizes = [bucket(n) for n in range(60_000, 400_000, 997)]
    assert sizes == sorted(sizes)
    assert bucket(65_537) == 67_584
    assert all(bucket(n) <= n * 1.032 for n in range(65_537, 400_000, 997))


@pytest.mark.parametrize(("length", "padded"), [(0, 0), (1, 1), (2, 2), (9, 10), (1000, 1024), (1_000_001, 1_015_808)])
def test_padme_has_the_papers_values(length, padded):
    assert padme(length) == padded


@given(st.integers(0, 1 << 45))
def test_padme_costs_at_most_twelve_percent_and_is_stable(n):
    padded = padme(n)
    assert n <= padded <= n * 1.12 + 1
    assert padme(padded) == padded


def test_no_negative_length():
    with pytest.raises(FormatError):
        padme(-1)


@pytest.mark.parametrize(
    "bad",
    [b"", b"\0" * 64, b"a" * 64, b"a\x80" + b"\0" * 61, b"a\x80" + b"\0" * 63, b"a\x80" + b"\0" * 126, b"\x80"],
)
def test_anything_pad_does_not_make_is_refused(bad):
    with pytest.raises(FormatError):
        unpad(bad)
