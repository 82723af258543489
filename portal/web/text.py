"""Cleaning of what people type, at the border and once: one form of each text, nothing in it that cannot be seen.

Invisible characters are removed without a word. Nobody can be asked to find a character they cannot see, none of the
portal's languages needs one, and they do harm: bidirectional controls make an officer read something else than was
sent, and zero-width characters are how chat programs mark a copied text with the name of whoever copied it.
"""

import re
import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # controls, formats, lone surrogates
# What has another category and is not drawn either: fillers, the Braille blank, selectors of variants, places that
# Unicode will never fill. Unassigned and private characters stay: names are written with some that are newer than us.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0e\uffa0\ufff0-\ufff8"
    "\U00016fe4\U0001d159\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
_KEPT = frozenset("\t\n\u200d")  # the last between emoji only
_EMOJI = "\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_STRAY = re.compile(
    f"(?<![{_EMOJI}#*0-9])\ufe0f|(?<=[#*0-9])\ufe0f(?!\u20e3)"  # the sign for "as a picture", where there is none
    f"|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"  # a joiner that joins nothing
)
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str | None) -> str:
    """Text of several lines: NFC, newlines alike, nothing invisible, no blanks at the ends; emoji are kept."""
    if not text:
        return ""
    lines = _NEWLINES.sub("\n", text)
    if not (lines.isascii() and lines.isprintable()):
        lines = _STRAY.sub("", _BLANK.sub("", "".join(filter(_is_drawn, lines))))
    return unicodedata.normalize("NFC", lines).strip()


def _is_drawn(letter: str) -> bool:
    """Whether a character is one that clean text may hold, by its category."""
    return letter in _KEPT or unicodedata.category(letter) not in _UNSEEN


def clean_line(text: str | None) -> str:
    """Text of one line: as `clean`, and each run of blanks or newlines is one blank."""
    return " ".join(clean(text).split())
