"""The filters of a list as an address carries them, and as the browser keeps them: what is unknown narrows nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Response

from portal.domain import clocks
from portal.office import queue
from portal.office.paging import Place, Window
from portal.web.requests import close_cookie, house, now, open_cookie, reading

KNOWN = ("view", "state", "category", "office", "days", "month", "after", "before")
MONTHS = 24  # that the list offers

V = TypeVar("V", bound=StrEnum)
S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked(Generic[V, S]):
    """What an address asks for: where in which view, and the words that say so again."""

    view: V
    first: V  # what the list opens with
    state: S | None
    authority_id: UUID | None
    month: date | None
    window: Window
    chosen: Mapping[str, str]  # without the view and the place

    @property
    def place(self) -> str:
        """The query of an address that leads to this very page again; "" for the list as it opens."""
        there = {"after": str(self.window.after or ""), "before": str(self.window.before or "")}
        plain = self.view is self.first and not self.chosen and not any(there.values())
        return "" if plain else self.address(**there).removeprefix("?")

    def address(self, **changes: str) -> str:
        """The query of an address with these filters and a few changes."""
        return query({"view": str(self.view), **self.chosen, **changes})


def read(arguments: Mapping[str, str], views: type[V], states: type[S], first: V) -> Asked[V, S]:
    """Read the filters of an address."""
    office, month = arguments.get("office", ""), _month(arguments.get("month", ""))
    authority_id = authority(office) if office else None
    state = member(states, arguments.get("state"))
    chosen = {
        "state": str(state or ""),
        "office": office if authority_id else "",
        "month": f"{month:%Y-%m}" if month else "",
    }
    return Asked(
        view=member(views, arguments.get("view")) or first,
        first=first,
        state=state,
        authority_id=authority_id,
        month=month,
        window=Window(Place.parse(arguments.get("after")), Place.parse(arguments.get("before"))),
        chosen={name: value for name, value in chosen.items() if value},
    )


def months() -> Sequence[tuple[str, date]]:
    """The months that can be chosen, this one first: as an address has them, and their first day."""
    today = clocks.day_of(now())
    last = today.year * 12 + today.month - 1
    days = (date(number // 12, number % 12 + 1, 1) for number in range(last, last - MONTHS, -1))
    return [(f"{one:%Y-%m}", one) for one in days]


def remember(response: Response, place: str, name: str, cookie: str | None) -> Response:
    """Keep in the browser where in the list the officer is: the codes of the address, for as long as it is open."""
    if place:
        return open_cookie(response, name, place)
    return close_cookie(response, name) if cookie else response


def way_back(address: str, cookie: str | None, **more: str) -> str:
    """The address of the list as the officer left it; a cookie that is none of ours leads to the whole of it."""
    kept = {name: value for name, value in parse_qsl(cookie or "") if name in KNOWN}
    return address + query(kept | more)


def query(wanted: Mapping[str, str]) -> str:
    """What follows an address, without what is empty; "" for nothing."""
    given = {name: value for name, value in wanted.items() if value}
    return f"?{urlencode(given)}" if given else ""


def member(kind: type[V], value: str | None) -> V | None:
    """The member of that value; None for what is none."""
    return next((one for one in kind if one.value == value), None)


def authority(code: str) -> UUID | None:
    """The office of that code, where there is one."""
    with reading() as session:
        return queue.office_of(house(), session, code, now=now())


def _month(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None  # noqa: PLR2004 — beyond, no clock of ours has written
