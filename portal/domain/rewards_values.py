"""How single values of a reward rule and of facts are read: strictly, and a fault says what was expected.

Readers take what JSON or TOML gave and raise ValueError with half a sentence; whoever calls them knows the place.
"""

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from portal.domain.money import AmountError, AmountFlaw, fen, yuan
from portal.domain.rewards_facts import Grade
from portal.domain.rewards_terms import (
    NULLABLE,
    Anonymous,
    Bloodless,
    FineBase,
    Manager,
    Proof,
    Rounding,
    Terms,
    TwoLimbs,
    UpliftOrder,
)

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
MOST_COUNTED: Final = 10_000  # more people, days or years are a typing mistake
_PLACES: Final = 6  # of a share
_AMOUNTS: Final[Mapping[AmountFlaw, str]] = MappingProxyType(
    {
        AmountFlaw.MISSING: "is empty",
        AmountFlaw.UNREADABLE: "is no sum of money such as 50000.00 or 50,000.00",
        AmountFlaw.NEGATIVE: "is negative",
        AmountFlaw.FRACTION: "has parts of a fen",
        AmountFlaw.TOO_MUCH: "is more than 1,000,000,000.00",
    }
)


def amount(said: object) -> int:
    """A sum in fen, of a text as people write sums, or a number."""
    text = _text(said, "a sum of money")
    try:
        return fen(text, zero=True)
    except AmountError as error:
        raise ValueError(f"{text[:40]!r} {_AMOUNTS[error.flaw]}") from None


def share(said: object) -> Decimal:
    """A share from 0 to 1."""
    text = _text(said, "a share")
    try:
        found = Decimal(unicodedata.normalize("NFKC", text))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ValueError(f"{text[:40]!r} is no share such as 0.15")
    if found.is_signed():
        raise ValueError(f"{text[:40]} is negative")
    if found > 1:
        raise ValueError(f"{text[:40]} is above 1: write fifteen percent as 0.15")
    if found != round(found, _PLACES):
        raise ValueError(f"{text[:40]} has more than {_PLACES} places")
    return found


def _text(said: object, what: str) -> str:
    if isinstance(said, float):
        raise ValueError(f'is a rounded number: write {what} as a text, as in "0.15"')  # noqa: TRY004
    if isinstance(said, bool) or not isinstance(said, str | int | Decimal):
        raise ValueError(f"is no {what.split()[1]}: write {what} as a text")  # noqa: TRY004
    return format(said, "f") if isinstance(said, Decimal) else str(said)


def flag(said: object) -> bool:
    """True or false."""
    if not isinstance(said, bool):
        raise ValueError("is neither true nor false")  # noqa: TRY004
    return said


def count(said: object) -> int:
    """A whole number from 0 on."""
    if isinstance(said, bool) or not isinstance(said, int):
        raise ValueError("is no whole number")  # noqa: TRY004
    if not 0 <= said <= MOST_COUNTED:
        raise ValueError(f"{said if abs(said) < 10**12 else 'it'} does not lie between 0 and {MOST_COUNTED}")
    return said


def at_least_one(said: object) -> int:
    """A whole number from 1 on."""
    if not count(said):
        raise ValueError("is 0, and must be 1 or more")
    return count(said)


def member(kind: type[E]) -> Callable[[object], E]:
    """A word of a closed list."""

    def read(said: object) -> E:
        if not isinstance(said, str) or said not in set(kind):
            raise ValueError(f"{str(said)[:40]!r} is none of {', '.join(kind)}")
        return kind(said)

    return read


def maybe(read: Callable[[object], T]) -> Callable[[object], T | None]:
    """Or null."""
    return lambda said: None if said is None else read(said)


def rates(said: object) -> Mapping[Grade, int]:
    """A sum per grade of accident; grades that are not there are not in it."""
    if not isinstance(said, dict):
        raise ValueError(f"is no table of {', '.join(Grade)}")  # noqa: TRY004
    if unknown := sorted(set(said) - set(Grade)):
        raise ValueError(f"{unknown[0][:40]!r} is none of {', '.join(Grade)}")
    return MappingProxyType({grade: amount(said[grade]) for grade in Grade if grade in said})


TERMS: Final[Mapping[str, Callable[[object], Any]]] = MappingProxyType(
    {
        "rate": share,
        "floor": amount,
        "cap": amount,
        "no_fine": amount,
        "ordinary_hazard": amount,
        "defy_order": amount,
        "death_rates": rates,
        "overall_cap": amount,
        "two_limbs": member(TwoLimbs),
        "concealed_no_deaths": member(Bloodless),
        "fine_base": member(FineBase),
        "daily_fines": flag,
        "confiscation": flag,
        "rounding": member(Rounding),
        "uplift": share,
        "uplift_min": amount,
        "uplift_order": member(UpliftOrder),
        "cap_lifts": flag,
        "insider_proof": member(Proof),
        "insider_relatives": flag,
        "unit_safety_manager": member(Manager),
        "anonymous": member(Anonymous),
        "code_ceiling": amount,
        "split_joint": flag,
        "claim_days": at_least_one,
        "notice_days": at_least_one,
        "late_claims": flag,
        "accounting_years": at_least_one,
    }
)


def term(name: str, said: object) -> Any:
    """The value of one parameter. Raises ValueError, for an unknown name too."""
    if name not in TERMS:
        raise ValueError("is no parameter of a reward rule")
    if said is None:
        if name in NULLABLE:
            return None
        raise ValueError("is missing")
    return TERMS[name](said)


def disagreements(terms: Terms) -> list[tuple[str, str]]:
    """Which values do not go together, by name: a floor above the cap, a rate of death above what may be paid."""
    found = [
        (name, f"{yuan(fen_)} is above the cap of {yuan(terms.cap)}")
        for name in ("floor", "no_fine", "ordinary_hazard", "defy_order", "uplift_min")
        if (fen_ := getattr(terms, name) or 0) > terms.cap
    ]
    before = 0
    for grade in Grade:
        rate = terms.death_rates.get(grade)
        if rate is None:
            found.append(("death_rates", f"{grade} is missing"))
            continue
        if rate > terms.overall_cap:
            found.append(
                ("death_rates", f"{grade} is {yuan(rate)}, above the overall cap of {yuan(terms.overall_cap)}")
            )
        if rate < before:
            found.append(("death_rates", f"{grade} is less than the grade below it"))
        before = rate
    return found
