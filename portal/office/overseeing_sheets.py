"""Frozen sheets of the auditor's area: what its pages may show. Nothing that a reporter said is in any of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.domain.audit import Effect
from portal.domain.clocks import SHANGHAI
from portal.domain.oversight import Finding, Hours, Rule
from portal.domain.vocabulary import ActorKind, Duty
from portal.policy.reason_lists import Reason


class Flaw(StrEnum):
    """Why an entry is not believed."""

    ALTERED = "altered"  # it does not open its leaf, or was not written by this portal
    COLUMNS = "columns"  # the columns by which it was found say something else than it does
    CLOSED = "closed"  # the leaf is there and ours; what it commits to is gone


@dataclass(frozen=True, slots=True)
class Who:
    """Who acted, as the entry says it."""

    kind: ActorKind
    officer_id: UUID | None = None
    name: str = ""
    duty: Duty | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What an entry is about; `hidden`: something outside the auditor's view, of which nothing is said."""

    table: str
    label: str = ""
    case_id: UUID | None = None
    officer_id: UUID | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of an entry; `value` is plain, or something with a name, or members to be worded."""

    name: str
    value: Any
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. Where it has a flaw, only its time, as the columns say it, is told."""

    id: UUID
    at: datetime
    hour_only: bool
    flaw: Flaw | None = None
    event: str = ""
    effect: Effect | None = None
    who: Who | None = None
    about: About | None = None
    reason: Reason | str | None = None
    facts: tuple[Fact, ...] = ()

    @property
    def day(self) -> date:
        """The day, in the office's zone."""
        return self.at.astimezone(SHANGHAI).date()

    @property
    def officer_id(self) -> UUID | None:
        """The officer who acted."""
        return self.who.officer_id if self.who else None

    @property
    def case_id(self) -> UUID | None:
        """The case it is about, where the auditor may know it."""
        return self.about.case_id if self.about else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer."""

    officers: tuple[tuple[UUID, str], ...]
    offices: tuple[tuple[UUID, str], ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """One page of entries, the newest first."""

    lines: tuple[Line, ...]
    count: int  # capped
    before: UUID | None
    after: UUID | None
    choices: Choices


@dataclass(frozen=True, slots=True)
class RowSheet:
    """A row that an entry vouches for: whether it still is as it says."""

    table: str
    id: str
    digest: str
    standing: str  # "same", "later" (a newer entry stands behind it), "gone", "erased", "differs"


@dataclass(frozen=True, slots=True)
class EntrySheet:
    """One entry whole."""

    line: Line
    index: int
    leaf: str
    mac: bool
    rows: tuple[RowSheet, ...]
    rows_left: int  # that are not listed: beyond what a page holds, or all of a case that is out of view
    signed_size: int | None  # of the first checkpoint that covers it
    signed_root: str
    signature: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """How often an officer looked at something."""

    officer_id: UUID
    name: str
    duties: tuple[Duty, ...]
    times: int
    first: datetime
    last: datetime
    steps: int  # what they did beside looking


@dataclass(frozen=True, slots=True)
class LifeSheet:
    """The life of a case."""

    case_id: UUID
    label: str
    office: str
    lines: tuple[Line, ...]
    cut: bool  # there are more than are shown
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class DaySheet:
    """One officer's day."""

    officer_id: UUID
    name: str
    office: str
    day: date
    today: date
    lines: tuple[Line, ...]
    cut: bool
    opens: float  # office hours, as hours of the day
    closes: float
    rest: bool

    @property
    def before(self) -> date:
        """The day before."""
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        """The day after."""
        return self.day + timedelta(days=1)

    @property
    def counts(self) -> Mapping[Effect, int]:
        """How many of each effect."""
        counted = Counter(line.effect for line in self.lines if line.effect)
        return {effect: counted[effect] for effect in Effect}

    @property
    def marks(self) -> tuple[tuple[int, int, Effect], ...]:
        """Each entry as (minute of the day, lane, effect)."""
        lanes = {effect: lane for lane, effect in enumerate(Effect)}
        local = ((line.at.astimezone(SHANGHAI), line.effect) for line in self.lines if line.effect)
        return tuple((at.hour * 60 + at.minute, lanes[effect], effect) for at, effect in local)


@dataclass(frozen=True, slots=True)
class Cell:
    """A number in a table, with how dark it is drawn: 0 to 4."""

    number: int
    shade: int


@dataclass(frozen=True, slots=True)
class Column:
    """What stands above a column of the matrix: an event, or a case."""

    event: str = ""
    label: str = ""
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """An officer's row."""

    officer_id: UUID
    name: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        """All that is shown of it."""
        return sum(cell.number for cell in self.cells)


@dataclass(frozen=True, slots=True)
class MatrixSheet:
    """Officers down, kinds of access or cases across."""

    by: str  # "events" or "cases"
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    left_out: int  # entries beyond the columns and rows that are shown
    cut: bool
    days: int


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers by day, one series for each name."""

    days: tuple[date, ...]
    values: Mapping[str, tuple[int, ...]]

    @property
    def highest(self) -> int:
        """The highest sum of a day."""
        return max((sum(each[at] for each in self.values.values()) for at in range(len(self.days))), default=0)


@dataclass(frozen=True, slots=True)
class Share:
    """A row of a drawn table: what, and how many of each."""

    label: Reason | str
    numbers: tuple[int, ...]

    @property
    def total(self) -> int:
        """All together."""
        return sum(self.numbers)


@dataclass(frozen=True, slots=True)
class FiguresSheet:
    """What is drawn."""

    days: int
    accesses: Series  # by duty
    refusals: Series
    disclosures: tuple[Share, ...]  # by reason, across offices
    offices: tuple[str, ...]
    effects: Mapping[Effect, int]
    cut: bool


@dataclass(frozen=True, slots=True)
class FindingSheet:
    """Something that stands out."""

    finding: Finding
    name: str
    entries: tuple[Line, ...]
    left: int

    @property
    def day(self) -> date:
        """The day on which it begins."""
        return self.finding.first.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class SignsSheet:
    """What stands out in a period, and what was looked at."""

    days: int
    findings: tuple[FindingSheet, ...]
    number: int
    rules: tuple[Rule, ...]
    edition: str
    hours: Hours
    looked_at: int
    officers: int
    cut: bool


@dataclass(frozen=True, slots=True)
class InspectionSheet:
    """For whoever comes to inspect: no person is named on it."""

    made_at: datetime
    office: str
    offices: int  # whose trails it is about
    origin: str
    size: int  # entries that the newest checkpoint covers
    root: str
    reaches: datetime | None
    signature: bool
    checked: int  # so many of the newest entries were held to leaf and MAC just now
    broken: int | None  # the index of the first of them that does not hold
    verified_at: datetime | None  # when the whole ledger was last found to hold, as it was entered
    days: int
    cut: bool
    effects: Mapping[Effect, int]
    events: tuple[tuple[str, int], ...]
    findings: tuple[tuple[Rule, int], ...]
    edition: str

    @property
    def made_on(self) -> date:
        """The day on which it was made, in the office's zone."""
        return self.made_at.astimezone(SHANGHAI).date()
