"""Keyed marks: the same for the same piece whatever its width, case and signs; nothing without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import FormatError
from crypto.index import bigrams, digest_of, marks, search_key, squeeze

SEED = bytes(range(32))
TEXTS = st.text(max_size=40)


def test_known_marks_stay_what_they_are() -> None:
    """Published: an index written by this version is read by the next."""
    key = search_key(SEED)
    assert key.hex() == "0f887ff6135200b6fc60eb8d36317c6637fc6d1b60ada9b754e5f2c176886b8d"
    assert sorted(marks(key, "content", ("安全", "全出", "出口"))) == [-13845, -6151, 14563]
    assert marks(key, "unit", ("安全",)) != marks(key, "content", ("安全",))
    assert digest_of(SEED, ("安全出口",)).hex() == "500824f55d22757597a520cba6a562aabf204872a8122de5ce1ce510fd655ead"


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [
        ("６号　ＥＸＩＴ", "6号exit"),
        ("6 号 Exit！", "6号exit"),
        ("“蓝鲸”（地下）广场", "蓝鲸地下广场"),
        ("①㈱ﬁ", "1株fi"),
        ("ｶﾞｽ", "ガス"),
        ("가스", "가스"),
        ("Straße", "strasse"),
        ("  \n\t——…", ""),
    ],
)
def test_width_case_spaces_and_signs_make_no_difference(text: str, squeezed: str) -> None:
    assert squeeze(text) == squeezed


@given(TEXTS)
def test_squeezing_twice_changes_nothing(text: str) -> None:
    once = squeeze(text)
    assert squeeze(once) == once


@given(st.text(alphabet="六号安全出口ABcd123", max_size=30), st.text(alphabet=" 　，。！-（）\n", max_size=4))
def test_the_same_words_in_another_width_case_or_with_signs_match(text: str, signs: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)
    assert squeeze(signs.join(wide.upper())) == squeeze(text)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_stands_in_a_text_has_its_bigrams_there(before: str, inside: str, after: str) -> None:
    whole, part = squeeze(before + inside + after), squeeze(inside)
    if part in whole:
        assert bigrams(part) <= bigrams(whole)


def test_bigrams_are_distinct_and_one_character_has_none() -> None:
    assert bigrams("出口出口") == {"出口", "口出"}
    assert bigrams("出") == bigrams("") == frozenset()


@given(st.sets(st.text(min_size=1, max_size=2), max_size=50))
def test_marks_fit_a_small_column_and_differ_by_key(pieces: set[str]) -> None:
    ours, theirs = (marks(search_key(seed), "content", pieces) for seed in (SEED, bytes(32)))
    assert all(-0x8000 <= mark < 0x8000 for mark in ours)
    assert len(ours) <= len(pieces)
    if len(pieces) > 5:
        assert ours != theirs


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(FormatError):
        search_key(b"short")
    with pytest.raises(FormatError):
        marks(b"short", "content", ("安全",))


def test_marks_are_spread_over_all_sixteen_bits() -> None:
    """A text of 20,000 characters must not look like every other."""
    made = marks(search_key(SEED), "content", (f"{n:04}" for n in range(60_000)))
    assert 38_000 < len(made) < 41_000  # 65,536 · (1 − e^(−60,000/65,536)) = 39,300
