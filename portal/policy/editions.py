"""What the policy files say, as frozen values: categories, divisions, rest days, authorities, clocks.

It knows the shapes only; portal.policy.loader makes them from bytes, reason_lists has the reasons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from portal.domain.calendar_errors import NoCalendarError
from portal.domain.clocks import ClockRule, DayKind
from portal.domain.errors import PolicyError
from portal.domain.oversight import Hours, Rule
from portal.domain.rewards_facts import RewardKind
from portal.domain.rewards_shape import Rules
from portal.domain.vocabulary import AuthorityKind
from portal.policy.reason_lists import Heading, ReasonEdition

MISCONDUCT_TOP = "OFFICIAL"


class Answer(StrEnum):
    """How a follow-up question is answered."""

    YES_NO_UNKNOWN = "yes_no_unknown"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """A follow-up question of one group; ``options`` (zh) for Answer.CHOICE alone."""

    code: str
    answer: Answer
    options: tuple[str, ...]
    zh: str
    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Top:
    """A group of categories, as the form's first choice."""

    code: str
    zh: str
    en: str
    ko: str
    hint_zh: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One category of report; ``danger_now`` opens the immediate lane by default."""

    code: str
    top: str
    zh: str
    en: str
    ko: str
    danger_now: bool
    reward_kind: RewardKind
    evidence_zh: str
    basis: tuple[str, ...]
    sure: str
    enforcers: tuple[str, ...]

    @property
    def misconduct(self) -> bool:
        """Officials' misconduct (公职人员问题) goes to discipline alone."""
        return self.top == MISCONDUCT_TOP


@dataclass(frozen=True, slots=True)
class CategoryEdition:
    """What can be reported; ``enforcers``: code → the body that usually acts (zh)."""

    heading: Heading
    tops: tuple[Top, ...]
    kinds: Mapping[str, Kind]
    enforcers: Mapping[str, str]


class Level(StrEnum):
    """What a division is."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    ZONE = "zone"  # a development zone: a locality, never a jurisdiction
    AGENCY = "agency"  # 长白山保护开发区, without a code of the national standard
    DIRECT = "direct"  # units that the provincial office manages itself


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division (行政区划, GB/T 2260); ``routing_parent`` says where its reports go up to."""

    code: str
    zh: str
    en: str
    ko: str
    parent: str | None
    level: Level
    routing_parent: str | None
    aliases: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class DivisionTable:
    """All divisions; ``by_code`` also answers to former codes (aliases)."""

    heading: Heading
    all: tuple[Division, ...]
    by_code: Mapping[str, Division]

    def prefectures(self) -> tuple[Division, ...]:
        """Return the nine prefectures, in code order."""
        return tuple(division for division in self.all if division.level is Level.PREFECTURE)

    def counties(self, prefecture: str) -> tuple[Division, ...]:
        """Return the county-level units that belong to a prefecture on paper, 梅河口 included."""
        return self._under(prefecture, Level.COUNTY)

    def localities(self, prefecture: str) -> tuple[Division, ...]:
        """Return the development zones offered under a prefecture as places, not as jurisdictions."""
        return self._under(prefecture, Level.ZONE)

    def specials(self) -> tuple[Division, ...]:
        """Return what stands under the province without a code: 长白山 and the directly managed units."""
        return tuple(division for division in self.all if division.level in {Level.AGENCY, Level.DIRECT})

    def routing_parents(self) -> dict[str, str]:
        """Return division code → routing parent, former codes included, as jurisdiction asks for it."""
        former = {alias: division.code for division in self.all for alias in division.aliases}
        return former | {d.code: d.routing_parent for d in self.all if d.routing_parent is not None}

    def _under(self, parent: str, level: Level) -> tuple[Division, ...]:
        return tuple(d for d in self.all if d.parent == parent and d.level is level)


@dataclass(frozen=True, slots=True)
class ClockEdition:
    """The time limits (时限): code → rule; later steps and variants have codes such as ``C26-90``.

    ``remind``: so many working days before the last one whoever works on it is reminded. ``stands``: so many days at
    most a clock stands still where the reason fixes no number.
    """

    heading: Heading
    rules: Mapping[str, ClockRule]
    remind: int
    stands: int


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year's arrangement: days off, and weekend days that are worked instead (调休)."""

    heading: Heading
    year: int
    provisional: bool
    off: Mapping[date, str]
    worked: frozenset[date]


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """The rest days of the years that have a file."""

    years: Mapping[int, HolidayYear]

    def kind(self, day: date) -> DayKind:
        """Say whether a day is a rest day; NoCalendarError for a year without a file."""
        year = self.years.get(day.year)
        if year is None:
            raise NoCalendarError(
                f"no holiday arrangement for {day.year} is installed (only {self._known()}): "
                "add the State Council's notice as holidays/<year>.toml, or have it adopted"
            )
        rest = day in year.off or (day.weekday() >= 5 and day not in year.worked)  # noqa: PLR2004 (Saturday)
        return DayKind(rest, year.provisional)

    def _known(self) -> str:
        return ", ".join(map(str, sorted(self.years))) or "none"


@dataclass(frozen=True, slots=True)
class DatedName:
    """What an authority is called from a day on."""

    since: date
    zh: str
    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class AuthoritySeed:
    """One authority (主管部门) of the tree to start with; the store draws its id."""

    code: str
    division: str
    superior_code: str | None
    kind: AuthorityKind
    names: tuple[DatedName, ...]

    def name_on(self, day: date) -> DatedName:
        """Return the name in use on a day, the first one before that."""
        return next((name for name in reversed(self.names) if name.since <= day), self.names[0])


@dataclass(frozen=True, slots=True)
class AuthorityTemplate:
    """The Jilin tree, superiors before those under them."""

    heading: Heading
    seeds: tuple[AuthoritySeed, ...]
    by_code: Mapping[str, AuthoritySeed]


@dataclass(frozen=True, slots=True)
class OversightEdition:
    """The rules of oversight (审计规则), in the order in which they are shown, and the office hours they go by."""

    heading: Heading
    opens: time
    closes: time
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RewardEdition:
    """The terms of rewards (奖励规定); one whose text nobody has read is never in force by its day."""

    heading: Heading
    zh: str
    en: str
    ko: str
    rules: Rules

    @property
    def confirmed(self) -> bool:
        """Whether somebody has read the text that it stands for."""
        return self.rules.confirmed


@dataclass(frozen=True, slots=True)
class Policies:
    """One edition of everything; where it matters every other too: what was begun by one keeps to it."""

    categories: CategoryEdition
    divisions: DivisionTable
    clocks: ClockEdition
    holidays: HolidayTable
    reasons: ReasonEdition
    authorities: AuthorityTemplate
    oversight: OversightEdition
    every_reasons: Mapping[str, ReasonEdition]  # by the edition's name
    every_clocks: Mapping[str, ClockEdition]
    rewards: RewardEdition
    every_rewards: Mapping[str, RewardEdition]

    def reasons_of(self, edition: str) -> ReasonEdition:
        """The reasons as they were when something was decided by them; PolicyError for an edition nobody has."""
        try:
            return self.every_reasons[edition]
        except KeyError:
            raise PolicyError(f"no edition {edition} of the reasons is there") from None

    def rule_of(self, code: str, edition: str) -> ClockRule:
        """A time limit as it was on the day that a clock was started by it; PolicyError for one nobody has."""
        try:
            return self.every_clocks[edition].rules[code]
        except KeyError:
            raise PolicyError(f"no time limit {code} of an edition {edition} is there") from None

    def rewards_of(self, edition: str) -> RewardEdition:
        """The terms of rewards as they were when something was assessed by them; PolicyError for what nobody has."""
        try:
            return self.every_rewards[edition]
        except KeyError:
            known = ", ".join(sorted(self.every_rewards))
            raise PolicyError(f"no edition {edition} of the rewards is there, only {known}") from None

    def hours(self) -> Hours:
        """When offices work."""
        return Hours(self.oversight.opens, self.oversight.closes, self.holidays)

    def jurisdictions(self) -> frozenset[str]:
        """The divisions that may have an office: all but zones, which are places."""
        return frozenset(one.code for one in self.divisions.all if one.level is not Level.ZONE)
