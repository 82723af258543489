"""Sums of money: read as people write them, kept in fen, never in floating point."""

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MOST: Final = 10**11  # fen: a billion yuan is a typing mistake
_FEN: Final = 100
_UNITS: Final = MappingProxyType({"": 1, "元": 1, "万": 10_000, "万元": 10_000, "원": 1, "만": 10_000, "만원": 10_000})
_SUM: Final = re.compile(r"(?:¥|人民币|인민페)?([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(元|万元|万|원|만원|만|)")


class AmountFlaw(StrEnum):
    """Why something is no sum of money."""

    MISSING = "amount_missing"
    UNREADABLE = "amount_unreadable"
    NEGATIVE = "amount_negative"
    FRACTION = "amount_fraction"  # less than one fen
    ZERO = "amount_zero"
    TOO_MUCH = "amount_too_much"


class AmountError(ValueError):
    """Not a sum of money; `flaw` says why."""

    def __init__(self, flaw: AmountFlaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


def fen(said: str, *, zero: bool = False) -> int:
    """Read a sum: 50000, 50,000.00, ５万元, ¥1.2万, 5만원. Raises AmountError; for nothing at all too, unless `zero`.

    Commas stand before groups of three digits, so that 1,50 is no sum rather than the wrong one.
    """
    plain = "".join(unicodedata.normalize("NFKC", said).split())
    if not plain:
        raise AmountError(AmountFlaw.MISSING)
    found = _SUM.fullmatch(plain.replace("、", ","))
    if found is None:
        raise AmountError(AmountFlaw.UNREADABLE)
    sign, whole, part, unit = found.groups()
    if sign == "-":
        raise AmountError(AmountFlaw.NEGATIVE)
    if len(whole.replace(",", "")) > len(str(MOST)):
        raise AmountError(AmountFlaw.TOO_MUCH)
    sum_in_fen = Decimal(f"{whole.replace(',', '')}.{part or 0}") * _UNITS[unit] * _FEN
    return _whole(sum_in_fen, zero=zero)


def _whole(sum_in_fen: Decimal, *, zero: bool) -> int:
    if sum_in_fen > MOST:
        raise AmountError(AmountFlaw.TOO_MUCH)
    if sum_in_fen != sum_in_fen.to_integral_value():
        raise AmountError(AmountFlaw.FRACTION)
    if not sum_in_fen and not zero:
        raise AmountError(AmountFlaw.ZERO)
    return int(sum_in_fen)


def yuan(sum_in_fen: int) -> str:
    """A sum as it is printed: 50,000.00."""
    return f"{sum_in_fen // _FEN:,}.{sum_in_fen % _FEN:02d}"
