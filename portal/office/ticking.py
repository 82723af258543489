"""What time does by itself: marks clocks late, escalates, rings on, sweeps what has ended, counts refusals.

Ended are sessions, enrolments whose codes are too old, and disclosures: what could be read is wiped. Idempotent, safe
to run anywhere, twice, or late: everything is decided from the rows and `now`.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.alarms import URGENT
from portal.domain.audit import SYSTEM, written
from portal.domain.vocabulary import ClockState
from portal.office import alarming, challenges, enrolling, escalating, motions, recalling, sessions, signing_in
from portal.office.arrival import TRIAGE_RULE
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.cases import Case, Clock
from portal.store.officers import Officer
from portal.store.outbox import Outbox, RefusalCount, SignInFailure
from portal.store.reports import Report
from portal.store.session import locked

BATCH = 200
RISING = URGENT | {TRIAGE_RULE}


def tick(session: Session, house: House, *, now: datetime) -> int:
    """Do what is due; returns how many clocks turned late. A full batch means: call again."""
    due = (
        select(Clock)
        .where(Clock.state == ClockState.RUNNING, Clock.due_at < now)
        .order_by(Clock.due_at, Clock.id)
        .limit(BATCH)
    )
    late = session.scalars(locked(session, due, skip=True)).all()
    drafts: list[Draft] = []
    for clock in late:
        drafts += _turn_late(session, clock, now)
    drafts += alarming.escalate(session, house, now=now)
    drafts += _refusals(session, now)
    drafts += _failures(session, now)
    drafts += enrolling.lapse(session, now=now)
    drafts += recalling.lapse(session, house, now=now)
    drafts += motions.lapse(session, house, now=now)
    sessions.sweep(session, now=now)
    signing_in.forget(session, now=now)
    challenges.forget(session, now=now)
    if drafts:
        record(session, house.entry_key, *drafts)
    return len(late)


def _turn_late(session: Session, clock: Clock, now: datetime) -> list[Draft]:
    """Mark a clock late; a report nobody took up, and a danger nobody went to, go to the desk above."""
    report = _report(session, clock)
    case = session.get_one(Case, report.case_id)
    draft = Draft(
        "late",
        now,
        SYSTEM,
        ("reports", report.id) if clock.report_id else ("cases", case.id),
        facts={"rule": clock.rule, "due": written(clock.due_at)},
        authority_id=case.authority_id,
    )
    clock.state = ClockState.LATE
    draft.names(clock)
    session.add(Outbox(kind="late", desk_id=report.lead_desk_id, created_at=now, sent_at=None))
    return [draft, *(_escalate(session, report, case, clock.rule, now) if clock.rule in RISING else ())]


def _report(session: Session, clock: Clock) -> Report:
    if clock.report_id is not None:
        return session.get_one(Report, clock.report_id)
    return session.scalars(select(Report).where(Report.case_id == clock.case_id).limit(1)).one()


def _escalate(session: Session, report: Report, case: Case, rule: str, now: datetime) -> list[Draft]:
    """The desk above reads it from now on, where it stood by."""
    facts = {"rule": rule, "grants": 0}
    draft = Draft("escalated", now, SYSTEM, ("reports", report.id), facts, authority_id=case.authority_id)
    facts["grants"] = escalating.wake(session, draft, report, case)
    if not facts["grants"]:
        return []
    session.add(Outbox(kind="escalated", desk_id=report.above_desk_id, created_at=now, sent_at=None))
    return [draft]


def _refusals(session: Session, now: datetime) -> list[Draft]:
    """Enter the refusals without a session, once per hour and kind, when the hour is over."""
    over = now - timedelta(hours=1)
    waiting = select(RefusalCount).where(RefusalCount.hour <= over, RefusalCount.entered.is_(False))
    counts = session.scalars(locked(session, waiting, skip=True)).all()
    drafts = []
    for count in counts:
        count.entered = True
        facts = {"kind": count.kind, "hour": written(count.hour), "count": count.count}
        drafts.append(Draft("refusals_counted", now, SYSTEM, facts=facts))
    return drafts


def _failures(session: Session, now: datetime) -> list[Draft]:
    """Enter failed sign-ins of each account, once an hour, in the audit trail of its office."""
    over = select(SignInFailure).where(SignInFailure.hour <= now - timedelta(hours=1))
    drafts = []
    for row in session.scalars(locked(session, over, skip=True)):
        facts = {"hour": written(row.hour), "count": row.count}
        authority_id = session.get_one(Officer, row.officer_id).authority_id
        subject = ("officers", row.officer_id)
        drafts.append(Draft("sign_ins_failed", now, SYSTEM, subject, facts, authority_id=authority_id))
        session.delete(row)
    return drafts
