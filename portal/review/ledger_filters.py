"""The filters of the auditor's list as an address carries them; a case that nobody knows finds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from portal.domain.audit import EVENTS, Effect
from portal.office import overseeing
from portal.office.acting import Act
from portal.office.overseeing import Scope
from portal.office.overseeing_queries import Wanted

NAMES = ("case", "officer", "office", "effect", "event", "reason", "since", "until", "own")
NOTHING = UUID(int=0)
YES = "y"
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, and the words that say so again."""

    wanted: Wanted
    after: UUID | None
    before: UUID | None
    chosen: Mapping[str, str]
    unknown: bool  # a case was named that the auditor may not know, or that is none

    def address(self, **changes: str) -> str:
        """The query of an address with these filters and a few changes."""
        return "?" + urlencode({name: value for name, value in {**self.chosen, **changes}.items() if value})


def read(act: Act, scope: Scope, arguments: Mapping[str, str]) -> Asked:
    """Read the filters of an address: what is damaged narrows nothing."""
    typed = _text(arguments, "case")
    case_id = overseeing.find_case(act.session, scope, typed) if typed else None
    officer, office = _id(arguments.get("officer")), _id(arguments.get("office"))
    event = arguments.get("event") if arguments.get("event") in EVENTS else None
    effect = next((one for one in Effect if one.value == arguments.get("effect")), None)
    wanted = Wanted(
        case_id=(case_id or NOTHING) if typed else None,
        officer_id=officer,
        authority_id=office if scope.knows(office) else None,
        effect=effect,
        event=event,
        reason=_text(arguments, "reason") or None,
        since=_day(arguments.get("since")),
        until=_day(arguments.get("until")),
        own=arguments.get("own") == YES,
    )
    chosen = {"case": typed, **{name: _said(wanted, name) for name in NAMES[1:]}}
    return Asked(
        wanted,
        _id(arguments.get("after")),
        _id(arguments.get("before")),
        {name: value for name, value in chosen.items() if value},
        unknown=bool(typed) and case_id is None,
    )


def _said(wanted: Wanted, name: str) -> str:
    fields = {"officer": "officer_id", "office": "authority_id"}
    value = getattr(wanted, fields.get(name, name))
    if name == "own":
        return YES if value else ""
    return "" if value is None else str(value)


def _text(arguments: Mapping[str, str], name: str) -> str:
    """What was typed, without what no keyboard types: one engine refuses a NUL."""
    return "".join(filter(str.isprintable, arguments.get(name, ""))).strip()[:LONGEST]


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None  # noqa: PLR2004 — beyond, no clock of ours has written


def day(arguments: Mapping[str, str]) -> date | None:
    """The day that an address names."""
    return _day(arguments.get("day"))
