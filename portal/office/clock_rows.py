"""Rows of clocks as the rules look at them; how one takes another's place; by when a case has to be looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.domain import clock_changes
from portal.domain.alarms import URGENT
from portal.domain.audit import SYSTEM, written
from portal.domain.case_vocabulary import Lane
from portal.domain.clock_changes import Standing
from portal.domain.clocks import Due
from portal.domain.errors import LedgerError, StrangerError
from portal.domain.vocabulary import ClockState
from portal.office import timing, together, vouching
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.recording import Draft
from portal.policy.reason_lists import ExtensionReason
from portal.store.cases import Case, Clock, Decision
from portal.store.ledger import Entry
from portal.store.reports import Report
from portal.store.session import parts

LATE, SUSPENDED = "late", "suspended"


@dataclass(frozen=True, slots=True)
class Still:
    """Why a clock stands still, and until when at most."""

    reason: ExtensionReason
    until: datetime


def standing(house: House, row: Clock) -> Standing:
    """A row as the rules look at it, by the edition that it was started under."""
    rule = house.policies.rule_of(row.rule, row.edition)
    return Standing(rule, row.started_at, row.due_at, row.state, row.extended or 0, row.stood or 0)


def going(session: Session, house: House, admitted: Admitted, clock_id: UUID) -> Clock:
    """A clock of a case that has not ended, as it was recorded. Raises StrangerError, LedgerError."""
    row = session.get(Clock, clock_id)
    owners = {admitted.case.id, admitted.report.id}
    if row is None or not owners & {row.case_id, row.report_id} or row.state not in timing.LIVE:
        raise StrangerError("no such time limit")
    vouching.require_recorded(session, house.entry_keys, row)
    return row


def supersede(
    session: Session,
    draft: Draft,
    row: Clock,
    counted: Due,
    *,
    extended: int | None = None,
    stood: int | None = None,
    state: ClockState = ClockState.RUNNING,
) -> Clock:
    """Let a new row take the place of one: counted from the same start, and otherwise as it was where nothing is said.

    The old one is written first, for of one start only one stands.
    """
    made = Clock(
        id=uuid4(),
        report_id=row.report_id,
        case_id=row.case_id,
        rule=row.rule,
        edition=row.edition,
        started_at=row.started_at,
        due_at=counted.due_at,
        target_at=row.target_at,
        provisional=counted.provisional,
        state=state,
        extended=(row.extended if extended is None else extended) or None,
        stood=(row.stood if stood is None else stood) or None,
        reminded_at=row.reminded_at,
    )
    row.state, row.superseded_by = ClockState.SUPERSEDED, made.id
    draft.names(row, made)
    session.flush()
    session.add(made)
    return made


def run_on(session: Session, house: House, draft: Draft, row: Clock, *, now: datetime) -> Clock:
    """Let a clock that was ended run on, from where it began: what ended it was undone.

    What it stood still for until it ended counts; days that were a guess are counted by the calendar of now. What the
    ledger says was late is late, as it was: nobody is told of it twice.
    """
    late = was_late(session, house, row)
    was, stood = standing(house, row), row.stood or 0
    if row.suspended_at is not None and row.stopped_at is not None:
        stood += clock_changes.stood(was.rule, row.suspended_at, row.stopped_at, house.policies.holidays)
        was = replace(was, stood=min(stood, longest(house, row)))
    counted = was.count(house.policies.holidays)
    if late or (was.stood == (row.stood or 0) and not row.provisional):
        counted = replace(counted, due_at=row.due_at, provisional=row.provisional)
    elif row.provisional:
        counted = clock_changes.recount(was, house.policies.holidays, now=now)
    row.stopped_at = None
    state = ClockState.LATE if late else ClockState.RUNNING
    return supersede(session, draft, row, counted, stood=was.stood, state=state)


def was_late(session: Session, house: House, row: Clock) -> bool:
    """Whether the ledger says that this time limit passed: its rule and its last moment, of what it is about."""
    about = Entry.event == LATE, Entry.object_id == (row.report_id or row.case_id)
    said = [
        vouching.opening_of(session, house.entry_keys, one)["facts"]
        for one in session.scalars(select(Entry).where(*about))
    ]
    return {"rule": row.rule, "due": written(row.due_at)} in said


def still(session: Session, house: House, row: Clock) -> Still:
    """Why a clock stands still. Raises LedgerError where no decision says so."""
    try:
        return stills(session, house, (row,))[row.id]
    except KeyError:
        raise LedgerError(f"clock {row.id} stands still, and no decision says why") from None


def stills(session: Session, house: House, rows: Collection[Clock]) -> Mapping[UUID, Still]:
    """The same of several, by the clock; those of which no decision says why are left out."""
    made: dict[UUID, Decision] = {}
    for part in parts([row.entry_id for row in rows]):
        wanted = select(Decision).where(Decision.entry_id.in_(part), Decision.event == SUSPENDED)
        made |= {one.entry_id: one for one in session.scalars(wanted)}
    return {
        row.id: _still(house, row, made[row.entry_id], row.suspended_at)
        for row in rows
        if row.entry_id in made and row.suspended_at is not None
    }


def _still(house: House, row: Clock, made: Decision, since: datetime) -> Still:
    reason = house.policies.reasons_of(made.edition or "").extension[made.reason or ""]
    return Still(reason, clock_changes.still_until(since, most(house, row, reason)))


def most(house: House, row: Clock, reason: ExtensionReason) -> int:
    """For how many days at most a clock stands still for a reason, after all that it stood still before."""
    left = longest(house, row) - (row.stood or 0)
    return min(reason.max_days or left, left)


def longest(house: House, row: Clock) -> int:
    """For how many days a clock stands still altogether."""
    return house.policies.every_clocks[row.edition].stands


def next_due(session: Session, house: House, case_id: UUID, *, also: Due | None = None) -> datetime | None:
    """The last moment of what an office has to do next, with what starts now; what stands still runs on by then.

    Where nothing waits for it, that of the reporter's answer, or of what they were told last: after it a case is to be
    closed, and must not be lost from the worklists until it is.
    """
    session.flush()
    reports = together.of(session, case_id)
    mine = or_(Clock.case_id == case_id, Clock.report_id.in_([one.id for one in reports if one.case_id == case_id]))
    others = Clock.report_id.in_([one.id for one in reports]) & Clock.rule.in_(timing.ANSWERED)
    wanted = select(Clock).where(mine & Clock.rule.in_(timing.OFFICE) | others, Clock.state.in_(timing.LIVE))
    nexts = [_next(session, house, row) for row in session.scalars(wanted)] + ([also.due_at] if also else [])
    if nexts:
        return min(nexts)
    return session.execute(select(func.max(Clock.due_at)).where(mine, Clock.rule.in_(timing.TOLD))).scalar_one()


def _next(session: Session, house: House, row: Clock) -> datetime:
    return still(session, house, row).until if row.state is ClockState.SUSPENDED else row.due_at


def settle(session: Session, house: House, draft: Draft, case: Case) -> None:
    """The case is looked at by what is due next, for as long as it is worked on."""
    if case.closed_at is not None:
        return
    due_at = next_due(session, house, case.id) or case.due_at
    if due_at != case.due_at:
        case.due_at = due_at
        draft.names(case)


def take_up_again(session: Session, house: House, case: Case, report_id: UUID) -> None:
    """A case that is worked on again stands by what is due first, and among the urgent ones where it is."""
    dues = timing.dues(session, report_id=report_id, case_id=case.id)
    case.lane = Lane.URGENT if URGENT & dues.keys() else None
    case.due_at = next_due(session, house, case.id) or min(dues.values(), default=None)


def own_report(session: Session, row: Clock) -> Report:
    """The report that a clock is about."""
    if row.report_id is not None:
        return session.get_one(Report, row.report_id)
    return session.scalars(select(Report).where(Report.case_id == row.case_id).limit(1)).one()


def owners(session: Session, rows: Sequence[Clock]) -> Mapping[UUID, tuple[Report, Case]]:
    """The report and the case of each clock, by the clock."""
    found = session.execute(
        select(Report, Case)
        .join(Case, Case.id == Report.case_id)
        .where(
            or_(
                Report.id.in_({row.report_id for row in rows if row.report_id}),
                Report.case_id.in_({row.case_id for row in rows if row.case_id}),
            )
        )
    ).all()
    each: dict[UUID | None, tuple[Report, Case]] = {
        one.id: (report, case) for report, case in found for one in (report, case)
    }
    return {row.id: each[row.report_id or row.case_id] for row in rows}


def by_time(event: str, row: Clock, case: Case, now: datetime, facts: Mapping[str, object]) -> Draft:
    """An entry about a clock that time itself makes."""
    subject = ("reports", row.report_id) if row.report_id else ("cases", case.id)
    return Draft(event, now, SYSTEM, subject, facts, authority_id=case.authority_id)
