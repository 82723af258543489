"""The filters of the queue as an address carries them: what is damaged or unknown narrows nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from flask import Response

from portal.domain.case_vocabulary import View
from portal.domain.vocabulary import CaseState
from portal.office import queue
from portal.office.looking import Cursor, Filters
from portal.web.requests import QUEUE_COOKIE, close_cookie, house, now, open_cookie, reading

QUEUE = "/review/"
DAYS = (7, 15, 30, 60)

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: where in which view, and the words that say so again."""

    filters: Filters
    after: Cursor | None
    before: Cursor | None
    chosen: Mapping[str, str]  # without the view and the place

    @property
    def narrowed(self) -> bool:
        """Whether it is anything but the first page of the queue as it opens."""
        return bool(self.chosen or self.after or self.before or self.filters.view is not View.OPEN)

    @property
    def place(self) -> str:
        """The query of an address that leads to this very page again."""
        return self.address(after=str(self.after or ""), before=str(self.before or ""))

    def address(self, **changes: str) -> str:
        """The query of an address with these filters and a few changes."""
        wanted = {"view": str(self.filters.view), **self.chosen, **changes}
        return "?" + urlencode({name: value for name, value in wanted.items() if value})


def read(arguments: Mapping[str, str]) -> Asked:
    """Read the filters of an address."""
    view = _member(View, arguments.get("view")) or View.OPEN
    state = _member(CaseState, arguments.get("state"))
    category = arguments.get("category", "")
    category = category if category in house().policies.categories.kinds else ""
    office = arguments.get("office", "")
    authority_id = _authority(office) if office else None
    days = next((one for one in DAYS if str(one) == arguments.get("days")), None)
    chosen = {
        "state": str(state or ""),
        "category": category,
        "office": office if authority_id else "",
        "days": str(days or ""),
    }
    return Asked(
        Filters(view, state, category or None, authority_id, days),
        Cursor.parse(arguments.get("after")),
        Cursor.parse(arguments.get("before")),
        {name: value for name, value in chosen.items() if value},
    )


def remember(response: Response, asked: Asked, cookie: str | None) -> Response:
    """Keep in the browser where in the queue the officer is: the codes of the address, for as long as it is open."""
    if asked.narrowed:
        return open_cookie(response, QUEUE_COOKIE, asked.place.removeprefix("?"))
    return close_cookie(response, QUEUE_COOKIE) if cookie else response


def way_back(cookie: str | None, **more: str) -> str:
    """The address of the queue as the officer left it; a cookie that is none of ours leads to the whole of it."""
    known = {"view", "state", "category", "office", "days", "after", "before"}
    kept = {name: value for name, value in parse_qsl(cookie or "") if name in known}
    query = urlencode(kept | more)
    return f"{QUEUE}?{query}" if query else QUEUE


def _authority(code: str) -> UUID | None:
    with reading() as session:
        return queue.office_of(house(), session, code, now=now())


def _member(kind: type[Member], value: str | None) -> Member | None:
    return next((one for one in kind if one.value == value), None)
