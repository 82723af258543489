"""Cleaning of what people type, at the border and once: one form of each text, nothing in it that cannot be seen.

Invisible characters are removed without a word. Nobody can be asked to find a character they cannot see, none of the
portal's languages needs one, and they do harm: bidirectional controls make an officer read something else than was
sent, and zero-width characters are how chat programs mark a copied text with the name of whoever copied it.
"""

import re
import unicodedata

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, except tab and newline
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, fillers
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, directions
    "\ud800-\udfff\ufff9-\ufffb"  # lone surrogates, annotations
    "\U000e0000-\U000e0fff"  # tags and variation selectors that nothing here draws
    "]"
)
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINER = re.compile(f"(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")  # a joiner is kept between two emoji only
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str | None) -> str:
    """Text of several lines: NFC, newlines alike, nothing invisible, no blanks at the ends; emoji are kept."""
    if not text:
        return ""
    plain = _INVISIBLE.sub("", _NEWLINES.sub("\n", text))
    return unicodedata.normalize("NFC", _JOINER.sub("", plain)).strip()


def clean_line(text: str | None) -> str:
    """Text of one line: as `clean`, and each run of blanks or newlines is one blank."""
    return " ".join(clean(text).split())
