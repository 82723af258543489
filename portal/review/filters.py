"""The filters of the queue as an address carries them: what is damaged or unknown narrows nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from portal.domain.case_vocabulary import View
from portal.domain.vocabulary import CaseState
from portal.office import queue
from portal.office.looking import Cursor, Filters
from portal.web.requests import house, now, reading

DAYS = (7, 15, 30, 60)

Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: where in which view, and the words that say so again."""

    filters: Filters
    after: Cursor | None
    before: Cursor | None
    chosen: Mapping[str, str]  # without the view and the place

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


def _authority(code: str) -> UUID | None:
    with reading() as session:
        return queue.office_of(house(), session, code, now=now())


def _member(kind: type[Member], value: str | None) -> Member | None:
    return next((one for one in kind if one.value == value), None)
