"""Clocks that were counted over days not yet announced, counted anew once they are.

Each is superseded by one with its old and its new day in the entry. What an official arrangement was counted by stays,
should another take its place: nobody is judged by a rule that came after (decision 040).
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.domain import clock_changes, clocks
from portal.domain.audit import written
from portal.domain.calendar_errors import NoCalendarError
from portal.domain.clocks import Calendar
from portal.domain.errors import PolicyError
from portal.domain.vocabulary import ClockState
from portal.office import clock_rows
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.policy.editions import HolidayTable, HolidayYear
from portal.store.cases import Case, Clock
from portal.store.session import locked

log = logging.getLogger("portal.recounting")

RECOUNTED = "recounted"
BATCH = 200


def recount(session: Session, house: House, *, now: datetime, most: int) -> int:
    """Count anew what was counted over days that are official by now; returns how many: so many at most.

    What reaches into a year that nobody has installed stays as it is, and holds up nothing else.
    """
    wanted = _guessed(house.policies.holidays, now).order_by(Clock.due_at, Clock.id).limit(most)
    rows = session.scalars(locked(session, wanted, skip=True)).all()
    owners = clock_rows.owners(session, rows)
    drafts = []
    for row in rows:
        try:
            drafts.append(_recount(session, house, row, owners[row.id][1], now))
        except NoCalendarError as error:
            log.critical("clock %s is not counted anew: %s", row.id, error)
    if drafts:
        record(session, house.entry_key, *drafts)
    return len(drafts)


def _guessed(calendar: Calendar, now: datetime) -> Select[Clock]:
    """Clocks that were counted by a guess, and end before the first day that still is one."""
    bound = clocks.first_moment_of(_first_guess(clocks.day_of(now), calendar))
    return select(Clock).where(Clock.provisional, Clock.state == ClockState.RUNNING, Clock.due_at < bound)


def _recount(session: Session, house: House, row: Clock, case: Case, now: datetime) -> Draft:
    clock, calendar = clock_rows.standing(house, row), house.policies.holidays
    counted = clock_changes.recount(clock, calendar, now=now)
    facts = {"rule": row.rule, "was": written(row.due_at), "due": written(counted.due_at)}
    draft = clock_rows.by_time(RECOUNTED, row, case, now, facts)
    made = clock_rows.supersede(session, draft, row, counted)
    aim = clocks.target(clock.rule, row.started_at, calendar)
    made.target_at = aim.due_at if aim and row.target_at else None
    clock_rows.settle(session, house, draft, case)
    return draft


def _first_guess(today: date, calendar: Calendar) -> date:
    """The first day from this year on whose arrangement is not official."""
    year = today.year
    try:
        while not calendar.kind(date(year, 12, 31)).provisional:
            year += 1
    except PolicyError:
        pass  # a year that nobody has installed
    return date(year, 1, 1)


def foretell(session: Session, house: House, new: HolidayYear, *, now: datetime) -> Sequence[tuple[date, date]]:
    """From which last day to which each clock would come that is counted by a guess, if this were official."""
    calendar = HolidayTable({**house.policies.holidays.years, new.year: new})
    rows = session.scalars(_guessed(calendar, now).order_by(Clock.due_at, Clock.id)).all()
    counted = ((row, clock_changes.recount(clock_rows.standing(house, row), calendar, now=now)) for row in rows)
    return [(clocks.day_of(row.due_at), clocks.day_of(due.due_at)) for row, due in counted]
