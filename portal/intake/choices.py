"""What the report form offers: kinds, places and the office that receives for each, prepared once per directory."""

import time
from dataclasses import dataclass, field
from functools import partial

from portal.domain import clocks, jurisdiction
from portal.domain.errors import NoDeskError, NotStoredError
from portal.office.directory import Directory
from portal.office.house import House
from portal.policy.editions import Division, Kind, Top
from portal.web import requests
from portal.web.i18n import current, named

FRESH = 1.0  # seconds

Places = tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...]
Tops = tuple[tuple[Top, tuple[Kind, ...]], ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """One directory's choices in one language."""

    open: bool
    misconduct_open: bool
    tops: Tops
    kinds: frozenset[str]
    places: Places
    divisions: frozenset[str]
    pages: dict[str, str]  # what looks the same for everybody, drawn once


@dataclass(slots=True)
class ChoicesCache:
    """The last choices by language; lives on the app object, rebuilt when desks or seats change.

    Whether they changed is asked once a second: what a form offers may be that old, what is sealed never is.
    """

    generation: int = 0
    _asked: float = 0.0
    _by_language: dict[str, Choices] = field(default_factory=dict)

    def get(self) -> Choices:
        """The choices as they stand."""
        tag, moment = current().tag, time.monotonic()
        found = self._by_language.get(tag)
        if found is None or moment - self._asked > FRESH:
            found, self._asked = self._read(tag), moment
        return found

    def _read(self, tag: str) -> Choices:
        try:
            with requests.reading() as session:
                today = requests.now().astimezone(clocks.SHANGHAI).date()
                directory = requests.house().directories.read(session, today=today)
        except NotStoredError:
            if tag not in self._by_language:
                raise
            return self._by_language[tag]  # whoever has just sent a long text gets it back
        if directory.generation != self.generation:
            self.generation, self._by_language = directory.generation, {}
        if tag not in self._by_language:
            self._by_language[tag] = _choices(requests.house(), directory, tag)
        return self._by_language[tag]


def _choices(house: House, directory: Directory, language: str) -> Choices:
    misconduct_open = directory.misconduct_open()
    edition = house.policies.categories
    tops = tuple(
        (top, kinds)
        for top in edition.tops
        if (
            kinds := tuple(
                k for k in edition.kinds.values() if k.top == top.code and (misconduct_open or not k.misconduct)
            )
        )
    )
    places = _places(house, directory, language)
    return Choices(
        open=directory.open_for_reports(),
        misconduct_open=misconduct_open,
        tops=tops,
        kinds=frozenset(kind.code for _, kinds in tops for kind in kinds),
        places=places,
        divisions=frozenset(code for _, _, group in places for code, _, _ in group),
        pages={},
    )


def _places(house: House, directory: Directory, language: str) -> Places:
    """Prefecture → its office → each county, zone and the prefecture itself with who receives for it."""
    table = house.policies.divisions
    receiver = partial(_receiver, directory, language)
    groups = []
    for prefecture in table.prefectures():
        local = (prefecture, *table.counties(prefecture.code), *table.localities(prefecture.code))
        groups.append(
            (named(prefecture), receiver(prefecture), tuple((one.code, named(one), receiver(one)) for one in local))
        )
    others = table.specials()
    if others:
        province = table.by_code["220000"]
        places = tuple((one.code, named(one), receiver(one)) for one in others)
        groups.append((named(province), receiver(province), places))
    return tuple(groups)


def _receiver(directory: Directory, language: str, division: Division) -> str:
    """The office that receives for a place, as the form names it."""
    try:
        routing = jurisdiction.route(
            directory.tree,
            directory.seats,
            division=division.code,
            misconduct=False,
            concerns_office=False,
            superior=False,
        )
    except NoDeskError:
        return ""
    return directory.name(routing.authority, language)
