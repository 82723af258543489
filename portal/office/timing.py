"""Clocks of a report or case as rows: started in a batch, stopped or superseded, never edited."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.clocks import Due
from portal.domain.vocabulary import ClockState
from portal.office import together
from portal.office.batch import Batch
from portal.office.case_rows import clocks_of
from portal.office.house import House
from portal.office.recording import Draft
from portal.store.cases import Clock

LIVE = (ClockState.RUNNING, ClockState.LATE, ClockState.SUSPENDED)
# What a case waits for an office to do; not what others take their time for.
OFFICE = frozenset({"C02", "C04", "C05", "C06", "C07", "C10", "C11", "C13", "C15", "C16", "C18", "C19", "C25", "C27"})
ANSWERED = frozenset({"C11", "C13"})  # what all wait for whose reports are handled together
# Nothing that a reporter waits for.
AMONG_OFFICES = frozenset({"C03", "C04", "C15", "C16", "C17", "C18", "C24", "C25"})
TOLD = frozenset({"C11", "C12"})  # until when a reporter is told of a conclusion, and may object to it


def start(
    house: House,
    batch: Batch,
    draft: Draft,
    rule: str,
    *,
    now: datetime,
    started_at: datetime,
    report_id: UUID | None = None,
    case_id: UUID | None = None,
    ordered: date | None = None,
    until: date | None = None,
) -> Due:
    """Start a clock by its rule in the edition in force; `started_at` is what is kept (reporters: the hour).

    `ordered` is the day that an order names, where the rule leaves it to one; `until` the last day that somebody gave
    in its stead.
    """
    edition = house.policies.clocks
    counted = clocks.due(edition.rules[rule], now, house.policies.holidays, ordered=ordered)
    if until is not None:
        counted = replace(counted, due_at=clocks.last_moment_of(until))
    target = clocks.target(edition.rules[rule], now, house.policies.holidays)
    batch.add(
        draft,
        Clock,
        report_id=report_id,
        case_id=case_id,
        rule=rule,
        edition=edition.heading.edition,
        started_at=started_at,
        due_at=counted.due_at,
        target_at=target.due_at if target else None,
        provisional=counted.provisional,
        state=ClockState.RUNNING,
        stopped_at=None,
        superseded_by=None,
    )
    return counted


def end(session: Session, draft: Draft, rules: Iterable[str], *, report_id: UUID, case_id: UUID, now: datetime) -> None:
    """Stop what runs, is late or stands still of these rules, be it the report's or the case's.

    Having been late stays in the ledger.
    """
    mine = (Clock.report_id == report_id) | (Clock.case_id == case_id)
    for clock in session.scalars(select(Clock).where(mine, Clock.rule.in_(set(rules)), Clock.state.in_(LIVE))):
        clock.state, clock.stopped_at = ClockState.STOPPED, now
        draft.names(clock)


def end_all(session: Session, draft: Draft, rules: Iterable[str], *, case_id: UUID, now: datetime) -> None:
    """The same of a case and every report that is handled with it."""
    for one in together.of(session, case_id):
        end(session, draft, rules, report_id=one.id, case_id=case_id, now=now)


def dues(session: Session, *, report_id: UUID, case_id: UUID) -> Mapping[str, datetime]:
    """The last moment of each clock of a report and its case that is open: rule → instant."""
    return dues_of(clocks_of(session, report_id=report_id, case_id=case_id))


def dues_of(rows: Iterable[Clock]) -> Mapping[str, datetime]:
    """The same where the rows are at hand."""
    return {row.rule: row.due_at for row in rows if row.state in LIVE}
