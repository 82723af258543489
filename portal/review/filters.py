"""The filters of the queue as an address carries them: what is damaged or unknown narrows nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response

from portal.domain.case_vocabulary import View
from portal.domain.vocabulary import CaseState
from portal.office.looking import Filters
from portal.office.paging import Place
from portal.review import list_filters
from portal.web.requests import QUEUE_COOKIE, house

QUEUE = "/review/"
DAYS = (7, 15, 30, 60)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: where in which view, and the words that say so again."""

    filters: Filters
    after: Place | None
    before: Place | None
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
        return list_filters.query({"view": str(self.filters.view), **self.chosen, **changes})


def read(arguments: Mapping[str, str]) -> Asked:
    """Read the filters of an address."""
    view = list_filters.member(View, arguments.get("view")) or View.OPEN
    state = list_filters.member(CaseState, arguments.get("state"))
    category = arguments.get("category", "")
    category = category if category in house().policies.categories.kinds else ""
    office = arguments.get("office", "")
    authority_id = list_filters.authority(office) if office else None
    days = next((one for one in DAYS if str(one) == arguments.get("days")), None)
    chosen = {
        "state": str(state or ""),
        "category": category,
        "office": office if authority_id else "",
        "days": str(days or ""),
    }
    return Asked(
        Filters(view, state, category or None, authority_id, days),
        Place.parse(arguments.get("after")),
        Place.parse(arguments.get("before")),
        {name: value for name, value in chosen.items() if value},
    )


def remember(response: Response, asked: Asked, cookie: str | None) -> Response:
    """Keep in the browser where in the queue the officer is."""
    place = asked.place.removeprefix("?") if asked.narrowed else ""
    return list_filters.remember(response, place, QUEUE_COOKIE, cookie)


def way_back(cookie: str | None, **more: str) -> str:
    """The address of the queue as the officer left it."""
    return list_filters.way_back(QUEUE, cookie, **more)
