"""From the bytes of policy files to typed editions, and the editions that the installed package carries.

Editions are added, never edited: of several, the one in force on the day asked for is taken. Those that were adopted
while the portal runs stand beside those of the package; of two with one name, what was adopted counts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Protocol, TypeVar

from portal.domain.errors import PolicyError
from portal.domain.vocabulary import EditionKind
from portal.policy import build
from portal.policy.build_oversight import oversight
from portal.policy.build_reasons import reasons
from portal.policy.build_rewards import rewards
from portal.policy.editions import (
    AuthorityTemplate,
    CategoryEdition,
    ClockEdition,
    DivisionTable,
    HolidayTable,
    HolidayYear,
    OversightEdition,
    Policies,
    RewardEdition,
)
from portal.policy.reader import parse
from portal.policy.reason_lists import Heading, ReasonEdition


class _Edition(Protocol):
    @property
    def heading(self) -> Heading: ...


E = TypeVar("E", bound=_Edition)
Edition = (
    CategoryEdition
    | DivisionTable
    | ClockEdition
    | HolidayYear
    | ReasonEdition
    | AuthorityTemplate
    | OversightEdition
    | RewardEdition
)


@dataclass(frozen=True, slots=True)
class Volume:
    """An edition with the file that says it."""

    kind: EditionKind
    edition: Edition
    data: bytes
    adopted: bool = False  # while the portal runs, and no file of the package

    @property
    def heading(self) -> Heading:
        """Its name, its source, the day it takes effect."""
        return self.edition.heading

    @property
    def unconfirmed(self) -> bool:
        """Whether it waits for somebody who has read its text, and is never in force by its day."""
        return isinstance(self.edition, RewardEdition) and not self.edition.confirmed


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


def read_oversight(name: str, data: bytes) -> OversightEdition:
    """Read an edition of the rules of oversight."""
    return parse(name, data).whole(oversight)


def read_rewards(name: str, data: bytes) -> RewardEdition:
    """Read an edition of the terms of rewards; PolicyError says all that is wrong, not the first alone."""
    return parse(name, data).whole(rewards)


READERS: Mapping[EditionKind, Callable[[str, bytes], Edition]] = MappingProxyType(
    {
        EditionKind.HOLIDAYS: read_holidays,
        EditionKind.REASONS: read_reasons,
        EditionKind.CLOCKS: read_clocks,
        EditionKind.CATEGORIES: read_categories,
        EditionKind.DIVISIONS: read_divisions,
        EditionKind.AUTHORITIES: read_authorities,
        EditionKind.OVERSIGHT: read_oversight,
        EditionKind.REWARDS: read_rewards,
    }
)


def in_force(editions: Iterable[E], on: date | None) -> E:
    """Return the edition in force on a day, the newest where no day is given; PolicyError for none."""
    dated = sorted(editions, key=lambda edition: edition.heading.effective)
    valid = [edition for edition in dated if on is None or edition.heading.effective <= on]
    if not valid:
        raise PolicyError(f"no edition is in force on {on}")
    return valid[-1]


def holiday_table(years: Iterable[HolidayYear], on: date | None = None) -> HolidayTable:
    """Put the years together: of several arrangements for a year the one that counts on a day, else the last.

    `years` stand in the order in which they came. What was announced takes the place of what was provisional as soon as
    it is there, for provisional days are a guess; a later announcement takes its place from its own day on.
    """
    each: dict[int, list[HolidayYear]] = {}
    for year in years:
        each.setdefault(year.year, []).append(year)
    return HolidayTable(MappingProxyType({number: _arranged(found, on) for number, found in each.items()}))


def _arranged(years: list[HolidayYear], on: date | None) -> HolidayYear:
    """The arrangement that counts on a day; the first counts before its own day too, for one counts ahead."""
    first, *later = [year for year in years if not year.provisional] or years
    begun = [year for year in later if on is None or year.heading.effective <= on]
    return begun[-1] if begun else first


@cache  # the files are part of the package: what they say does not change while it runs
def carried() -> tuple[Volume, ...]:
    """Every edition that the package carries."""
    place = files("portal.policy")
    return tuple(
        Volume(kind, READERS[kind](f"{kind}/{file.name}", data := file.read_bytes()), data)
        for kind in EditionKind
        for file in sorted((place / kind).iterdir(), key=lambda file: file.name)
        if file.name.endswith((".json", ".toml"))
    )


def read_volume(kind: EditionKind, data: bytes) -> Volume:
    """Read an edition from outside the package, JSON where it begins as such, else TOML. Raises PolicyError."""
    ending = "json" if data.lstrip()[:1] in {b"{", b"["} else "toml"
    return Volume(kind, READERS[kind](f"{kind}.{ending}", data), data, adopted=True)


@cache
def load_policies(*, on: date | None = None) -> Policies:
    """Read what the package carries: the editions in force on a day, the newest where no day is given."""
    return assemble(carried(), on)


def assemble(volumes: Iterable[Volume], on: date | None) -> Policies:
    """What is in force on a day, of these editions; what comes later with the same name counts. Raises PolicyError."""
    shelf = {(volume.kind, volume.heading.edition): volume.edition for volume in volumes}.values()
    reasons_, clocks_, rewards_ = _of(shelf, ReasonEdition), _of(shelf, ClockEdition), _of(shelf, RewardEdition)
    policies = Policies(
        categories=in_force(_of(shelf, CategoryEdition), on),
        divisions=in_force(_of(shelf, DivisionTable), on),
        clocks=in_force(clocks_, on),
        holidays=holiday_table(_of(shelf, HolidayYear), on),
        reasons=in_force(reasons_, on),
        authorities=in_force(_of(shelf, AuthorityTemplate), on),
        oversight=in_force(_of(shelf, OversightEdition), on),
        every_reasons=MappingProxyType({edition.heading.edition: edition for edition in reasons_}),
        every_clocks=MappingProxyType({edition.heading.edition: edition for edition in clocks_}),
        rewards=in_force(_apart(one for one in rewards_ if one.confirmed), on),
        every_rewards=MappingProxyType({edition.heading.edition: edition for edition in rewards_}),
    )
    check_together(policies)
    return policies


def _apart(editions: Iterable[E]) -> list[E]:
    """The editions, no two of which begin on one day: else nobody could say which counts. Raises PolicyError."""
    found: dict[date, E] = {}
    for one in editions:
        other = found.setdefault(one.heading.effective, one)
        if other is not one:
            raise PolicyError(
                f"effective: {other.heading.edition} and {one.heading.edition} overlap from {one.heading.effective} on"
            )
    return list(found.values())


def _of(editions: Iterable[Edition], kind: type[E]) -> list[E]:
    return [edition for edition in editions if isinstance(edition, kind)]


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
