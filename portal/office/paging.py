"""A list page by page, by a time and an id: the hundredth page costs what the first does, and none is counted to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

PAGE = 50
CAP = 1000  # counts beyond are shown as "1,000+"
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of time and id."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{self.id.hex}"

    @classmethod
    def parse(cls, text: str | None) -> "Place | None":
        """Read a place from an address; whatever is damaged means the first page."""
        moment, _, row_id = (text or "").partition("-")
        try:
            return cls(datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), UUID(hex=row_id))
        except ValueError:
            return None

    @classmethod
    def of(cls, when: datetime | date, row_id: UUID) -> "Place":
        """The place of a row; a day is its beginning."""
        at = when if isinstance(when, datetime) else datetime.combine(when, time(), UTC)
        return cls(at, row_id)


@dataclass(frozen=True, slots=True)
class Window:
    """From where on a list is wanted."""

    after: Place | None = None
    before: Place | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows, with the places before and after it."""

    rows: tuple[Row, ...]
    before: Place | None
    after: Place | None


def page(
    wanted: Select[*tuple[Any, ...]],
    columns: tuple[Any, Any],
    window: Window,
    fetch: Callable[[Any], Sequence[Row]],
    place: Callable[[Row], Place],
    *,
    newest_first: bool,
) -> Page[Row]:
    """Up to PAGE rows of a statement in the order of a time and an id."""
    upwards = newest_first == bool(window.before)
    if there := window.before or window.after:
        when: Any = there.at.date() if columns[0].type.python_type is date else there.at
        here = tuple_(*columns)
        wanted = wanted.where(here > (when, there.id) if upwards else here < (when, there.id))
    order = columns if upwards else tuple(one.desc() for one in columns)
    found = list(fetch(wanted.order_by(*order).limit(PAGE + 1)))
    more, rows = len(found) > PAGE, found[:PAGE]
    rows = rows[::-1] if window.before else rows
    if not rows:
        return Page((), None, None)
    first, last = place(rows[0]), place(rows[-1])
    earlier = window.after is not None or (window.before is not None and more)
    later = window.before is not None or more
    return Page(tuple(rows), first if earlier else None, last if later else None)


def counts(session: Session, wanted: Iterable[Select[Any]]) -> list[int]:
    """How many rows each gives, in one statement, capped: 1,001 means more than 1,000."""
    row = session.execute(select(*(_capped(one) for one in wanted))).one()
    return [min(number, CAP + 1) for number in row]


def _capped(wanted: Select[Any]) -> ScalarSelect[int]:
    return select(func.count()).select_from(wanted.limit(CAP + 1).subquery()).scalar_subquery()


def within(column: Any, since: Any, until: Any) -> ColumnElement[bool]:
    """From a moment or day on, and before another."""
    return and_(column >= since, column < until)
