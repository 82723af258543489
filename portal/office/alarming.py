"""Alarms that ring: raised by hand, signed off, stood down, passed on to the desk above, counted for a banner."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.domain import alarms as rules
from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.alarms import RULES, SIGN_WITHIN, AlarmKind, DownReason, RaiseReason
from portal.domain.audit import SYSTEM, Party
from portal.domain.case_vocabulary import Lane
from portal.domain.errors import StaleError, StrangerError
from portal.domain.vocabulary import Action, ActorKind, Duty
from portal.office import escalating, founding, gate, indexing, raising, timing
from portal.office.batch import Batch
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.raising import Ring
from portal.office.recording import Draft, record
from portal.store.alarms import Alarm
from portal.store.cases import Case
from portal.store.driving import asked, first
from portal.store.insertion import insert_rows
from portal.store.outbox import Outbox
from portal.store.recusals import matter, matters_of
from portal.store.reports import Report
from portal.store.session import lock, locked

MOST = 100  # that a banner counts
BATCH = 200  # that are passed on at once
# Alarms that an officer may answer: none of what they keep out of.
_MINE = and_(
    or_(
        *(
            column.in_(bindparam("desks", expanding=True))
            for column in (Alarm.desk_id, Case.desk_id, Case.lead_desk_id, Case.raised_desk_id)
        )
    ),
    matter().not_in(matters_of(bindparam("officer"))),
)
_RINGING = Alarm.signed_off_at.is_(None)
_COUNT = select(func.count()).select_from(
    select(Alarm.id).join(Case, Case.id == Alarm.case_id).where(_RINGING, _MINE).limit(MOST).subquery()
)
_LINES = (
    select(Alarm, Case)
    .join(Case, Case.id == Alarm.case_id)
    .where(_RINGING, _MINE)
    .order_by(Alarm.raised_at, Alarm.id)
    .limit(MOST)
)


def raise_by_hand(
    session: Session, house: House, actor: Actor, case_id: UUID, kind: AlarmKind, reason: str, *, now: datetime
) -> None:
    """An officer raises an alarm about a case. Raises ReasonError; StaleError where that one rings already."""
    admitted = gate.admit(session, house, actor, Action.RAISE, case_id)
    case, report = admitted.case, admitted.report
    if kind in {one.kind for one in session.scalars(_of_case(case_id))}:
        raise StaleError("it rings already")
    draft, batch = admitted.draft("alarm_raised", now), Batch()
    draft.reason = rules.require_reason(reason, RaiseReason)
    running = timing.dues(session, report_id=report.id, case_id=case_id)
    ring = Ring(case_id, report.id, case.desk_id, case.lead_desk_id)
    raised = raising.raise_(house, batch, draft, ring, (kind,), () if RULES[kind] in running else (kind,), now=now)
    batch.insert(session)
    insert_rows(session, Outbox, raised.rings)
    if case.closed_at is None:
        case.lane, case.due_at = Lane.URGENT, min((*raised.dues, *running.values()), default=None)
        draft.names(case)
    record(session, house.entry_key, draft)


def _of_case(case_id: UUID) -> Select[Alarm]:
    """The alarms of a case that still ring."""
    return select(Alarm).where(Alarm.case_id == case_id, Alarm.signed_off_at.is_(None)).order_by(Alarm.kind)


def sign_off(session: Session, house: House, actor: Actor, alarm_id: UUID, *, now: datetime) -> UUID:
    """Somebody who was rung takes it on; returns the case. Raises StrangerError, StaleError."""
    alarm, draft = _answer(session, house, actor, alarm_id, None, now)
    record(session, house.entry_key, draft)
    return alarm.case_id


def stand_down(session: Session, house: House, actor: Actor, alarm_id: UUID, reason: str, *, now: datetime) -> UUID:
    """A lead says that there is nothing; no time limit stops by it. Raises NotAllowedError, ReasonError, StaleError."""
    code = rules.require_reason(reason, DownReason)
    alarm, draft = _answer(session, house, actor, alarm_id, code, now)
    record(session, house.entry_key, draft)
    return alarm.case_id


def _answer(
    session: Session, house: House, actor: Actor, alarm_id: UUID, down: str | None, now: datetime
) -> tuple[Alarm, Draft]:
    alarm = session.get(Alarm, alarm_id, with_for_update=lock(session))
    if alarm is None:
        raise StrangerError("no such alarm")
    case = session.get_one(Case, alarm.case_id)
    report = session.scalars(select(Report).where(Report.case_id == case.id).limit(1)).one()
    facts = gate.facts_of(case, report)
    seat = rules.require_answer(actor, facts, alarm.desk_id, down=down is not None)
    gate.require_impartial(session, actor, case.id)
    if alarm.signed_off_at is not None:
        raise StaleError("somebody has signed off")
    house.newest.require(session, alarm)
    party = Party(ActorKind.OFFICER, actor.officer_id, seat.authority_id, seat.duty)
    return alarm, answered(alarm, party, case, now, down=down)


def answered(alarm: Alarm, party: Party, case: Case, now: datetime, *, down: str | None = None) -> Draft:
    """The alarm rings no more, by this officer."""
    event = "alarm_stood_down" if down else "alarm_signed_off"
    draft = Draft(event, now, party, ("cases", case.id), {"kind": str(alarm.kind)}, down, case.authority_id)
    alarm.signed_off_at, alarm.signed_off_by, alarm.down = now, party.officer_id, down
    draft.names(alarm)
    return draft


def follow(session: Session, draft: Draft, case: Case, *, now: datetime) -> None:
    """The case was handed to another office: what rings goes with it, and rings there from the first."""
    ringing = session.scalars(_of_case(case.id)).all()
    for alarm in ringing:
        alarm.desk_id, alarm.level, alarm.rung_at = case.desk_id, 0, now
        draft.names(alarm)
    if ringing:
        insert_rows(session, Outbox, raising.messages(case.desk_id, case.lead_desk_id, now=now))


def escalate(session: Session, house: House, *, now: datetime) -> list[Draft]:
    """Ring the desk above for what nobody has signed off in time, in the order in which it was rung; a batch at most.

    What is beyond the batch is rung with the next tick.
    """
    unheard = select(Alarm).where(Alarm.signed_off_at.is_(None), Alarm.rung_at <= now - SIGN_WITHIN)
    if session.scalars(unheard.limit(1)).first() is None:
        return []
    directory = house.directories.read(session, today=clocks.day_of(now))
    oldest = unheard.where(_higher(directory)).order_by(Alarm.rung_at, Alarm.id).limit(BATCH)
    alarms = session.scalars(locked(session, oldest, skip=True)).all()
    owners = _owners(session, alarms)
    asleep = escalating.grants(session, [report for report, _ in owners.values()])
    drafts, woken = [], []
    for alarm in alarms:
        report, case = owners[alarm.case_id]
        desk = above(directory, alarm, report)
        if desk is not None:
            draft = Draft("alarm_escalated", now, SYSTEM, ("cases", case.id), authority_id=case.authority_id)
            grants = escalating.rouse(draft, report, case, asleep.get(case.id, ()))
            _ring(session, draft, alarm, desk, grants, now)
            drafts.append(draft)
            woken += [case] if grants else []
    if woken:
        indexing.wait(session, *woken)
        founding.touch(session)
    return drafts


def _higher(directory: Directory) -> ColumnElement[bool]:
    """Alarms that can be passed on: whatever has reached the last desk stays there, and takes no place of others."""
    last = [desk for desk, (authority, _) in directory.places.items() if _next(directory, authority) is None]
    chosen = exists().where(Report.case_id == Alarm.case_id, Report.above_desk_id.is_not(None))
    return or_(and_(Alarm.level == 0, chosen), and_(Alarm.level > 0, Alarm.desk_id.not_in(last)))


def _owners(session: Session, alarms: Collection[Alarm]) -> Mapping[UUID, tuple[Report, Case]]:
    """The report and the case of each alarm, by the case."""
    cases = select(Report, Case).join(Case, Case.id == Report.case_id)
    rows = session.execute(cases.where(Report.case_id.in_({alarm.case_id for alarm in alarms})))
    return {case.id: (report, case) for report, case in rows}


def above(directory: Directory, alarm: Alarm, report: Report) -> UUID | None:
    """The desk that was chosen when the report was sealed; from there on the next lead desk up to the province."""
    if alarm.level == 0:
        return report.above_desk_id
    authority = _next(directory, directory.places[alarm.desk_id][0])
    return directory.desk_id(authority, Duty.LEAD) if authority else None


def _next(directory: Directory, authority_id: UUID) -> UUID | None:
    """The next authority above with a lead desk where somebody sits."""
    return rules.above(directory.tree, directory.seats, authority_id)


def _ring(session: Session, draft: Draft, alarm: Alarm, desk: UUID, grants: int, now: datetime) -> None:
    alarm.desk_id, alarm.level, alarm.rung_at = desk, alarm.level + 1, now
    draft.names(alarm)
    draft.facts = {"kind": str(alarm.kind), "level": alarm.level, "desk": str(desk), "grants": grants}
    insert_rows(session, Outbox, raising.messages(desk, now=now))


def ringing(session: Session, actor: Actor) -> int:
    """How many alarms ring at the officer's desks; nothing of what they are about."""
    desks = actor.desks(*rules.RUNG)
    return (first(session, _COUNT, desks=desks, officer=actor.officer_id) if desks else None) or 0


def at_desks(session: Session, actor: Actor) -> list[tuple[Alarm, Case]]:
    """The alarms that ring at the officer's desks, with their cases, the oldest first."""
    return asked(session, _LINES, desks=actor.desks(*rules.RUNG), officer=actor.officer_id)
