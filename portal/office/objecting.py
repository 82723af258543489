"""Objecting (异议): a reporter who was told a conclusion, or was turned away, asks the level above to look again.

The time for it runs from the moment the letter was opened (送达). An objection wakes the desk above, whose time limit
for the review runs from the hour it was made. Where there is nobody above, others of the same office review it. Whose
report was merged objects to the conclusion of the case that it is handled with.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks, lifecycle
from portal.domain.audit import REPORTER, hour_of, written
from portal.domain.errors import ObjectionError
from portal.domain.paper_vocabulary import ObjectionState
from portal.domain.vocabulary import ClockState, LetterKind, Sender
from portal.office import clock_rows, decisions, escalating, hearing, indexing, letters, timing, together, writing
from portal.office.batch import Batch
from portal.office.clock_sheets import ClockSheet
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.recording import Draft, record
from portal.office.sheets import ObjectionSheet
from portal.office.writing import Prepared
from portal.store.cases import Case, Clock, Decision
from portal.store.objections import Objection
from portal.store.outbox import Outbox
from portal.store.reports import Letter, Report

OBJECTED = "objected"
TIME_RULE, REVIEW_RULE = "C12", "C13"


def begin(
    session: Session, house: House, draft: Draft, report: Report, served: Sequence[Letter], now: datetime
) -> None:
    """Of letters that are opened for the first time: one that can be objected to starts the time for it."""
    if not any(one.kind is LetterKind.FEEDBACK or _reviewable(session, house, one.id) for one in served):
        return
    batch = Batch()
    due = timing.start(house, batch, draft, TIME_RULE, now=now, started_at=hour_of(now), report_id=report.id)
    batch.insert(session)
    draft.facts = {**draft.facts, "clocks": {TIME_RULE: written(due.due_at)}}


def sheet(
    session: Session, house: House, report_id: UUID, rows: Iterable[Clock], *, now: datetime
) -> ObjectionSheet | None:
    """What there is to object to, or was, by the clocks of a report; None where nothing was served yet that can be."""
    clock = _newest(session, report_id, rows)
    if clock is None:
        return None
    made = _made(session, report_id, clock)
    return ObjectionSheet(
        until=_day(clock.due_at),
        over=clock.due_at < now,
        basis=house.policies.clocks.rules[TIME_RULE].basis,
        made_at=made.made_at if made else None,
        state=made.state if made else None,
    )


def over(clock: ClockSheet) -> bool:
    """Whether it is the reporter's own time to object, used or passed: no time limit of anybody any more."""
    return clock.rule == TIME_RULE and (clock.state is ClockState.STOPPED or clock.days_left < 0)


def prepare(session: Session, house: House, reporter: ReporterKey, text: str, *, now: datetime) -> Prepared:
    """Seal an objection. Raises ObjectionError with the last day it could be made, IllegalTransitionError."""
    report = session.get_one(Report, reporter.report_id)
    lifecycle.require_standing(report.state)
    _require_time(session, report.id, now)
    draft = Draft(
        OBJECTED, hour_of(now), REPORTER, ("reports", report.id), authority_id=writing.authority_of(session, report)
    )
    prepared = writing.prepare_letter(
        session,
        house,
        report,
        reporter,
        draft,
        kind=LetterKind.OBJECTION,
        sender=Sender.REPORTER,
        sent_at=hour_of(now),
        text=letters.Text(text),
    )
    (letter,) = prepared.batch.rows(Letter)
    _, head = together.head(session, session.get_one(Case, report.case_id))
    prepared.batch.add(
        draft,
        Objection,
        report_id=report.id,
        letter_id=letter["id"],
        desk_id=head.above_desk_id or head.lead_desk_id,
        state=ObjectionState.OPEN,
        made_at=hour_of(now),
        decided_at=None,
    )
    due = timing.start(house, prepared.batch, draft, REVIEW_RULE, now=now, started_at=hour_of(now), report_id=report.id)
    draft.facts = {**draft.facts, "clocks": {REVIEW_RULE: written(due.due_at)}}
    return prepared


def object_to(session: Session, house: House, reporter: ReporterKey, prepared: Prepared, *, now: datetime) -> None:
    """Make it: the desk above reads from now on. Raises ObjectionError, IllegalTransitionError, StaleError."""
    report, case = hearing.lock_both(session, reporter.report_id)
    lifecycle.require_standing(report.state)
    clock = _require_time(session, report.id, now)
    writing.require_current(session, prepared.generation)
    (draft,) = prepared.drafts
    prepared.batch.insert(session)
    clock.state, clock.stopped_at = ClockState.STOPPED, hour_of(now)
    main, head = together.head(session, case)
    woken = sum(_wake(session, draft, one, now) for one in {main.id: (main, head), case.id: (case, report)}.values())
    if main.state not in lifecycle.FINAL:
        main.due_at = clock_rows.next_due(session, house, main.id)
    draft.facts = {**draft.facts, "grants": woken}
    draft.names(case, main, clock)
    desk_id = head.above_desk_id or head.lead_desk_id
    session.add(Outbox(kind=OBJECTED, desk_id=desk_id, created_at=hour_of(now), sent_at=None))
    record(session, house.entry_key, draft)


def _wake(session: Session, draft: Draft, handled: tuple[Case, Report], now: datetime) -> int:
    """The desk above reads a report and its case from now on, and there is something new; returns its grants."""
    case, report = handled
    woken = escalating.wake(session, draft, report, case)
    case.raised_desk_id = report.above_desk_id or case.raised_desk_id  # also where nothing stood by any more
    case.news_at = case.news_at or hour_of(now)
    indexing.wait(session, case)
    return woken


def _require_time(session: Session, report_id: UUID, now: datetime) -> Clock:
    """The clock that still runs. Raises ObjectionError: nothing was served, it is too late, or it was made already."""
    clock = _clock(session, report_id)
    if clock is None:
        raise ObjectionError("nothing")
    if _made(session, report_id, clock) is not None:
        raise ObjectionError("again", _day(clock.due_at))
    if clock.due_at < now.replace(microsecond=0):
        raise ObjectionError("late", _day(clock.due_at))
    return clock


def _made(session: Session, report_id: UUID, clock: Clock) -> Objection | None:
    """The objection that was made in this time, if one was."""
    mine = Objection.report_id == report_id, Objection.made_at >= clock.started_at
    return session.scalars(select(Objection).where(*mine).order_by(Objection.made_at.desc()).limit(1)).first()


def _clock(session: Session, report_id: UUID) -> Clock | None:
    """The newest time for an objection; none where it was ended unused, for what it was about counts no more."""
    return _newest(session, report_id, session.scalars(select(Clock).where(Clock.report_id == report_id)))


def _newest(session: Session, report_id: UUID, rows: Iterable[Clock]) -> Clock | None:
    mine = [one for one in rows if one.report_id == report_id and one.rule == TIME_RULE]
    counted = [one for one in mine if one.state is not ClockState.SUPERSEDED]
    found = min(counted, key=lambda one: (-one.started_at.timestamp(), one.id), default=None)
    ended = found is not None and found.stopped_at is not None and found.stopped_at < found.due_at
    return None if found is None or (ended and _made(session, report_id, found) is None) else found


def _reviewable(session: Session, house: House, letter_id: UUID) -> bool:
    """Whether a letter turns a report away for a reason that may be reviewed."""
    row = session.scalars(
        select(Decision).where(Decision.letter_id == letter_id, Decision.event == decisions.DECLINED)
    ).first()
    if row is None or row.reason is None:
        return False
    return house.policies.reasons_of(row.edition or "").decline[row.reason].review


def _day(moment: datetime) -> date:
    return moment.astimezone(clocks.SHANGHAI).date()
