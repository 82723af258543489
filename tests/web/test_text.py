"""Texts are cleaned once, at the border."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from portal.web.text import clean, clean_line


def test_newlines_are_alike():
    assert clean("一\r\n二\r三\u2028四\x0b五") == "一\n二\n三\n四\n五"


def test_controls_go_and_tabs_stay():
    assert clean("a\x00b\x1bc\td\x9fe\x7f") == "abc\tde"


def test_text_cannot_be_made_to_read_backwards():
    assert clean("付款\u202e元001\u202c给\u2066x\u2069\u200f") == "付款元001给x"


def test_invisible_marks_of_who_copied_a_text_go():
    assert clean("安\u200b全\u200c出\u200d口\ufeff锁\u2060了\u00ad。\U000e0041") == "安全出口锁了。"


def test_no_mark_that_nobody_sees_survives():
    marks = "\ufe00\ufe0e\ufe0f\u2800\u3164\uffa0\U0001d159\U00016fe4\U0001d173\U000e0100\ufffe\U0001ffff\u2065\u180b"
    assert clean("举" + "报".join(marks)) == "举" + "报" * (len(marks) - 1)
    assert clean("举\ufe0f\u200d\ufe0f\ufe0f\u200d\ufe0f报") == "举报"
    assert clean("1\ufe0f2 ☎\ufe0f\ufe0f") == "12 ☎\ufe0f"


def test_rare_letters_of_names_stay_though_they_are_newer_or_private():
    assert clean("\U00031350\U000323af\ue000") == "\U00031350\U000323af\ue000"


def test_emoji_are_kept_whole():
    family = "👨‍👩‍👧 ❤️‍🔥 👍🏽 🇨🇳 1️⃣ \U0001fae9"
    assert clean(family) == family


def test_composed_form():
    assert clean("e\u0301") == "é"
    assert clean("가") == "가"


def test_a_line_is_one_line():
    assert clean_line("  地下\n二层\t东侧 \u3000 6 号  ") == "地下 二层 东侧 6 号"


def test_nothing_is_empty_text():
    assert clean(None) == clean_line("") == clean(" \r\n\u200b ") == ""


@given(st.text(st.characters()))
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not [c for c in once if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    once.encode()
