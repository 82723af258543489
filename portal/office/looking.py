"""How one looks at a desk's cases: which of them, in which order, from where on; nothing is unsealed here."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, or_, select, tuple_, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from crypto.primitives import fields, sha256
from portal.domain import lifecycle
from portal.domain.case_vocabulary import Lane, View
from portal.domain.vocabulary import CaseState
from portal.office.paging import CAP, PAGE, Place
from portal.store.cases import Case
from portal.store.driving import Beside, asked
from portal.store.recusals import matter, matters_of

SOON = timedelta(days=3)  # as the amber of a time limit
LANES = {View.URGENT: Lane.URGENT, View.SPAM: Lane.SPAM}
ASIDE = frozenset({View.OPEN, View.WAITING})  # without what was put aside: that has a view of its own

# What narrows a view, by the name of its value; none but the last is of every query.
NARROWING: Mapping[str, ColumnElement[bool]] = MappingProxyType(
    {
        "state": Case.state == bindparam("state"),
        "category": Case.category == bindparam("category"),
        "authority": Case.authority_id == bindparam("authority"),
        "arrived": Case.arrived_at <= bindparam("arrived"),
        "officer": matter().not_in(matters_of(bindparam("officer"))),
    }
)
# Age beside something else: SQLite, which has no statistics here, would else take the index of ages.
_BESIDE = Beside(Case.arrived_at) <= bindparam("arrived", type_=Case.arrived_at.type)
NARROW = frozenset({"state", "category", "authority"})
Shape = tuple[View, tuple[str, ...]]
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

    @property
    def newest_first(self) -> bool:
        """Whether the latest comes first."""
        return self.view is View.DONE

    def at(self, case: Case) -> datetime:
        """The time that gives a case its place."""
        if _by_age(self.shape):
            return case.arrived_at
        found = {View.NEWS: case.news_at, View.DONE: case.closed_at}.get(self.view, case.due_at)
        if found is None:
            raise ValueError("a case without a time has no place in this view")
        return found

    @property
    def shape(self) -> Shape:
        """What a query depends on: the view, and which filters there are, whatever they say."""
        told = (self.state, self.category, self.authority_id, self.days, self.officer_id)
        return self.view, tuple(name for name, one in zip(NARROWING, told, strict=True) if one is not None)

    def values(self, now: datetime) -> dict[str, object]:
        """What its query is given."""
        return {
            "now": now,
            "soon": now + SOON,
            "state": self.state,
            "category": self.category,
            "authority": self.authority_id,
            "arrived": now - timedelta(days=self.days or 0),
            "officer": self.officer_id,
        }


@dataclass(frozen=True, slots=True)
class Found:
    """One page of cases, with the places before and after it."""

    cases: tuple[Case, ...]
    before: Place | None
    after: Place | None


def page(
    session: Session,
    desks: Iterable[Desk],
    filters: Filters,
    *,
    now: datetime,
    after: Place | None = None,
    before: Place | None = None,
) -> Found:
    """Up to PAGE cases in order: each desk by its own index, then merged."""
    found = _merged((_of_desk(session, desk, filters, now, after, before) for desk in desks), filters)
    found = found[-(PAGE + 1) :] if before else found[: PAGE + 1]
    more = len(found) > PAGE
    cases = found[-PAGE:] if before and more else found[:PAGE]
    if not cases:
        return Found((), None, None)
    first, last = (Place(filters.at(case), case.id) for case in (cases[0], cases[-1]))
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
    after: Place | None,
    before: Place | None,
) -> list[Case]:
    column, desk_id = desk
    upwards, cursor = filters.newest_first == bool(before), before or after
    query = _page(column.key, filters.shape, upwards=upwards, onward=cursor is not None)
    there = {"at": cursor.at, "place": cursor.id} if cursor else {}
    rows = session.scalars(query, {"desk_0": desk_id, **filters.values(now), **there}).all()
    return list(rows[::-1] if before else rows)


@cache
def _page(column: str, shape: Shape, *, upwards: bool, onward: bool) -> Select[Case]:
    """Asks for a page of a desk, from a place on where it goes onward."""
    by = _order(shape)
    wanted = select(Case).where(_at_desk(column, 0), *_conditions(shape)).limit(PAGE + 1)
    if onward:
        place = tuple_(by, Case.id)
        there = tuple_(bindparam("at", type_=by.type), bindparam("place", type_=Case.id.type))
        wanted = wanted.where(place > there if upwards else place < there)
    if upwards:
        return wanted.order_by(by, Case.id)
    return wanted.order_by(by.desc(), Case.id.desc())


def counts(session: Session, desks: Iterable[Desk], wanted: Sequence[Filters], *, now: datetime) -> list[int]:
    """How many cases each leaves, in one statement, capped: 1,001 means more than 1,000.

    The first alone may be narrowed by more than its view and who looks.
    """
    places = tuple(desks)
    query = _counts(tuple(column.key for column, _ in places), tuple(filters.shape for filters in wanted))
    ids = {f"desk_{place}": desk_id for place, (_, desk_id) in enumerate(places)}
    ((*row,),) = asked(session, query, **wanted[0].values(now), **ids)
    return [min(number, CAP + 1) for number in row]


@cache
def _counts(columns: tuple[str, ...], shapes: tuple[Shape, ...]) -> Select[*tuple[int, ...]]:
    return select(*(_capped(columns, shape) for shape in shapes))


def _capped(columns: Sequence[str], shape: Shape) -> ScalarSelect[int]:
    """The number of cases, each once, of which no desk's index is read further than can be shown."""
    parts = [
        select(Case.id).where(_at_desk(column, place), *_conditions(shape)).limit(CAP + 1).subquery()
        for place, column in enumerate(columns)
    ]
    found = union(*(select(part.c.id) for part in parts)).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def _at_desk(column: str, place: int) -> ColumnElement[bool]:
    found: ColumnElement[bool] = getattr(Case, column) == bindparam(f"desk_{place}")
    return found


def _order(shape: Shape) -> InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]:
    """The time that a query goes by."""
    return Case.arrived_at if _by_age(shape) else _column(shape[0])


def _by_age(shape: Shape) -> bool:
    """Whether age is what finds the cases: of all that is open, or over, those are few that came long ago.

    Where something else narrows it too, that has an index, which says of each case when it came.
    """
    view, narrowed = shape
    return view in {View.OPEN, View.DONE} and "arrived" in narrowed and not NARROW & set(narrowed)


def _column(view: View) -> InstrumentedAttribute[datetime | None]:
    """The time by which a view is in order, and that its cases have."""
    if view is View.NEWS:
        return Case.news_at
    return Case.closed_at if view is View.DONE else Case.due_at


def _conditions(shape: Shape) -> Iterator[ColumnElement[bool]]:
    """What a case must be."""
    view, narrowed = shape
    yield _column(view).is_not(None)
    yield from _of_view(view)
    yield from (NARROWING[name] if name != "arrived" or _by_age(shape) else _BESIDE for name in narrowed)


def _of_view(view: View) -> Iterator[ColumnElement[bool]]:
    if view is View.LATE:
        yield Case.due_at < bindparam("now")
    if view is View.SOON:
        yield Case.due_at >= bindparam("now")
        yield Case.due_at < bindparam("soon")
    if view in {View.WAITING, View.UNASSIGNED}:
        yield Case.state.in_(sorted(lifecycle.states_of(view)))
    if view in LANES:
        yield Case.lane == LANES[view]
    if view is View.NEWS:
        yield Case.main_id.is_(None)  # a letter on a merged report is news on the case that it goes with
    if view in ASIDE:
        yield or_(Case.lane.is_(None), Case.lane != Lane.SPAM)
    if view is View.SUPERVISED:
        yield Case.supervised_at.is_not(None)
