"""The auditor's pages about single things: a list of entries, one entry, the life of a case, an officer's day."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from crypto import note
from crypto.errors import NoteError
from portal.domain.audit import Effect
from portal.domain.clocks import SHANGHAI
from portal.domain.errors import PolicyError, StrangerError
from portal.office import overseeing, overseeing_lines, overseeing_queries, vouching
from portal.office.acting import Act
from portal.office.overseeing import Scope
from portal.office.overseeing_queries import Wanted
from portal.office.overseeing_sheets import (
    Choices,
    DaySheet,
    EntrySheet,
    LedgerSheet,
    LifeSheet,
    Line,
    Reading,
    RowSheet,
)
from portal.office.recording import object_digest
from portal.store.base import Base, Recorded, table_of
from portal.store.ledger import Checkpoint, Entry, Leaf
from portal.store.officers import Officer

MOST = 300  # entries on a page about one thing
MOST_ROWS = 60


def listed(
    act: Act, scope: Scope, wanted: Wanted, language: str, *, after: UUID | None = None, before: UUID | None = None
) -> LedgerSheet:
    """One page of entries."""
    found = overseeing_queries.page(act.session, scope, wanted, after=after, before=before)
    return LedgerSheet(
        lines=overseeing_lines.read(act, scope, found.indices, language),
        count=overseeing_queries.count(act.session, scope, wanted),
        before=found.before,
        after=found.after,
        choices=choices(act, scope, language),
    )


def choices(act: Act, scope: Scope, language: str) -> Choices:
    """What lists can be narrowed to: the officers and offices of the auditor, the reasons there are."""
    officers = act.session.execute(
        select(Officer.id, Officer.username).where(Officer.authority_id.in_(scope.trails)).order_by(Officer.username)
    )
    directory, reasons = act.directory(), act.house.policies.reasons
    offices = sorted((directory.codes[one], one) for one in scope.trails)
    return Choices(
        officers=tuple((officer_id, name) for officer_id, name in officers),
        offices=tuple((one, directory.name(one, language)) for _, one in offices) if len(offices) > 1 else (),
        reasons=(*reasons.disclosure.values(), *reasons.decline.values(), *reasons.extension.values()),
    )


def entry(act: Act, scope: Scope, entry_id: UUID, language: str) -> EntrySheet:
    """One entry whole. Raises StrangerError for one that the auditor may not know."""
    row = act.session.scalars(select(Entry).where(Entry.id == entry_id)).one_or_none()
    if row is None or overseeing_queries.place_of(act.session, scope, entry_id) is None:
        raise StrangerError("no such entry")
    if row.actor_id in scope.hidden or (row.authority_id is None and row.event not in overseeing.INSTALLATION):
        raise StrangerError("no such entry")
    (line,) = overseeing_lines.lines(act, scope, [row], language)
    leaf = act.session.get(Leaf, row.index)
    said = overseeing_lines.opening(act, scope, row, leaf)
    named = said["rows"] if isinstance(said, dict) else []
    rows = [_row(act, row, *one) for one in named[:MOST_ROWS]] if _in_view(act, scope, line, row) else []
    signed = act.session.scalars(
        select(Checkpoint).where(Checkpoint.size > row.index).order_by(Checkpoint.size).limit(1)
    ).first()
    return EntrySheet(
        line=line,
        index=row.index,
        leaf=leaf.hash.hex() if leaf else "",
        mac=isinstance(said, dict),
        rows=tuple(rows),
        rows_left=len(named) - len(rows),
        signed_size=signed.size if signed else None,
        signed_root=signed.root.hex() if signed else "",
        signature=signed is not None and is_signed(act, signed),
    )


def _in_view(act: Act, scope: Scope, line: Line, entry_: Entry) -> bool:
    """Whether rows may be told: what they are now says what whoever has the case does, and their ids which it is."""
    if line.about is None or line.about.table not in overseeing_lines.OF_CASES or entry_.object_id is None:
        return True
    case = overseeing_lines.cases_of(act.session, [entry_.object_id]).get(entry_.object_id)
    return case is not None and scope.knows(case.authority_id)


def is_signed(act: Act, checkpoint: Checkpoint) -> bool:
    """Whether a key of ours signed just this checkpoint."""
    for key in act.house.log_keys:
        with suppress(NoteError):
            said = note.verify(checkpoint.note, act.house.origin, key)
            return (said.size, said.root) == (checkpoint.size, checkpoint.root)
    return False


def _row(act: Act, entry_: Entry, table: str, row_id: str, digest: str) -> RowSheet:
    """A row that an entry names, beside what the store holds now."""
    models = {table_of(mapper.class_).name: mapper.class_ for mapper in Base.registry.mappers}
    row = act.session.get(models[table], UUID(row_id)) if table in models else None
    if not digest:
        standing = "erased"
    elif row is None:
        standing = "gone"
    elif isinstance(row, Recorded) and row.entry_id != entry_.id:
        standing = "later" if vouching.is_recorded(act.session, act.house.entry_keys, row) else "differs"
    else:
        standing = "same" if object_digest(row)[2] == digest else "differs"
    return RowSheet(table, row_id.replace("-", "")[: overseeing.SHORT].upper(), digest[:16], standing)


def life(act: Act, scope: Scope, case_id: UUID, language: str) -> LifeSheet:
    """The life of a case, oldest first, and who looked at it how often. Raises StrangerError."""
    case = overseeing.require_case(act.session, scope, case_id)
    wanted = Wanted(case_id=case_id, own=True)
    found = overseeing_queries.newest(act.session, scope, wanted, MOST + 1)
    lines = overseeing_lines.read(act, scope, [index for _, index in reversed(found[:MOST])], language)
    known = scope.knows(case.authority_id)
    return LifeSheet(
        case_id=case_id,
        label=overseeing.case_label(scope, case),
        office=act.directory().name(case.authority_id, language) if known else "",
        lines=lines,
        cut=len(found) > MOST,
        readings=_readings(lines),
    )


def _readings(lines: Sequence[Line]) -> tuple[Reading, ...]:
    """Who looked, the most often first."""
    found: dict[UUID, Reading] = {}
    for line in lines:
        who = line.who
        if who is None or who.officer_id is None or line.effect is None:
            continue
        looks = line.effect is Effect.REVEALS
        reading = found.get(who.officer_id) or Reading(who.officer_id, who.name, (), 0, line.at, line.at, 0)
        found[who.officer_id] = replace(
            reading,
            duties=reading.duties if who.duty is None or who.duty in reading.duties else (*reading.duties, who.duty),
            times=reading.times + looks,
            steps=reading.steps + (not looks),
            last=line.at,
        )
    return tuple(sorted(found.values(), key=lambda one: (-one.times, one.name)))


def day(act: Act, scope: Scope, officer_id: UUID, wanted_day: date | None, language: str) -> DaySheet:
    """One day of an officer, oldest first; the last day on which they did something, where none is given."""
    officer = overseeing.require_officer(act.session, scope, officer_id)
    today = act.now.astimezone(SHANGHAI).date()
    chosen = wanted_day or _last_day(act, scope, officer_id) or today
    wanted = Wanted(officer_id=officer_id, since=chosen, until=chosen, own=True)
    found = overseeing_queries.newest(act.session, scope, wanted, MOST + 1)
    lines = overseeing_lines.read(act, scope, [index for _, index in reversed(found[:MOST])], language)
    hours, known = act.house.policies.hours(), scope.knows(officer.authority_id)
    return DaySheet(
        officer_id=officer_id,
        name=officer.username,
        office=act.directory().name(officer.authority_id, language) if known else "",
        day=chosen,
        today=today,
        lines=lines,
        cut=len(found) > MOST,
        opens=hours.opens.hour + hours.opens.minute / 60,
        closes=hours.closes.hour + hours.closes.minute / 60,
        rest=_rests(act, chosen),
    )


def _rests(act: Act, chosen: date) -> bool:
    try:
        return act.house.policies.holidays.kind(chosen).rest
    except PolicyError:
        return False  # no table for that year: nothing is said of it


def _last_day(act: Act, scope: Scope, officer_id: UUID) -> date | None:
    found = overseeing_queries.newest(act.session, scope, Wanted(officer_id=officer_id), 1)
    return found[0][0].astimezone(SHANGHAI).date() if found else None
