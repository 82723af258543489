"""From a parsed policy file to its edition: categories, divisions, clocks, rest days, authorities.

It knows which keys each file has and what must hold within one file.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Protocol, TypeVar

from portal.domain.clocks import Approver, ClockRule, Extension, Outcome, Span, Unit
from portal.domain.rewards_facts import RewardKind
from portal.domain.vocabulary import AuthorityKind
from portal.policy.editions import (
    Answer,
    AuthoritySeed,
    AuthorityTemplate,
    CategoryEdition,
    ClockEdition,
    DatedName,
    Division,
    DivisionTable,
    HolidayYear,
    Kind,
    Level,
    Question,
    Top,
)
from portal.policy.reader import Table
from portal.policy.reason_lists import Heading

_FIXED = ((1, 1), (5, 1), (10, 1))  # days off that no moon moves: what an official arrangement has
_COUNTED = {Unit.HOURS, Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS}


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


C = TypeVar("C", bound=_Coded)


def by_code(table: Table, key: str, values: Iterable[C]) -> Mapping[str, C]:
    """Return the values by code; PolicyError where two share one."""
    found: dict[str, C] = {}
    for value in values:
        if value.code in found:
            table.refuse(key, f"{value.code} stands there twice")
        found[value.code] = value
    return MappingProxyType(found)


def heading(table: Table) -> Heading:
    """Build the head that every edition has."""
    return Heading(table.text("edition"), table.text("source"), table.day("effective"), table.text("note", default=""))


def categories(table: Table) -> CategoryEdition:
    """Build the categories; every kind stands under a known group and names known enforcers."""
    enforcers = table.table("enforcers")
    names = {code: enforcers.text(code) for code in enforcers.keys()}  # noqa: SIM118 (a Table is no mapping)
    tops = table.rows("tops", _top)
    kinds = by_code(table, "kinds", table.rows("kinds", _kind))
    groups = by_code(table, "tops", tops)
    for kind in kinds.values():
        if kind.top not in groups:
            table.refuse("kinds", f"{kind.code} stands under {kind.top}, which is no group")
        if not names.keys() >= set(kind.enforcers):
            table.refuse("kinds", f"{kind.code} names an enforcer that is not listed")
    return CategoryEdition(heading(table), tops, kinds, MappingProxyType(names))


def _top(table: Table) -> Top:
    return Top(
        table.text("code"),
        table.text("zh"),
        table.text("en"),
        table.text("ko"),
        table.text("hint_zh"),
        table.rows("questions", _question),
    )


def _question(table: Table) -> Question:
    answer = table.one_of("answer", Answer)
    options = table.texts("options")
    if bool(options) != (answer is Answer.CHOICE):
        table.refuse("options", "belong to a choice, and to nothing else")
    return Question(table.text("code"), answer, options, table.text("zh"), table.text("en"), table.text("ko"))


def _kind(table: Table) -> Kind:
    return Kind(
        code=table.text("code"),
        top=table.text("top"),
        zh=table.text("zh"),
        en=table.text("en"),
        ko=table.text("ko"),
        danger_now=table.flag("danger_now"),
        reward_kind=table.one_of("reward_kind", RewardKind),
        evidence_zh=table.text("evidence_zh", default=""),
        basis=table.texts("basis"),
        sure=table.text("sure"),
        enforcers=table.texts("enforcers"),
    )


def divisions(table: Table) -> DivisionTable:
    """Build the divisions; parents are known, codes and former codes stand for one division each."""
    rows = table.rows("divisions", _division)
    known = dict(by_code(table, "divisions", rows))
    for division in rows:
        for alias in division.aliases:
            if known.setdefault(alias, division) is not division:
                table.refuse("divisions", f"{alias} stands for two divisions")
    for division in rows:
        if not known.keys() >= {division.parent, division.routing_parent} - {None}:
            table.refuse("divisions", f"{division.code} stands under an unknown division")
    return DivisionTable(heading(table), rows, MappingProxyType(known))


def _division(table: Table) -> Division:
    return Division(
        code=table.text("code"),
        zh=table.text("zh"),
        en=table.text("en"),
        ko=table.text("ko"),
        parent=table.text_or_none("parent"),
        level=table.one_of("level", Level),
        routing_parent=table.text_or_none("routing_parent"),
        aliases=table.texts("aliases"),
        note=table.text("note", default=""),
    )


def clocks(table: Table) -> ClockEdition:
    """Build the time limits; a step or variant names a known rule."""
    rules = by_code(table, "rules", table.rows("rules", _clock))
    for rule in rules.values():
        if rule.of is not None and rule.of not in rules:
            table.refuse("rules", f"{rule.code} belongs to {rule.of}, which is no rule")
    return ClockEdition(heading(table), rules, table.number("remind"), table.number("stands"))


def _clock(table: Table) -> ClockRule:
    unit, length = table.one_of("unit", Unit), table.number_or_none("length")
    if (unit in _COUNTED) != (length is not None and length > 0):
        table.refuse("length", f"does not go with {unit}")
    return ClockRule(
        code=table.text("code"),
        event=table.text("event"),
        zh=table.text("zh"),
        en=table.text("en"),
        ko=table.text("ko"),
        length=length,
        unit=unit,
        basis=table.text("basis"),
        sure=table.text("sure"),
        breach=table.text("breach"),
        then=table.one_of("then", Outcome, default=Outcome.LATE),
        rolls=table.flag("rolls", default=True),
        proposed=table.flag("proposed"),
        of=table.text_or_none("of"),
        target=table.optional("target", _span),
        extension=table.optional("extension", _extension),
        dates=_dates(table, unit),
        note=table.text("note", default=""),
    )


def _span(table: Table) -> Span:
    return Span(table.number("length"), table.one_of("unit", Unit))


def _extension(table: Table) -> Extension:
    return Extension(
        length=table.number_or_none("length"),
        times=table.number_or_none("times"),
        approver=table.one_of("approver", Approver),
        tell_reporter=table.flag("tell_reporter"),
        basis=table.text("basis"),
    )


def _dates(table: Table, unit: Unit) -> tuple[tuple[int, int], ...]:
    texts = table.texts("dates")
    if bool(texts) != (unit is Unit.YEARLY):
        table.refuse("dates", f"does not go with {unit}")
    try:
        days = [date.fromisoformat(f"2025-{text}") for text in texts]  # no leap day: it is not of every year
    except ValueError:
        table.refuse("dates", "is not a list of days such as 06-30")
    return tuple((day.month, day.day) for day in days)


def holidays(table: Table) -> HolidayYear:
    """Build one year; days off lie in it, worked days are weekend days that are not off.

    No day is off twice. An arrangement that was announced has the holidays whose day is fixed (放假办法 2).
    """
    year = table.number("year")
    off: dict[date, str] = {}
    worked: set[date] = set()
    for name, days, makeup in table.rows("holidays", _holiday):
        if twice := off.keys() & set(days):
            table.refuse("holidays", f"{min(twice)} is off twice, as {off[min(twice)]} and as {name}")
        off |= dict.fromkeys(days, name)
        worked |= makeup
    if not off or {day.year for day in off.keys() | worked} != {year}:
        table.refuse("holidays", f"must lie in {year}")
    if wrong := sorted(day for day in worked if day in off or day.weekday() < 5):  # noqa: PLR2004 (Saturday)
        table.refuse("holidays", f"works a day that is off, or no weekend day: {wrong[0]}")
    provisional = table.flag("provisional")
    lacking = [day.isoformat() for day in (date(year, *fixed) for fixed in _FIXED) if day not in off]
    if lacking and not provisional:
        table.refuse("holidays", f"lack {', '.join(lacking)}")
    return HolidayYear(heading(table), year, provisional, MappingProxyType(off), frozenset(worked))


def _holiday(table: Table) -> tuple[str, tuple[date, ...], frozenset[date]]:
    first, last = table.day("first"), table.day("last")
    if not 0 <= (last - first).days < 15:  # noqa: PLR2004 (longer is a slip of the pen)
        table.refuse("last", "does not follow first closely")
    days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    return table.text("name"), days, frozenset(table.days("worked"))


def authorities(table: Table) -> AuthorityTemplate:
    """Build the tree to start with; superiors stand before those under them."""
    seeds = table.rows("authorities", _authority)
    known: set[str | None] = {None}
    for seed in seeds:
        if seed.superior_code not in known:
            table.refuse("authorities", f"{seed.code} stands before its superior")
        known.add(seed.code)
    return AuthorityTemplate(heading(table), seeds, by_code(table, "authorities", seeds))


def _authority(table: Table) -> AuthoritySeed:
    names = table.rows("names", _name)
    if not names or sorted(names, key=lambda name: name.since) != list(names):
        table.refuse("names", "needs names in the order of their days")
    return AuthoritySeed(
        table.text("code"),
        table.text("division"),
        table.text_or_none("superior"),
        table.one_of("kind", AuthorityKind),
        names,
    )


def _name(table: Table) -> DatedName:
    return DatedName(table.day("since"), table.text("zh"), table.text("en"), table.text("ko"))
