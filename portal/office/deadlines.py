"""What time does to clocks: reminds of those that come up, lets run on what stood still, marks late, wakes those above.

In the order of their moments, whenever it is run: a week that was missed gives the same entries as a week of ticks.
What was counted over days that have been announced since is counted anew. Idempotent; a full batch means: call again.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.orm import Session

from portal.domain import clock_changes, clocks
from portal.domain.calendar_errors import NoCalendarError
from portal.domain.clocks import ClockRule, Outcome, Unit
from portal.domain.vocabulary import ClockState
from portal.office import passing, recounting, suspending
from portal.office.house import House
from portal.office.recording import record
from portal.office.suspending import Turn
from portal.policy.editions import ClockEdition
from portal.store.cases import Clock
from portal.store.outbox import Outbox
from portal.store.reports import Report

log = logging.getLogger("portal.deadlines")

BATCH = 500  # clocks of one transaction, for whose length others wait
REMINDED = 2000
SOON = "due_soon"
_COUNTED = frozenset({Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS, Unit.YEARS, Unit.ORDERED})


def tick(session: Session, house: House, *, now: datetime) -> int:
    """Do all of it, each once; returns how many clocks something came of."""
    now = now.replace(microsecond=0)  # a last moment is a whole second, and has to be over
    house.directories.read(session, today=clocks.day_of(now))  # what was adopted since
    try:
        remind(session, house, now=now)
    except NoCalendarError as error:  # nobody is reminded; what is late is late all the same
        log.critical("%s", error)
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
        while done < most and (count := passing.over(session, house, until, now, most - done)):
            done += count
        if done >= most:
            return done
        if turn is not None:
            done += _run_on(session, house, turn, now)
    return done


def _run_on(session: Session, house: House, turn: Turn, now: datetime) -> int:
    """Let one run on; while nobody can count until when, it stands still, and holds up no other."""
    try:
        draft = suspending.run_on(session, house, turn, now=now)
    except NoCalendarError as error:
        log.critical("clock %s does not run on: %s", turn.clock.id, error)
        return 0
    record(session, house.entry_key, draft)
    return 1


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
