"""Whether a payee is called as whoever reported: names as people write them, made comparable; how a claim stands by it.

Two writings of one name are equal here; nobody is recognised by likeness, for a near miss may be somebody else.
"""

import unicodedata
from enum import StrEnum
from typing import Final

from portal.domain.errors import RefusalError

# Between the parts of a name, as keyboards give it: 阿不都·热合曼 is often typed with another dot, or with none.
DOTS: Final = frozenset("·.•‧∙⋅・･᛫⸱⸳﹒．。")
_SELECTORS: Final = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))  # another drawing of a sign
_UNSAID: Final = DOTS | _SELECTORS
SLOW_AFTER: Final = 3  # names that were another's, of one day: from then on one in each hour
MOST: Final = 5  # of one day, after which only the next day


class NameCheck(StrEnum):
    """What comparing the names gave; it travels in the sealed claim alone."""

    SAME = "same"  # 与登记一致, given before it was granted
    LATE = "late"  # 批准以后才登记或者更正
    HANDS = "hands"  # given since an officer drew a code for this report
    UNKNOWN = "unknown"  # 没有可以比的: no name, a code that was replaced, an older version


COUNTER_ONLY: Final = frozenset(NameCheck) - {NameCheck.SAME}


class Document(StrEnum):
    """What somebody shows at the counter (证件)."""

    ID_CARD = "id_card"  # 居民身份证
    TEMPORARY = "temporary"  # 临时居民身份证
    PASSPORT = "passport"  # 护照
    PERMIT = "permit"  # 港澳台居民居住证、来往内地（大陆）通行证
    RESIDENCE = "residence"  # 外国人永久居留身份证


class NameTriedError(RefusalError):
    """The name was another's too often (422); `why`: `soon` or `shut`."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the name: {why}")
        self.why = why


class OtherNameError(RefusalError):
    """The name is not the one that was given with the report (422); `left`: how often it may be tried today."""

    def __init__(self, left: int) -> None:
        super().__init__("the name is another")
        self.left = left


def normal(name: str) -> str:
    """A name without what writing changes: widths, cases, blanks, middle dots, variants of one sign."""
    before, said = None, name
    while said != before:
        before, said = said, _folded(said)
    return said


def _folded(name: str) -> str:
    said = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", name).casefold()).casefold()
    kept = (one for one in said if unicodedata.category(one)[0] not in "ZC" and one not in _UNSAID)
    return unicodedata.normalize("NFKC", "".join(kept))
