"""Sums over a period of an auditor's trails: who looked at what how often, and what is drawn.

They come from columns that repeat the entries, of the newest MOST entries of the period: what is beyond is said to be
left out, so that no page reads the whole ledger.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.domain.audit import Effect
from portal.domain.clocks import SHANGHAI
from portal.domain.oversight import OWN
from portal.office import overseeing, overseeing_lines
from portal.office.acting import Act
from portal.office.overseeing import Scope
from portal.office.overseeing_queries import Wanted, seen
from portal.office.overseeing_sheets import (
    Cell,
    Column,
    FiguresSheet,
    MatrixRow,
    MatrixSheet,
    Series,
    Share,
)
from portal.store.ledger import Entry
from portal.store.officers import Officer

MOST = 50_000
DAYS = (7, 30, 90)
WIDE, LONG = 12, 30  # columns and rows of the matrix
SHADES = 4
REQUESTED = "identity_requested"
NO_REASON = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """What sums look at of an entry."""

    id: UUID
    at: datetime
    event: str
    effect: Effect | None
    officer_id: UUID | None
    duty: str
    authority_id: UUID | None
    object_id: UUID | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Period:
    """The entries of some days up to today."""

    days: int
    first: date
    last: date
    rows: tuple[Row, ...]
    cut: bool


def period(act: Act, scope: Scope, days: int) -> Period:
    """Read them, the newest first."""
    last = act.now.astimezone(SHANGHAI).date()
    first = last - timedelta(days=days - 1)
    columns = (
        *(Entry.id, Entry.at, Entry.event, Entry.effect, Entry.actor_id, Entry.duty, Entry.authority_id),
        *(Entry.object_id, Entry.reason),
    )
    wanted = select(*columns).where(*seen(scope, Wanted(since=first))).order_by(Entry.at.desc()).limit(MOST + 1)
    rows = act.session.execute(wanted).all()
    known = {str(one): one for one in Effect}
    made = tuple(
        Row(id_, at, event, known.get(effect or ""), officer, duty or "", authority, about, reason)
        for id_, at, event, effect, officer, duty, authority, about, reason in rows[:MOST]
    )
    return Period(days, first, last, made, len(rows) > MOST)


def names(act: Act, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """The names of officers."""
    wanted = {one for one in ids if one}
    rows = act.session.execute(select(Officer.id, Officer.username).where(Officer.id.in_(wanted))) if wanted else ()
    return {officer_id: name for officer_id, name in rows}  # noqa: C416 — a dict of rows has no types


def matrix(act: Act, scope: Scope, days: int, by: str) -> MatrixSheet:
    """Who looked at what how often: officers down; kinds of access, or cases, across."""
    span = period(act, scope, days)
    looks = [row for row in span.rows if row.effect is Effect.REVEALS and row.officer_id]
    keyed = _by_case(act, scope, looks) if by == "cases" else [(row, row.event) for row in looks]
    counts = Counter((row.officer_id, key) for row, key in keyed)
    across = [key for key, _ in Counter(key for _, key in keyed).most_common(WIDE)]
    down = [one for one, _ in Counter(row.officer_id for row, _ in keyed).most_common(LONG)]
    called, highest = names(act, down), max(counts.values(), default=0)
    rows = tuple(
        MatrixRow(
            officer,
            called.get(officer, ""),
            tuple(Cell(counts[officer, key], _shade(counts[officer, key], highest)) for key in across),
        )
        for officer in down
        if officer
    )
    left = len(looks) - sum(row.total for row in rows)
    return MatrixSheet(by, _columns(act, scope, by, across), rows, left, span.cut, days)


def _by_case(act: Act, scope: Scope, looks: Sequence[Row]) -> list[tuple[Row, str]]:
    cases = overseeing_lines.case_ids(act.session, {row.object_id for row in looks if row.object_id})
    told = {about: case_id for about, (case_id, office) in cases.items() if office != scope.discipline}
    return [(row, str(told[row.object_id])) for row in looks if row.object_id in told]


def _columns(act: Act, scope: Scope, by: str, across: Sequence[str]) -> tuple[Column, ...]:
    if by != "cases":
        return tuple(Column(event=key) for key in across)
    found = overseeing_lines.cases_of(act.session, map(UUID, across))
    return tuple(Column(label=overseeing.case_label(scope, found[UUID(key)]), case_id=UUID(key)) for key in across)


def _shade(number: int, highest: int) -> int:
    """How dark a cell is: nothing for none, then quarters of the highest."""
    return -(-SHADES * number // highest) if number else 0


def figures(act: Act, scope: Scope, days: int, language: str) -> FiguresSheet:
    """What is drawn: accesses by day and duty, refusals by day, requests by reason and office."""
    span = period(act, scope, days)
    dates = tuple(span.first + timedelta(days=number) for number in range(days))
    looks = [row for row in span.rows if row.effect is Effect.REVEALS and row.event != OWN]
    refused = [row for row in span.rows if row.effect is Effect.REFUSES]
    asked = [row for row in span.rows if row.event == REQUESTED]
    offices = sorted({row.authority_id for row in asked if row.authority_id}, key=str)
    directory, policies = act.directory(), act.house.policies
    each = Counter((row.reason, row.authority_id) for row in asked)
    reasons = sorted({row.reason or NO_REASON for row in asked})
    return FiguresSheet(
        days=days,
        accesses=_series(dates, [(row.at, row.duty) for row in looks]),
        refusals=_series(dates, [(row.at, "") for row in refused]),
        disclosures=tuple(
            Share(
                overseeing_lines.reason_of(policies, code) or code,
                tuple(each[code, office] for office in offices),
            )
            for code in reasons
        ),
        offices=tuple(directory.name(one, language) for one in offices),
        effects=effects(span),
        cut=span.cut,
    )


def effects(span: Period) -> Mapping[Effect, int]:
    """How many entries of each effect, auditors' own looking left out."""
    counted = Counter(row.effect for row in span.rows if row.effect and row.event != OWN)
    return {effect: counted[effect] for effect in Effect}


def _series(dates: Sequence[date], found: Iterable[tuple[datetime, str]]) -> Series:
    counts = Counter((at.astimezone(SHANGHAI).date(), name) for at, name in found)
    kinds = sorted({name for _, name in counts})
    return Series(tuple(dates), {name: tuple(counts[day, name] for day in dates) for name in kinds})
