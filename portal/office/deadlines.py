"""What time does to clocks: reminds of those that come up, lets run on what stood still, marks late, wakes those above.

In the order of their moments, whenever it is run: a week that was missed gives the same entries as a week of ticks.
What was counted over days that have been announced since is counted anew. Idempotent; a full batch means: call again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.orm import Session

from portal.domain import clock_changes, clocks
from portal.domain.audit import SYSTEM, written
from portal.domain.clocks import ClockRule, Outcome, Unit
from portal.domain.vocabulary import ClockState
from portal.office import clock_rows, escalating, recounting, suspending
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.policy.editions import ClockEdition
from portal.store.cases import Case, Clock
from portal.store.outbox import Outbox
from portal.store.reports import KeyGrant, Report
from portal.store.session import locked

BATCH = 500  # clocks of one transaction, for whose length others wait
REMINDED = 2000
LATE, ENDED, ESCALATED, SOON = "late", "clock_ended", "escalated", "due_soon"
_COUNTED = frozenset({Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS, Unit.ORDERED})


def tick(session: Session, house: House, *, now: datetime) -> int:
    """Do all of it, each once; returns how many clocks something came of."""
    now = now.replace(microsecond=0)  # a last moment is a whole second, and has to be over
    house.directories.read(session, today=clocks.day_of(now))  # what was adopted since
    remind(session, house, now=now)
    return go_on(session, house, now=now)


def go_on(session: Session, house: House, *, now: datetime) -> int:
    """The next batch of the same: by the rules of when it began, for each batch that wakes a desk outdates them."""
    now = now.replace(microsecond=0)
    done = recounting.recount(session, house, now=now, most=BATCH)
    return done + pass_time(session, house, now=now, most=BATCH - done)


def pass_time(session: Session, house: House, *, now: datetime, most: int) -> int:
    """Clocks whose moment has come, in the order of their moments; so many at most."""
    done = 0
    turns = sorted(suspending.turns(session, house, now=now), key=lambda turn: (turn.at, turn.clock.id))
    for turn in (*turns, None):
        until = turn.at if turn else now
        while done < most and (count := _over(session, house, until, now, most - done)):
            done += count
        if done >= most:
            return done
        if turn is not None:
            record(session, house.entry_key, suspending.run_on(session, house, turn, now=now))
            done += 1
    return done


def _over(session: Session, house: House, until: datetime, now: datetime, most: int) -> int:
    """Clocks whose last moment lies before another; returns how many."""
    wanted = select(Clock).where(Clock.state == ClockState.RUNNING, Clock.due_at < until)
    rows = session.scalars(locked(session, wanted.order_by(Clock.due_at, Clock.id).limit(most), skip=True)).all()
    if not rows:
        return 0
    owners = clock_rows.owners(session, rows)
    passing = Passing(house, now, escalating.asleep(session, [report for report, _ in owners.values()]))
    for row in rows:
        passing.take(row, *owners[row.id])
    _settle(session, house, passing.ended)
    escalating.tell(session, *passing.woken)
    session.add_all(
        Outbox(kind=kind, desk_id=desk, created_at=now, sent_at=None) for kind, desk in sorted(passing.told)
    )
    record(session, house.entry_key, *passing.drafts)
    return len(rows)


@dataclass(slots=True)
class Passing:
    """What comes of clocks whose last moments are over, in their order; nothing is asked of the database here."""

    house: House
    now: datetime
    asleep: Mapping[UUID, Sequence[KeyGrant]]  # by report
    drafts: list[Draft] = field(default_factory=list)
    told: set[tuple[str, UUID]] = field(default_factory=set)  # which desks, of what
    ended: list[tuple[Draft, Report, Case]] = field(default_factory=list)
    woken: list[Case] = field(default_factory=list)

    def take(self, row: Clock, report: Report, case: Case) -> None:
        """As its rule says."""
        then = self.house.policies.rule_of(row.rule, row.edition).then
        facts = {"rule": row.rule, "due": written(row.due_at)}
        draft = clock_rows.by_time(ENDED if then is Outcome.ENDS else LATE, row, case, self.now, facts)
        self.drafts.append(draft)
        draft.names(row)
        if then is Outcome.ENDS:
            row.state, row.stopped_at = ClockState.STOPPED, row.due_at
            self.ended.append((draft, report, case))
            return
        row.state = ClockState.LATE
        self.told.add((LATE, report.lead_desk_id))
        if then is Outcome.ABOVE:
            self._raise(row.rule, report, case)

    def _raise(self, rule: str, report: Report, case: Case) -> None:
        """The desk above reads it from now on, where it stood by."""
        draft = Draft(ESCALATED, self.now, SYSTEM, ("reports", report.id), authority_id=case.authority_id)
        grants = escalating.rouse(draft, report, case, self.asleep.get(report.id, ()))
        if grants and report.above_desk_id is not None:
            draft.facts = {"rule": rule, "grants": grants}
            self.drafts.append(draft)
            self.told.add((ESCALATED, report.above_desk_id))
            self.woken.append(case)


def _settle(session: Session, house: House, ended: Sequence[tuple[Draft, Report, Case]]) -> None:
    """Those whose right ended are looked at by what is left."""
    for draft, report, case in ended:
        clock_rows.settle(session, house, draft, report, case)


def remind(session: Session, house: House, *, now: datetime) -> int:
    """Tell the desks of clocks that come up, without a word of which; returns how many clocks there were.

    What is beyond REMINDED is told with the next tick: nobody waits for a hundred thousand.
    """
    edition = house.policies.clocks
    days = clock_changes.reminder_days(clocks.day_of(now), edition.remind, house.policies.holidays)
    near = [
        and_(
            Clock.due_at.between(clocks.first_moment_of(last), clocks.last_moment_of(last)),
            or_(Clock.reminded_at.is_(None), Clock.reminded_at < clocks.first_moment_of(since)),
        )
        for last, since in days.items()
    ]
    unaimed = and_(Clock.target_at < now, Clock.target_at.is_not(None), Clock.reminded_at.is_(None))
    running = select(Clock.id, Clock.report_id, Clock.case_id).where(
        Clock.state == ClockState.RUNNING, Clock.rule.in_(_reminded(edition))
    )
    found = {
        row.id: row
        for one in (or_(*near), unaimed)
        for row in session.execute(running.where(one, Clock.due_at >= now).limit(REMINDED))
    }
    rows, desks = list(found.values()), set[UUID]()
    for first in range(0, len(rows), BATCH):
        desks |= _tell(session, rows[first : first + BATCH], now)
    session.add_all(Outbox(kind=SOON, desk_id=desk, created_at=now, sent_at=None) for desk in sorted(desks))
    return len(rows)


def _tell(session: Session, rows: Sequence[Row[UUID, UUID | None, UUID | None]], now: datetime) -> set[UUID]:
    """Note that one was reminded of these; returns whom: intake of what was not taken up, the lead of what was."""
    session.execute(update(Clock).where(Clock.id.in_([row.id for row in rows])).values(reminded_at=now))
    reports, cases = {row.report_id for row in rows} - {None}, {row.case_id for row in rows} - {None}
    intake = session.scalars(select(Report.intake_desk_id).where(Report.id.in_(reports)).distinct()) if reports else ()
    lead = session.scalars(select(Report.lead_desk_id).where(Report.case_id.in_(cases)).distinct()) if cases else ()
    return {*intake, *lead}


def _reminded(edition: ClockEdition) -> list[str]:
    """The time limits that one is reminded of: the office's own, and longer than the reminder comes before."""
    return [code for code, rule in edition.rules.items() if _comes_up(rule, edition.remind)]


def _comes_up(rule: ClockRule, ahead: int) -> bool:
    long = rule.length is None or rule.length > ahead
    return rule.unit in _COUNTED and rule.then is not Outcome.ENDS and long
