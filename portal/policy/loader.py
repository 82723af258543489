"""From the bytes of policy files to typed editions, and the editions that the installed package carries.

Editions are added, never edited: of several, the one in force on the day asked for is taken.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Protocol, TypeVar

from portal.domain.errors import PolicyError
from portal.policy import build
from portal.policy.build_reasons import reasons
from portal.policy.editions import (
    AuthorityTemplate,
    CategoryEdition,
    ClockEdition,
    DivisionTable,
    HolidayTable,
    HolidayYear,
    Policies,
)
from portal.policy.reader import parse
from portal.policy.reason_lists import Heading, ReasonEdition


class _Edition(Protocol):
    @property
    def heading(self) -> Heading: ...


E = TypeVar("E", bound=_Edition)


def read_categories(name: str, data: bytes) -> CategoryEdition:
    """Read an edition of the categories. ``name`` is the file's, for errors and its ending (.json, .toml)."""
    return parse(name, data).whole(build.categories)


def read_divisions(name: str, data: bytes) -> DivisionTable:
    """Read an edition of the divisions."""
    return parse(name, data).whole(build.divisions)


def read_clocks(name: str, data: bytes) -> ClockEdition:
    """Read an edition of the time limits."""
    return parse(name, data).whole(build.clocks)


def read_holidays(name: str, data: bytes) -> HolidayYear:
    """Read the holiday arrangement of one year."""
    return parse(name, data).whole(build.holidays)


def read_reasons(name: str, data: bytes) -> ReasonEdition:
    """Read an edition of the reasons."""
    return parse(name, data).whole(reasons)


def read_authorities(name: str, data: bytes) -> AuthorityTemplate:
    """Read an edition of the tree of authorities."""
    return parse(name, data).whole(build.authorities)


def in_force(editions: Iterable[E], on: date | None) -> E:
    """Return the edition in force on a day, the newest where no day is given; PolicyError for none."""
    dated = sorted(editions, key=lambda edition: edition.heading.effective)
    valid = [edition for edition in dated if on is None or edition.heading.effective <= on]
    if not valid:
        raise PolicyError(f"no edition is in force on {on}")
    return valid[-1]


def holiday_table(years: Iterable[HolidayYear]) -> HolidayTable:
    """Put the years together; a later arrangement for the same year takes the place of the earlier."""
    ordered = sorted(years, key=lambda year: (year.heading.effective, not year.provisional))
    return HolidayTable(MappingProxyType({year.year: year for year in ordered}))


@cache  # the files are part of the package: what they say does not change while it runs
def load_policies(*, on: date | None = None) -> Policies:
    """Read what the package carries: the editions in force on a day, the newest where no day is given."""
    policies = Policies(
        categories=in_force(_read("categories", read_categories), on),
        divisions=in_force(_read("divisions", read_divisions), on),
        clocks=in_force(_read("clocks", read_clocks), on),
        holidays=holiday_table(_read("holidays", read_holidays)),
        reasons=in_force(_read("reasons", read_reasons), on),
        authorities=in_force(_read("authorities", read_authorities), on),
    )
    check_together(policies)
    return policies


def check_together(policies: Policies) -> None:
    """Check what one file says of another: divisions of authorities, clock rules of reasons; PolicyError."""
    for seed in policies.authorities.seeds:
        if seed.division not in policies.divisions.by_code:
            raise PolicyError(f"authorities: {seed.code} stands in the unknown division {seed.division}")
    for code in _rules_named(policies.reasons):
        if code not in policies.clocks.rules:
            raise PolicyError(f"reasons: {code} is no clock rule")


def _rules_named(edition: ReasonEdition) -> Iterator[str]:
    for body in edition.referral.values():
        yield from body.clocks
    for reason in edition.extension.values():
        yield from (*reason.only, *reason.not_for)


def _read(folder: str, read: Callable[[str, bytes], E]) -> list[E]:
    place = files("portal.policy") / folder
    return [
        read(f"{folder}/{file.name}", file.read_bytes())
        for file in sorted(place.iterdir(), key=lambda file: file.name)
        if file.name.endswith((".json", ".toml"))
    ]
