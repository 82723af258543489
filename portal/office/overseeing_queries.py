"""Finding entries for auditors: each trail by its own index, newest first, a page at a time, never counted to the end.

Lists are in order of time, and of the index within one moment: what a reporter did is known to the hour alone, and no
list may tell it more finely than that. A place is named by the id of an entry: indices have gaps where other offices
act, and a list of them would tell how much.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from portal.domain.audit import Effect
from portal.domain.clocks import SHANGHAI
from portal.domain.oversight import OWN
from portal.office import overseeing
from portal.office.looking import CAP
from portal.office.overseeing import INSTALLATION, Scope
from portal.store.authorities import Authority
from portal.store.ledger import Entry

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows a list of entries; all of it is a column of its own."""

    case_id: UUID | None = None
    officer_id: UUID | None = None
    authority_id: UUID | None = None
    effect: Effect | None = None
    event: str | None = None
    reason: str | None = None
    since: date | None = None
    until: date | None = None
    own: bool = False  # auditors' own looking, which would cover everything else

    def __str__(self) -> str:
        """As the digest of a look covers it."""
        said = ((one.name, getattr(self, one.name)) for one in fields(self))
        return "&".join(f"{name}={value}" for name, value in said if value not in {None, False})


@dataclass(frozen=True, slots=True)
class Found:
    """One page of indices, the newest first, and the ids that name the places before and after it."""

    indices: tuple[int, ...]
    before: UUID | None
    after: UUID | None


Place = tuple[datetime, int]


def page(
    session: Session, scope: Scope, wanted: Wanted, *, after: UUID | None = None, before: UUID | None = None
) -> Found:
    """Up to PAGE entries."""
    place = place_of(session, scope, before or after)
    upwards = before is not None and place is not None
    rows = newest(session, scope, wanted, PAGE + 1, place=place, upwards=upwards)
    more = len(rows) > PAGE
    shown = rows[:PAGE][::-1] if upwards else rows[:PAGE]
    if not shown:
        return Found((), None, None)
    newer = more if upwards else place is not None
    older = more or upwards
    ends = ids_of(session, (shown[0][1], shown[-1][1]))
    return Found(
        tuple(index for _, index in shown),
        ends[shown[0][1]] if newer else None,
        ends[shown[-1][1]] if older else None,
    )


def place_of(session: Session, scope: Scope, entry_id: UUID | None) -> Place | None:
    """Where an entry stands; None for one that the auditor may not know, or none."""
    if entry_id is None:
        return None
    found = session.execute(select(Entry.at, Entry.index, Entry.authority_id).where(Entry.id == entry_id)).one_or_none()
    if found is None:
        return None
    at, index, authority_id = found
    return (at, index) if scope.knows(authority_id) or (scope.whole and authority_id is None) else None


def ids_of(session: Session, indices: Iterable[int]) -> dict[int, UUID]:
    """The ids of entries by their indices."""
    rows = session.execute(select(Entry.index, Entry.id).where(Entry.index.in_(list(indices))))
    return {index: entry_id for index, entry_id in rows}  # noqa: C416 — a dict of rows has no types


def newest(
    session: Session, scope: Scope, wanted: Wanted, limit: int, *, place: Place | None = None, upwards: bool = False
) -> list[Place]:
    """The newest entries before a place, or the oldest after it: (time, index), each trail by its own index."""
    parts = _parts(session, scope, wanted, _beyond(place, upwards=upwards), limit, upwards=upwards)
    found = [(at, index) for part in parts for at, index in session.execute(part)]
    return sorted(found, reverse=not upwards)[:limit]


def _beyond(place: Place | None, *, upwards: bool) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    columns = tuple_(Entry.at, Entry.index)
    return [columns > place if upwards else columns < place]


def count(session: Session, scope: Scope, wanted: Wanted) -> int:
    """How many entries there are, counted no further than can be shown."""
    parts = _parts(session, scope, wanted, [], CAP + 1, sort=False)
    counts = (select(func.count()).select_from(part.subquery()) for part in parts)
    return min(CAP + 1, sum(session.execute(one).scalar_one() for one in counts))


def _parts(
    session: Session,
    scope: Scope,
    wanted: Wanted,
    beyond: list[ColumnElement[bool]],
    limit: int,
    *,
    upwards: bool = False,
    sort: bool = True,
) -> list[Any]:
    """Statements that together give what is wanted: all trails in one, entries of no office in another."""
    rest = [*_narrowed(wanted), *_shown(scope), *beyond]
    asked = _asked(scope, wanted)
    order = (Entry.at, Entry.index) if upwards else (Entry.at.desc(), Entry.index.desc())
    plain = select(Entry.at, Entry.index).where(*rest).order_by(*order).limit(limit)
    if wanted.case_id is not None:  # few, found by what they are about
        about = Entry.object_id.in_(sorted(overseeing.objects_of(session, wanted.case_id), key=str))
        return [plain.where(about, Entry.authority_id.in_(asked))]
    found = [_each(session, asked, rest, order, limit, upwards=upwards, sort=sort)] if asked else []
    if scope.whole and wanted.authority_id is None:
        found.append(plain.where(Entry.authority_id.is_(None), Entry.event.in_(sorted(INSTALLATION))))
    return found


def _each(
    session: Session,
    trails: list[UUID],
    rest: list[ColumnElement[bool]],
    order: tuple[Any, ...],
    limit: int,
    *,
    upwards: bool,
    sort: bool,
) -> Any:
    """So many of each trail, off its index, then so many of all: a statement of one size for any number of trails.

    One engine has LATERAL for this; the other looks the same up again by the numbers of the rows.
    """
    mine = (Entry.authority_id == Authority.id, *rest)
    if session.get_bind().dialect.name == "sqlite":
        row = aliased(Entry)
        numbers = select(Entry.index).where(*mine).order_by(*order).limit(limit).correlate(Authority)
        found: Any = select(row.at, row.index).select_from(Authority).join(row, row.index.in_(numbers))
        at: Any = row.at
        index: Any = row.index
    else:
        each = select(Entry.at, Entry.index).where(*mine).order_by(*order).limit(limit).correlate(Authority).lateral()
        found = select(each.c.at, each.c.index).select_from(Authority).join(each, true())
        at, index = each.c.at, each.c.index
    found = found.where(Authority.id.in_(trails)).limit(limit)
    if not sort:
        return found
    return found.order_by(at, index) if upwards else found.order_by(at.desc(), index.desc())


def _asked(scope: Scope, wanted: Wanted) -> list[UUID]:
    if wanted.authority_id is not None:
        return [wanted.authority_id] if scope.knows(wanted.authority_id) else []
    return sorted(scope.trails, key=str)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _between(wanted.since, wanted.until)
    for column, value in (
        (Entry.actor_id, wanted.officer_id),
        (Entry.effect, wanted.effect if wanted.event is None else None),
        (Entry.event, wanted.event),
        (Entry.reason, wanted.reason),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.reason is not None:
        found.append(Entry.reason.is_not(None))  # the index holds no others
    if not wanted.own and wanted.event != OWN:
        found.append(Entry.event != OWN)
    return found


def _between(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """Days of the office's zone, both included."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(Entry.at >= _midnight(since))
    if until is not None and until < date.max:
        found.append(Entry.at < _midnight(until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def _shown(scope: Scope) -> list[ColumnElement[bool]]:
    """What officers of discipline do in trails of others is theirs."""
    if not scope.hidden:
        return []
    return [Entry.actor_id.is_(None) | Entry.actor_id.not_in(sorted(scope.hidden, key=str))]


def seen(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The same conditions for sums over all trails at once."""
    return [Entry.authority_id.in_(_asked(scope, wanted)), *_narrowed(wanted), *_shown(scope)]
