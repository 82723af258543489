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
from portal.office.overseeing import INSTALLATION, Scope
from portal.office.paging import CAP
from portal.store.authorities import Authority
from portal.store.ledger import Entry

PAGE = 50
FEW = 6  # entries of each trail that are looked at first


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
    """The newest entries before a place, or the oldest after it: (time, index), each trail by its own index.

    Of many trails a few entries each are looked at first, and only those trails further that may have more among what
    is asked for: of seventy trails with much in them, a page needs little of each.
    """
    rest = [*_narrowed(wanted), *_shown(scope), *_beyond(place, upwards=upwards)]
    found = [(at, index) for at, index, _ in _apart(session, scope, wanted, rest, limit, upwards=upwards)]
    if wanted.case_id is None:
        found += _of_trails(session, _asked(scope, wanted), rest, limit, upwards=upwards)
    return sorted(found, reverse=not upwards)[:limit]


def _of_trails(
    session: Session, trails: list[UUID], rest: list[ColumnElement[bool]], limit: int, *, upwards: bool
) -> list[Place]:
    first = min(limit, FEW) if len(trails) > 1 else limit
    each: dict[UUID, list[Place]] = {}
    for at, index, trail in _run(session, trails, rest, first, upwards=upwards):
        each.setdefault(trail, []).append((at, index))
    places = sorted((place for found in each.values() for place in found), reverse=not upwards)
    last = places[limit - 1] if len(places) >= limit else None
    deeper = [trail for trail, found in each.items() if len(found) == first and _may_follow(found, last, upwards)]
    if first < limit and deeper:
        each |= {trail: [] for trail in deeper}
        for at, index, trail in _run(session, deeper, rest, limit, upwards=upwards):
            each[trail].append((at, index))
    return [place for found in each.values() for place in found]


def _may_follow(found: list[Place], last: Place | None, upwards: bool) -> bool:  # noqa: FBT001 — as its callers have it
    """Whether a trail may hold more that comes before the last that is needed."""
    if last is None:
        return True
    return max(found) < last if upwards else min(found) > last


def _beyond(place: Place | None, *, upwards: bool) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    columns = tuple_(Entry.at, Entry.index)
    return [columns > place if upwards else columns < place]


def count(session: Session, scope: Scope, wanted: Wanted) -> int:
    """How many entries there are, counted no further than can be shown."""
    rest = [*_narrowed(wanted), *_shown(scope)]
    found = len(_apart(session, scope, wanted, rest, CAP + 1, upwards=False))
    trails = _asked(scope, wanted)
    if wanted.case_id is None and trails:
        some = _each(session, trails, rest, CAP + 1, ()).limit(CAP + 1).subquery()
        found += session.execute(select(func.count()).select_from(some)).scalar_one()
    return min(CAP + 1, found)


def _apart(
    session: Session, scope: Scope, wanted: Wanted, rest: list[ColumnElement[bool]], limit: int, *, upwards: bool
) -> list[Any]:
    """What another index leads to: entries about a case, which are few; those of no office, for the whole tree."""
    plain = (
        select(Entry.at, Entry.index, Entry.authority_id).where(*rest).order_by(*_order(Entry, upwards)).limit(limit)
    )
    if wanted.case_id is not None:
        about = Entry.object_id.in_(sorted(overseeing.objects_of(session, wanted.case_id), key=str))
        return list(session.execute(plain.where(about, Entry.authority_id.in_(_asked(scope, wanted)))))
    if not scope.whole or wanted.authority_id is not None:
        return []
    return list(session.execute(plain.where(Entry.authority_id.is_(None), Entry.event.in_(sorted(INSTALLATION)))))


def _run(
    session: Session, trails: list[UUID], rest: list[ColumnElement[bool]], limit: int, *, upwards: bool
) -> Iterable[Any]:
    return session.execute(_each(session, trails, rest, limit, _order(Entry, upwards))) if trails else ()


def _each(
    session: Session, trails: list[UUID], rest: list[ColumnElement[bool]], limit: int, order: tuple[Any, ...]
) -> Any:
    """So many of each trail, off its index: a statement of one size for any number of trails.

    One engine has LATERAL for this; the other looks the same up again by the numbers of the rows.
    """
    mine = (Entry.authority_id == Authority.id, *rest)
    if session.get_bind().dialect.name == "sqlite":
        row = aliased(Entry)
        numbers = select(Entry.index).where(*mine).order_by(*order).limit(limit).correlate(Authority)
        found = select(row.at, row.index, Authority.id).select_from(Authority).join(row, row.index.in_(numbers))
        return found.where(Authority.id.in_(trails))
    newest_ = select(Entry.at, Entry.index).where(*mine).order_by(*order).limit(limit)
    each = newest_.correlate(Authority).lateral()
    found = select(each.c.at, each.c.index, Authority.id).select_from(Authority).join(each, true())
    return found.where(Authority.id.in_(trails))


def _order(rows: Any, upwards: bool) -> tuple[Any, Any]:  # noqa: FBT001 — as its callers have it
    return (rows.at, rows.index) if upwards else (rows.at.desc(), rows.index.desc())


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
