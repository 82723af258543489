"""How one looks at a desk's cases: which of them, in which order, from where on; nothing is unsealed here."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from crypto.primitives import fields, sha256
from portal.domain import lifecycle
from portal.domain.case_vocabulary import Lane, View
from portal.domain.vocabulary import CaseState
from portal.store.cases import Case
from portal.store.recusals import Recusal

PAGE = 50
SOON = timedelta(days=3)  # as the amber of a time limit
CAP = 1000  # counts beyond are shown as "1,000+"
LANES = {View.URGENT: Lane.URGENT, View.SPAM: Lane.SPAM}
ASIDE = frozenset({View.OPEN, View.WAITING})  # without what was put aside: that has a view of its own

Desk = tuple[InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None], UUID]


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a view; all of it is clear in the database."""

    view: View = View.OPEN
    state: CaseState | None = None
    category: str | None = None
    authority_id: UUID | None = None
    days: int | None = None  # arrived at least so long ago
    officer_id: UUID | None = None  # who looks: without what they keep out of

    def digest(self, *places: object) -> str:
        """What was looked for and from where on, for the ledger: the same each time, and no word of it."""
        parts = (self.view, self.state, self.category, self.authority_id, self.days, *places)
        return sha256(fields(*(str(part or "").encode() for part in parts))).hex()

    def column(self) -> InstrumentedAttribute[datetime | None]:
        """The time by which the view is in order."""
        if self.view is View.NEWS:
            return Case.news_at
        return Case.closed_at if self.view is View.DONE else Case.due_at

    @property
    def newest_first(self) -> bool:
        """Whether the latest comes first."""
        return self.view is View.DONE

    def at(self, case: Case) -> datetime:
        """The time that gives a case its place."""
        found = {View.NEWS: case.news_at, View.DONE: case.closed_at}.get(self.view, case.due_at)
        if found is None:
            raise ValueError("a case without a time has no place in this view")
        return found

    def conditions(self, now: datetime) -> Iterator[ColumnElement[bool]]:
        """What a case must be."""
        yield self.column().is_not(None)
        yield from self._of_view(now)
        if self.officer_id is not None:
            out = select(Recusal.case_id).where(Recusal.officer_id == self.officer_id, Recusal.lifted_at.is_(None))
            yield Case.id.not_in(out)
        if self.state is not None:
            yield Case.state == self.state
        if self.category is not None:
            yield Case.category == self.category
        if self.authority_id is not None:
            yield Case.authority_id == self.authority_id
        if self.days is not None:
            yield Case.arrived_at <= now - timedelta(days=self.days)

    def _of_view(self, now: datetime) -> Iterator[ColumnElement[bool]]:
        if self.view is View.LATE:
            yield Case.due_at < now
        if self.view is View.SOON:
            yield Case.due_at >= now
            yield Case.due_at < now + SOON
        if self.view in {View.WAITING, View.UNASSIGNED}:
            yield Case.state.in_(lifecycle.states_of(self.view))
        if self.view in LANES:
            yield Case.lane == LANES[self.view]
        if self.view is View.NEWS:
            yield Case.main_id.is_(None)  # a letter on a merged report is news on the case that it goes with
        if self.view in ASIDE:
            yield or_(Case.lane.is_(None), Case.lane != Lane.SPAM)
        if self.view is View.SUPERVISED:
            yield Case.supervised_at.is_not(None)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order of time and id."""

    at: datetime
    case_id: UUID

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{self.case_id.hex}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """Read a cursor from an address; whatever is damaged means the first page."""
        moment, _, case_id = (text or "").partition("-")
        try:
            return cls(datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), UUID(hex=case_id))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of cases, with the places before and after it."""

    cases: tuple[Case, ...]
    before: Cursor | None
    after: Cursor | None


def page(
    session: Session,
    desks: Iterable[Desk],
    filters: Filters,
    *,
    now: datetime,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Found:
    """Up to PAGE cases in order: each desk by its own index, then merged."""
    found = _merged((_of_desk(session, desk, filters, now, after, before) for desk in desks), filters)
    found = found[-(PAGE + 1) :] if before else found[: PAGE + 1]
    more = len(found) > PAGE
    cases = found[-PAGE:] if before and more else found[:PAGE]
    if not cases:
        return Found((), None, None)
    first, last = (Cursor(filters.at(case), case.id) for case in (cases[0], cases[-1]))
    return Found(tuple(cases), first if after or (before and more) else None, last if before or more else None)


def _merged(pages: Iterable[list[Case]], filters: Filters) -> list[Case]:
    """Several sorted pages as one, each case once."""
    ordered = heapq.merge(*pages, key=lambda case: (filters.at(case), case.id.hex), reverse=filters.newest_first)
    return list({case.id: case for case in ordered}.values())


def _of_desk(
    session: Session,
    desk: Desk,
    filters: Filters,
    now: datetime,
    after: Cursor | None,
    before: Cursor | None,
) -> list[Case]:
    column, desk_id = desk
    place = tuple_(filters.column(), Case.id)
    wanted = select(Case).where(column == desk_id, *filters.conditions(now)).limit(PAGE + 1)
    upwards = filters.newest_first == bool(before)
    if cursor := before or after:
        there = (cursor.at, cursor.case_id)
        wanted = wanted.where(place > there if upwards else place < there)
    rows = list(session.scalars(_ordered(wanted, filters, upwards=upwards)))
    return rows[::-1] if before else rows


def _ordered(wanted: Select[Case], filters: Filters, *, upwards: bool) -> Select[Case]:
    if upwards:
        return wanted.order_by(filters.column(), Case.id)
    return wanted.order_by(filters.column().desc(), Case.id.desc())


def counts(session: Session, desks: Iterable[Desk], wanted: Iterable[Filters], *, now: datetime) -> list[int]:
    """How many cases each leaves, in one statement, capped: 1,001 means more than 1,000."""
    places = tuple(desks)
    row = session.execute(select(*(_capped(places, filters, now) for filters in wanted))).one()
    return [min(number, CAP + 1) for number in row]


def _capped(desks: Iterable[Desk], filters: Filters, now: datetime) -> ScalarSelect[int]:
    """The number of cases, each once, of which no desk's index is read further than can be shown."""
    parts = [
        select(Case.id).where(column == desk_id, *filters.conditions(now)).limit(CAP + 1).subquery()
        for column, desk_id in desks
    ]
    found = union(*(select(part.c.id) for part in parts)).subquery()
    return select(func.count()).select_from(found).scalar_subquery()
