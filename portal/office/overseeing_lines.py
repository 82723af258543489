"""Entries as an auditor reads them: each held to its leaf and MAC first, then told in plain values.

An entry that does not hold is shown as broken and never left out; of what it says nothing is believed, and nothing is
shown, for it might speak of another office.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.audit import EVENTS, written
from portal.domain.errors import LedgerError
from portal.domain.facts import FACTS
from portal.domain.vocabulary import ActorKind, Duty, IdentityField
from portal.office import overseeing, vouching
from portal.office.acting import Act
from portal.office.overseeing import Scope
from portal.office.overseeing_sheets import About, Fact, Flaw, Line, Who
from portal.office.recording import require_ours
from portal.policy.editions import Policies
from portal.policy.reason_lists import Reason
from portal.store.cases import Case
from portal.store.disclosures import Disclosure
from portal.store.ledger import Entry, Leaf
from portal.store.officers import Officer
from portal.store.reports import Report

REFUSED = "refused"
OF_CASES = frozenset({"cases", "reports", "disclosures"})
PART = 5000
# Facts by what they name; of what an auditor may not know nothing is shown but that it is there.
OFFICES = frozenset({"from", "to", "authority", "superior"})
DESKS = frozenset({"above", "custody", "desk", "intake", "keeper", "lead"})
PEOPLE = frozenset({"about", "officer", "proposer"})
NOBODY = UUID(int=0)
ABOUT = frozenset({"case", "report"})  # which case it is says the entry's object, where that may be known


@dataclass(frozen=True, slots=True)
class Known:
    """What the entries of one page speak of, read in one go."""

    said: Mapping[int, Mapping[str, Any] | Flaw]
    officers: Mapping[UUID, Officer]
    cases: Mapping[UUID, Case]  # by the id of the case, the report or the request


def read(act: Act, scope: Scope, indices: Sequence[int], language: str) -> tuple[Line, ...]:
    """Entries in the order of their indices as given."""
    entries = {one.index: one for one in act.session.scalars(select(Entry).where(Entry.index.in_(indices)))}
    return lines(act, scope, [entries[index] for index in indices if index in entries], language)


def lines(act: Act, scope: Scope, entries: Sequence[Entry], language: str) -> tuple[Line, ...]:
    """These entries, each checked."""
    known = _known(act, scope, entries)
    return tuple(_line(act, scope, known, entry, language) for entry in entries)


def opening(act: Act, scope: Scope, entry: Entry, leaf: Leaf | None) -> Mapping[str, Any] | Flaw:
    """What an entry says, or why it is not believed."""
    if entry.opening is None or entry.salt is None:
        return _closed(act, entry, leaf)
    try:
        said = vouching.opened(act.house.entry_keys, entry, leaf)
    except LedgerError:
        return Flaw.ALTERED
    return said if _repeated(said, entry) and _within(scope, said) else Flaw.COLUMNS


def _closed(act: Act, entry: Entry, leaf: Leaf | None) -> Flaw:
    try:
        require_ours(act.house.entry_keys, entry.index, leaf.hash if leaf else b"", entry.mac, entry.mac_key_id)
    except LedgerError:
        return Flaw.ALTERED
    return Flaw.CLOSED


def _repeated(said: Mapping[str, Any], entry: Entry) -> bool:
    """Whether the columns by which it was found are what it says."""
    who, about = said["actor"], said["object"]
    columns = (
        *(entry.event, written(entry.at), entry.actor, _text(entry.actor_id), _text(entry.authority_id)),
        *(_text(entry.object_id), entry.effect, entry.duty, entry.reason),
    )
    return columns == (
        *(said["event"], said["at"], who["kind"], who["officer"], said["authority"], about[1] if about else None),
        *(EVENTS[said["event"]].effect if said["event"] in EVENTS else None, who["duty"], said["reason"]),
    )


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _within(scope: Scope, said: Mapping[str, Any]) -> bool:
    return said["authority"] is None or scope.knows(UUID(said["authority"]))


def _known(act: Act, scope: Scope, entries: Sequence[Entry]) -> Known:
    session = act.session
    indices = [entry.index for entry in entries]
    leaves = {leaf.index: leaf for leaf in session.scalars(select(Leaf).where(Leaf.index.in_(indices)))}
    said = {entry.index: opening(act, scope, entry, leaves.get(entry.index)) for entry in entries}
    believed = [one for one in said.values() if not isinstance(one, Flaw)]
    named = {UUID(one) for each in believed for one in _officers(each) if one}
    officers = session.scalars(select(Officer).where(Officer.id.in_(named))) if named else ()
    return Known(said, {one.id: one for one in officers}, cases_of(session, _objects(believed)))


def _officers(said: Mapping[str, Any]) -> Iterable[str | None]:
    yield said["actor"]["officer"]
    yield from (said["facts"].get(name) for name in PEOPLE)
    yield from said["facts"].get("officers", ())
    if said["object"] and said["object"][0] == "officers":
        yield said["object"][1]


def _objects(believed: Iterable[Mapping[str, Any]]) -> set[UUID]:
    return {UUID(one["object"][1]) for one in believed if one["object"] and one["object"][0] in OF_CASES}


def cases_of(session: Session, objects: Iterable[UUID]) -> Mapping[UUID, Case]:
    """The case behind each id of a case, a report or a request."""
    ids = list(objects)
    if not ids:
        return {}
    found = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))}
    for table in (Report, Disclosure):
        rows = session.execute(select(table.id, Case).join(Case, Case.id == table.case_id).where(table.id.in_(ids)))
        found |= {row_id: case for row_id, case in rows}  # noqa: C416 — a dict of rows has no types
    return found


def case_ids(session: Session, objects: Iterable[UUID]) -> Mapping[UUID, tuple[UUID, UUID]]:
    """The same for very many: case and office, without the rest of the row."""
    ids = sorted(objects, key=str)
    found: dict[UUID, tuple[UUID, UUID]] = {}
    for first in range(0, len(ids), PART):
        part = ids[first : first + PART]
        for wanted in (
            select(Case.id, Case.id, Case.authority_id).where(Case.id.in_(part)),
            select(Report.id, Case.id, Case.authority_id)
            .join(Case, Case.id == Report.case_id)
            .where(Report.id.in_(part)),
            select(Disclosure.id, Case.id, Case.authority_id)
            .join(Case, Case.id == Disclosure.case_id)
            .where(Disclosure.id.in_(part)),
        ):
            found |= {row_id: (case_id, office) for row_id, case_id, office in session.execute(wanted)}
    return found


def _line(act: Act, scope: Scope, known: Known, entry: Entry, language: str) -> Line:
    said = known.said[entry.index]
    if isinstance(said, Flaw):
        return Line(entry.id, entry.at, hour_only=entry.actor is ActorKind.REPORTER, flaw=said)
    event = EVENTS[said["event"]]
    return Line(
        id=entry.id,
        at=datetime.fromisoformat(said["at"]),
        hour_only=said["actor"]["kind"] == ActorKind.REPORTER,
        event=event.name,
        effect=event.effect,
        who=_who(act, scope, known, said["actor"], language),
        about=_about(scope, known, said),
        reason=reason_of(act.house.policies, said["reason"]),
        facts=tuple(
            _fact(act, scope, known, name, value, language)
            for name, value in sorted(said["facts"].items())
            if name not in ABOUT
        ),
    )


def _who(act: Act, scope: Scope, known: Known, actor: Mapping[str, Any], language: str) -> Who:
    kind, officer = ActorKind(actor["kind"]), known.officers.get(UUID(actor["officer"])) if actor["officer"] else None
    authority = UUID(actor["authority"]) if actor["authority"] else None
    named = kind is not ActorKind.REPORTER and authority is not None and authority != scope.discipline
    return Who(
        kind=kind,
        officer_id=officer.id if officer else None,
        name=officer.username if officer else "",
        duty=Duty(actor["duty"]) if actor["duty"] else None,
        office=act.directory().name(authority, language) if named and authority else "",
    )


def _about(scope: Scope, known: Known, said: Mapping[str, Any]) -> About | None:
    if not said["object"]:
        return None
    table, row_id = said["object"][0], UUID(said["object"][1])
    if table in OF_CASES:
        return _about_case(scope, known.cases.get(row_id), table, refused=said["event"] == REFUSED)
    if table == "officers":
        officer = known.officers.get(row_id)
        if officer is None or not scope.knows(officer.authority_id):
            return About(table, hidden=True)
        return About(table, officer.username, officer_id=officer.id)
    return About(table, row_id.hex[: overseeing.SHORT].upper())


def _about_case(scope: Scope, case: Case | None, table: str, *, refused: bool) -> About:
    """A refusal names what somebody typed: whether that is a case of another office is not told."""
    if case is None or not overseeing.may_know(scope, case) or (refused and not scope.knows(case.authority_id)):
        return About(table, hidden=True)
    return About(table, overseeing.case_label(scope, case), case_id=case.id)


def reason_of(policies: Policies, code: str | None) -> Reason | str | None:
    """A reason by its code, of the newest edition that has it; the code alone where none does."""
    if code is None:
        return None
    editions = sorted(policies.every_reasons.values(), key=lambda one: one.heading.effective, reverse=True)
    lists: list[Mapping[str, Reason]] = [
        each for one in editions for each in (one.disclosure, one.decline, one.extension)
    ]
    return next((each[code] for each in lists if code in each), code)


def _fact(act: Act, scope: Scope, known: Known, name: str, value: Any, language: str) -> Fact:
    if isinstance(value, str) and name in OFFICES:
        return _of_office(act, scope, name, _identified(value), language)
    if isinstance(value, str) and name in DESKS:
        desk, nowhere = _identified(value) or NOBODY, (None, None)
        return _of_office(act, scope, name, act.directory().places.get(desk, nowhere)[0], language)
    if isinstance(value, str) and name in PEOPLE:
        return _of_person(scope, known, name, value)
    if isinstance(value, list) and name == "officers":
        named = [_of_person(scope, known, name, one) for one in value]
        return Fact(name, tuple(one.value for one in named if not one.hidden), hidden=all(one.hidden for one in named))
    return Fact(name, _plain(name, value))


def _plain(name: str, value: Any) -> Any:
    if name == "duty":
        return Duty(value)
    if FACTS.get(name) == "fields" and isinstance(value, list):
        return tuple(IdentityField(one) for one in value if one in set(IdentityField))
    return value


def _of_office(act: Act, scope: Scope, name: str, authority: UUID | None, language: str) -> Fact:
    if authority is None or not scope.knows(authority):
        return Fact(name, "", hidden=True)
    return Fact(name, act.directory().name(authority, language))


def _of_person(scope: Scope, known: Known, name: str, value: str) -> Fact:
    officer = known.officers.get(_identified(value) or NOBODY)
    if officer is None:
        return Fact(name, value.replace("-", "")[: overseeing.SHORT].upper())
    hidden = not scope.knows(officer.authority_id)
    return Fact(name, "" if hidden else officer.username, hidden=hidden)


def _identified(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
