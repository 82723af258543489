"""Whether two reports may be about the same thing (重复): how names and places are read, compared and weighed.

Of a report it takes what two offices may compare: whom it is about and where, never what happened.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from crypto.index import bigrams, squeeze


class Field(StrEnum):
    """What is compared; reports carry venues from a later version on."""

    UNIT = "unit"
    PLACE = "place"
    VENUE = "venue"


class Why(StrEnum):
    """Why a report is a candidate."""

    SAME_UNIT = "same_unit"
    LIKE_UNIT = "like_unit"
    SAME_PLACE = "same_place"
    LIKE_PLACE = "like_place"
    SAME_VENUE = "same_venue"
    NEAR_TIME = "near_time"


_SIGNS: Mapping[Field, tuple[Why, Why]] = MappingProxyType(
    {
        Field.UNIT: (Why.SAME_UNIT, Why.LIKE_UNIT),
        Field.PLACE: (Why.SAME_PLACE, Why.LIKE_PLACE),
        Field.VENUE: (Why.SAME_VENUE, Why.SAME_VENUE),
    }
)
WEIGHTS: Mapping[Field, int] = MappingProxyType({Field.UNIT: 50, Field.PLACE: 35, Field.VENUE: 85})
TIME_WEIGHT = 15
NEAR_DAYS = 30
ALIKE = 3 / 5  # of shared pieces, from which on two values are called alike
ENOUGH = 45  # of 100, from which on a report is a candidate

# Divisions of Jilin at the head of a name or an address say little: nearly every report of an office has the same.
_PROVINCE = "吉林省"
_CITIES = "长春|吉林|四平|辽源|通化|白山|松原|白城|梅河口"
_COUNTIES = "南关|宽城|朝阳|二道江|二道|绿园|双阳|九台|昌邑|龙潭|船营|丰满|铁西|铁东|龙山|西安|东昌|浑江|江源|宁江|洮北"
_HEAD = re.compile(rf"(?:{_PROVINCE}|(?:{_CITIES})市|(?:{_COUNTIES})区|延边(?:朝鲜族自治)?州)(?=.{{2}})")
_FORM = re.compile(r"^(?!(?:集团|股份|有限|责任|公司)+$)(.{2,}?)(?:集团)?(?:股份有限|有限责任|有限)?公司$")

_NUMERALS = "零〇一二两三四五六七八九"
_VALUES: Mapping[str, int] = MappingProxyType(
    {"〇": 0, "两": 2, **{char: n for n, char in enumerate("零一二三四五六七八九")}}
)
_COUNTED = "层|楼|号|栋|幢|座|单元|室|门|区|口|期|f"
_CHINESE = re.compile(rf"[{_NUMERALS}十百]+(?={_COUNTED})")
_MINUS = re.compile(r"(?<!\w)[-\u2212]\s*(?=\d+\s*[层楼fF])")
_BELOW = re.compile(r"(?:地下室?|负|b)(\d{1,2})(?:层|楼|f)?")
_ABOVE = re.compile(r"(?<![b\d])(\d{1,3})(?:层|楼|f)")
_HOUSE = re.compile(r"(\d+)(?:号楼|幢|座)")


def _settled(change: Callable[[str], str], text: str) -> str:
    """A change made until it changes nothing more; none of ours makes a text longer."""
    while (made := change(text)) != text:
        text = made
    return text


def unit(text: str) -> str:
    """A unit's name as it is compared: without the division before it and the company's form behind it."""
    return _settled(
        lambda name: _FORM.sub(r"\1", _HEAD.sub("", name, count=1) if _HEAD.match(name) else name), squeeze(text)
    )


def _headless(text: str) -> str:
    found = _HEAD.match(text)
    return text[found.end() :] if found else text


def place(text: str) -> str:
    """A place as it is compared: 负一层, 地下1层, -1F and B1 are one floor; 三号楼, 3幢 and 3座 one house."""
    return _settled(_read_place, squeeze(_MINUS.sub("负", unicodedata.normalize("NFKC", text))))


def _read_place(text: str) -> str:
    counted = _CHINESE.sub(lambda found: _number(found[0]), _headless(text))
    return _ABOVE.sub(r"\1f", _BELOW.sub(r"b\1", _HOUSE.sub(r"\1栋", counted)))


def _number(text: str) -> str:
    """A Chinese number below a thousand in digits; where it counts nothing, digit by digit."""
    if not set(text) & {"十", "百"}:
        return "".join(str(_VALUES[char]) for char in text)
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
        else:
            digit = _VALUES[char]
    return str(total + digit)


READERS: Mapping[Field, Callable[[str], str]] = MappingProxyType(
    {Field.UNIT: unit, Field.PLACE: place, Field.VENUE: squeeze}
)


def pieces(field: Field, text: str) -> frozenset[str]:
    """What a value is compared by: all of it, and each two characters of it; nothing of an empty one.

    A venue has a code, which is the same or is not.
    """
    value = READERS[field](text)
    if not value:
        return frozenset()
    whole = {f"={value}"}
    return frozenset(whole if field is Field.VENUE else whole | bigrams(value))


def alike(shared: int, ours: int, theirs: int) -> float:
    """How much two sets have in common, from 0 to 1 (Dice's coefficient)."""
    return 2 * shared / (ours + theirs) if ours and theirs else 0.0


def least_shared(ours: int) -> int:
    """How many pieces a value must share at the least to be like one of so many, however few it has itself."""
    return -(-3 * ours // 7)  # ALIKE · ours / (2 − ALIKE), rounded up without fractions


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two reports are, of 100, and in what."""

    score: int
    why: tuple[Why, ...]


def weigh(shares: Mapping[Field, float], days: int) -> Likeness:
    """Weigh how alike the fields are, and how many days lie between."""
    score, why = 0.0, []
    for field, share in shares.items():
        if share >= ALIKE:
            score += WEIGHTS[field] * share
            why.append(_SIGNS[field][share < 1])
    if why and days <= NEAR_DAYS:
        score += TIME_WEIGHT * (1 - days / NEAR_DAYS / 2)
        why.append(Why.NEAR_TIME)
    return Likeness(min(100, round(score)), tuple(why))
