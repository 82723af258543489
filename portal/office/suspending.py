"""A time limit stands still (中止计时) while others decide, and runs on (恢复计时): by the lead, or by itself.

By itself it runs on when the reporter has answered, where it waited for that, and when the days are over that its
reason allows. Until then nothing of it is late; what stood still is added at the end, and the reporter sees both.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.domain import clock_changes, lifecycle
from portal.domain.access import Actor
from portal.domain.audit import SYSTEM, written
from portal.domain.clock_changes import Flaw
from portal.domain.errors import TimeLimitError
from portal.domain.vocabulary import Action, ClockState, Sender
from portal.office import clock_rows, decisions, extending, gate, history, letters, together
from portal.office.batch import Batch
from portal.office.clock_rows import SUSPENDED
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.policy.reason_lists import ExtensionEffect
from portal.store.cases import Case, Clock
from portal.store.ledger import Entry
from portal.store.reports import Letter, Report
from portal.store.session import locked, parts

log = logging.getLogger("portal.suspending")

CONTINUED = "continued"
FOR_REPORTER = "WAIT_REPORTER"  # the reason that ends with an answer


@dataclass(frozen=True, slots=True)
class Pause:
    """What is decided: which clock stands still, why."""

    clock_id: UUID
    reason: str
    seen: int


def suspend(session: Session, house: House, actor: Actor, case_id: UUID, pause: Pause, *, now: datetime) -> None:
    """Let a clock stand still. Raises StaleError, IllegalTransitionError, ReasonError, TimeLimitError.

    The reporter is waited for only where a letter waits for them: who has answered keeps nobody waiting.
    """
    admitted = gate.admit(session, house, actor, Action.SUSPEND, case_id)
    history.require_seen(session, admitted.report.id, case_id, pause.seen)
    lifecycle.advance(admitted.case.state, Action.SUSPEND)
    row = clock_rows.going(session, house, admitted, pause.clock_id)
    edition = house.policies.reasons
    reason = extending.ground(edition, ExtensionEffect.SUSPEND, pause.reason, row.rule)
    clock_changes.require_suspension(clock_rows.standing(house, row), reason, clock_rows.longest(house, row), now=now)
    if reason.code == FOR_REPORTER and not _is_asked(session, case_id):
        raise TimeLimitError(Flaw.UNASKED, row.rule, reason.basis)
    until = clock_changes.still_until(now, clock_rows.most(house, row, reason))
    named = edition.heading.edition
    draft = admitted.draft(SUSPENDED, now, rule=row.rule, until=written(until), edition=named)
    draft.reason = pause.reason
    row.state, row.suspended_at = ClockState.SUSPENDED, now
    draft.names(row)
    batch = Batch()
    decisions.add(batch, draft, case_id, made_at=now, letter_id=None, edition=named)
    batch.insert(session)
    clock_rows.settle(session, house, draft, admitted.case)
    record(session, house.entry_key, draft)


def _is_asked(session: Session, case_id: UUID) -> bool:
    """Whether any of those whose reports are handled together has a letter to answer."""
    return any(letters.asked_at(session, one.id) is not None for one in together.standing(session, case_id))


def resume(
    session: Session, house: House, actor: Actor, case_id: UUID, clock_id: UUID, seen: int, *, now: datetime
) -> None:
    """Let a clock run on. Raises StaleError, TimeLimitError for one that does not stand still."""
    admitted = gate.admit(session, house, actor, Action.CONTINUE, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    lifecycle.advance(admitted.case.state, Action.CONTINUE)
    row = clock_rows.going(session, house, admitted, clock_id)
    clock_changes.require_still(clock_rows.standing(house, row))
    until = min(now, clock_rows.still(session, house, row).until)  # before the tick has come
    draft = admitted.draft(CONTINUED, now)
    _run_on(session, house, draft, row, until)
    clock_rows.settle(session, house, draft, admitted.case)
    record(session, house.entry_key, draft)


def _run_on(session: Session, house: House, draft: Draft, row: Clock, until: datetime) -> None:
    clock, calendar = clock_rows.standing(house, row), house.policies.holidays
    still = clock_changes.stood(clock.rule, row.suspended_at or until, until, calendar)
    counted = clock.count(calendar, stood=clock.stood + still)
    draft.facts = {**draft.facts, "rule": row.rule, "stood": still, "due": written(counted.due_at)}
    clock_rows.supersede(session, draft, row, counted, stood=clock.stood + still)


@dataclass(frozen=True, slots=True)
class Turn:
    """A clock that runs on by itself, from when on."""

    at: datetime
    clock: Clock


def turns(session: Session, house: House, *, now: datetime) -> Iterator[Turn]:
    """The clocks that run on by themselves by now.

    One that no decision suspended is left alone and logged: it must not stop the time of all others.
    """
    wanted = locked(session, select(Clock).where(Clock.state == ClockState.SUSPENDED), skip=True)
    rows = session.scalars(wanted).all()
    stills = clock_rows.stills(session, house, rows)
    answers = _answers(
        session, [row for row in rows if row.id in stills and stills[row.id].reason.code == FOR_REPORTER]
    )
    for row in rows:
        if row.id not in stills:
            log.critical("clock %s stands still, and no decision says why", row.id)
            continue
        at = min(stills[row.id].until, answers.get(row.id, stills[row.id].until))
        if at < now:
            yield Turn(at, row)


def _answers(session: Session, rows: Collection[Clock]) -> Mapping[UUID, datetime]:
    """When the reporter first wrote after each was suspended: which came first is the ledger's to say."""
    waited, wrote = aliased(Entry), aliased(Entry)
    own = or_(Report.id == Clock.report_id, Report.case_id == Clock.case_id)
    wanted = (
        select(Clock.id, Clock.suspended_at, func.min(Letter.sent_at))
        .join(waited, waited.id == Clock.entry_id)
        .join(Report, own)
        .join(Letter, and_(Letter.report_id == Report.id, Letter.sender == Sender.REPORTER))
        .join(wrote, and_(wrote.id == Letter.entry_id, wrote.index > waited.index))
        .group_by(Clock.id, Clock.suspended_at)
    )
    found: dict[UUID, datetime] = {}
    for part in parts([row.id for row in rows]):
        for clock_id, since, at in session.execute(wanted.where(Clock.id.in_(part))):
            found[clock_id] = at if since is None else max(at, since)
    return found


def run_on(session: Session, house: House, turn: Turn, *, now: datetime) -> Draft:
    """Let it, from the moment on at which it had to, however late that is noticed."""
    row = turn.clock
    report = clock_rows.own_report(session, row)
    case = session.get_one(Case, report.case_id)
    draft = Draft(CONTINUED, now, SYSTEM, ("cases", case.id), authority_id=case.authority_id)
    _run_on(session, house, draft, row, turn.at)
    clock_rows.settle(session, house, draft, case)
    return draft
