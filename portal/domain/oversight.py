"""What stands out in a trail of entries: signs that somebody looks where, when or as often as few have to.

A sign is no proof of anything; it says which rule fired, by which threshold, and which entries to read. It knows no
store and no clock: whoever asks brings the deeds, the rules (data: policy/oversight) and the calendar.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Final
from uuid import UUID

from portal.domain.audit import Effect
from portal.domain.clocks import SHANGHAI, Calendar
from portal.domain.errors import PolicyError

LISTED: Final = "listed"
SATURDAY: Final = 5
REQUESTED, RELEASED, READ = "identity_requested", "identity_released", "identity_read"
OWN: Final = "ledger_read"  # an auditor's own looking: no case is seen by it


class Sign(StrEnum):
    """What a rule of oversight looks for."""

    MANY_CASES = "many_cases"  # 短时间打开很多案件
    MANY_LISTS = "many_lists"  # 短时间翻了很多列表
    REFUSALS = "refusals"  # 一再被拒绝
    OUTSIDE_HOURS = "outside_hours"  # 下班、休息日查看
    NIGHT_REQUEST = "night_request"  # 下班、休息日申请知悉
    FAR = "far"  # 看了和本单位无关的案件
    ONLY_LOOKING = "only_looking"  # 多日打开同一案件，一步没办
    UNREAD = "unread"  # 放行了没有看


SPANNED: Final = frozenset({Sign.MANY_CASES, Sign.MANY_LISTS, Sign.REFUSALS, Sign.UNREAD})  # rules with minutes


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a sign, and from how many on, within how many minutes it stands out."""

    code: str
    sign: Sign
    count: int
    minutes: int | None
    zh: str
    en: str
    ko: str
    basis: str
    sure: str

    @property
    def span(self) -> timedelta:
        """The minutes as a span of time; nothing where the rule has none."""
        return timedelta(minutes=self.minutes or 0)


@dataclass(frozen=True, slots=True)
class Hours:
    """When an office works, on days that are no rest days."""

    opens: time
    closes: time
    calendar: Calendar

    def within(self, at: datetime) -> bool:
        """Whether somebody is expected to be at work at that moment."""
        local = at.astimezone(SHANGHAI)
        return self.opens <= local.time() < self.closes and not self._rests(local.date())

    def _rests(self, day: date) -> bool:
        """As the calendar says; beyond it weekends alone are known."""
        try:
            return self.calendar.kind(day).rest
        except PolicyError:
            return day.weekday() >= SATURDAY


@dataclass(frozen=True, slots=True)
class Deed:
    """What rules look at of an entry; nothing of it is sealed."""

    entry_id: UUID
    at: datetime
    officer_id: UUID | None
    near: bool  # done for the officer's own office, or for one below it
    event: str
    effect: Effect
    object_id: UUID | None
    case_id: UUID | None

    @property
    def day(self) -> date:
        """The day in the office's zone."""
        return self.at.astimezone(SHANGHAI).date()

    @property
    def looks(self) -> bool:
        """Whether something was shown to somebody who does not audit."""
        return self.effect is Effect.REVEALS and self.event != OWN


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands out: the rule that fired, who, from when to when, how many, and the entries."""

    rule: Rule
    officer_id: UUID | None
    first: datetime
    last: datetime
    number: int
    entries: tuple[UUID, ...]


Test = Callable[[Rule, list[Deed], Hours, datetime], Iterator[Finding]]


def examine(deeds: Iterable[Deed], rules: Iterable[Rule], hours: Hours, *, now: datetime) -> tuple[Finding, ...]:
    """Everything that stands out, the newest first; nothing on a calm day."""
    ordered = sorted(deeds, key=lambda deed: (deed.at, deed.entry_id.hex))
    found = [finding for rule in rules for finding in TESTS[rule.sign](rule, ordered, hours, now)]
    return tuple(sorted(found, key=lambda one: (one.last, one.rule.code, str(one.officer_id)), reverse=True))


def _many_cases(rule: Rule, deeds: list[Deed], _hours: Hours, _now: datetime) -> Iterator[Finding]:
    looks = [deed for deed in deeds if deed.looks and deed.case_id is not None]
    yield from _crowded(rule, looks, lambda deed: deed.case_id)


def _many_lists(rule: Rule, deeds: list[Deed], _hours: Hours, _now: datetime) -> Iterator[Finding]:
    yield from _crowded(rule, [deed for deed in deeds if deed.event == LISTED], lambda deed: deed.entry_id)


def _refusals(rule: Rule, deeds: list[Deed], _hours: Hours, _now: datetime) -> Iterator[Finding]:
    refused = [deed for deed in deeds if deed.effect is Effect.REFUSES]
    yield from _crowded(rule, refused, lambda deed: deed.entry_id)


def _outside_hours(rule: Rule, deeds: list[Deed], hours: Hours, _now: datetime) -> Iterator[Finding]:
    looks = [deed for deed in deeds if deed.looks and not hours.within(deed.at)]
    for officer, each in _by_officer(looks):
        for _, of_day in groupby(each, key=lambda deed: deed.day):
            yield from _enough(rule, officer, list(of_day))


def _night_request(rule: Rule, deeds: list[Deed], hours: Hours, _now: datetime) -> Iterator[Finding]:
    asked = [deed for deed in deeds if deed.event == REQUESTED and not hours.within(deed.at)]
    for officer, each in _by_officer(asked):
        yield from _enough(rule, officer, each)


def _far(rule: Rule, deeds: list[Deed], _hours: Hours, _now: datetime) -> Iterator[Finding]:
    looks = [deed for deed in deeds if deed.looks and deed.case_id is not None and not deed.near]
    for officer, each in _by_officer(looks):
        yield from _enough(rule, officer, each, len({deed.case_id for deed in each}))


def _only_looking(rule: Rule, deeds: list[Deed], _hours: Hours, _now: datetime) -> Iterator[Finding]:
    """The same case on several days, and no step of one's own on it in all that was examined."""
    steps = {(deed.officer_id, deed.case_id) for deed in deeds if deed.effect is Effect.CHANGES}
    looks = [deed for deed in deeds if deed.looks and deed.case_id and (deed.officer_id, deed.case_id) not in steps]
    for officer, each in _by_officer(looks):
        for _, of_case in groupby(sorted(each, key=_by_case), key=lambda deed: deed.case_id):
            mine = list(of_case)
            yield from _enough(rule, officer, mine, len({deed.day for deed in mine}))


def _unread(rule: Rule, deeds: list[Deed], _hours: Hours, now: datetime) -> Iterator[Finding]:
    """Released, so long ago, and nobody has read: one may ask why it was asked for."""
    read = {deed.object_id for deed in deeds if deed.event == READ}
    for deed in deeds:
        if deed.event == RELEASED and deed.object_id not in read and now - deed.at >= rule.span:
            yield from _enough(rule, deed.officer_id, [deed])


TESTS: Final[Mapping[Sign, Test]] = MappingProxyType(
    {
        Sign.MANY_CASES: _many_cases,
        Sign.MANY_LISTS: _many_lists,
        Sign.REFUSALS: _refusals,
        Sign.OUTSIDE_HOURS: _outside_hours,
        Sign.NIGHT_REQUEST: _night_request,
        Sign.FAR: _far,
        Sign.ONLY_LOOKING: _only_looking,
        Sign.UNREAD: _unread,
    }
)


def _by_case(deed: Deed) -> tuple[str, datetime, str]:
    return str(deed.case_id), deed.at, deed.entry_id.hex


def _by_officer(deeds: Iterable[Deed]) -> Iterator[tuple[UUID | None, list[Deed]]]:
    """The deeds of each officer, in their order."""
    each: dict[UUID, list[Deed]] = {}
    for deed in deeds:
        if deed.officer_id is not None:
            each.setdefault(deed.officer_id, []).append(deed)
    yield from each.items()


def _enough(rule: Rule, officer: UUID | None, deeds: list[Deed], number: int | None = None) -> Iterator[Finding]:
    counted = len(deeds) if number is None else number
    if counted >= rule.count:
        entries = tuple(deed.entry_id for deed in deeds)
        yield Finding(rule, officer, deeds[0].at, deeds[-1].at, counted, entries)


def _crowded(rule: Rule, deeds: Iterable[Deed], key: Callable[[Deed], Hashable]) -> Iterator[Finding]:
    """Stretches in which the rule's span holds as many different ones as stand out; each stretch once, whole."""
    for officer, each in _by_officer(deeds):
        for stretch in _stretches(each, key, rule):
            yield from _enough(rule, officer, stretch, len({key(deed) for deed in stretch}))


def _stretches(deeds: list[Deed], key: Callable[[Deed], Hashable], rule: Rule) -> Iterator[list[Deed]]:
    """Windows that are crowded, those that overlap as one."""
    window: deque[tuple[int, Deed]] = deque()
    begin = end = -1
    for at, deed in enumerate(deeds):
        window.append((at, deed))
        while deed.at - window[0][1].at > rule.span:
            window.popleft()
        if len({key(one) for _, one in window}) < rule.count:
            continue
        if window[0][0] > end >= 0:
            yield deeds[begin : end + 1]
            begin = -1
        begin, end = (window[0][0] if begin < 0 else begin), at
    if end >= 0:
        yield deeds[begin : end + 1]
