"""The part of the invented stories in which somebody is on watch, and answers what rings."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.domain.alarms import RUNG, AlarmKind
from portal.domain.clocks import SHANGHAI
from portal.domain.shifts import Span
from portal.domain.vocabulary import Duty
from portal.office import alarming, disposing, reaching, rostering, signing_in
from portal.office.acting import Act
from portal.office.demo_stage import Stage, Told, seated
from portal.store.alarms import Alarm
from portal.store.cases import Case
from portal.store.officers import Officer

ANSWER: Mapping[str, Any] = {"step": "answer", "after": 25}  # minutes
DEED = "立即处置：到现场看过，危险的地方先拦起来，断了电，留人守着。\n到场：值班员带两人"
WATCH = timedelta(days=5)

Step = Mapping[str, Any]


def _answer(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    """Intake signs off what rings about a case, and somebody goes where there is danger."""
    with stage.store.reading() as session:
        desk = session.get_one(Case, told.case_id).desk_id
        ringing = select(Alarm).where(Alarm.case_id == told.case_id, Alarm.signed_off_at.is_(None))
        found = {alarm.id: alarm.kind for alarm in session.scalars(ringing.order_by(Alarm.kind))}
    if not found:
        return
    _, actor, ring = seated(stage, Duty.INTAKE, desk)
    for alarm_id in found:
        with stage.store.transaction() as session:
            alarming.sign_off(session, stage.house, actor, alarm_id, now=at)
    if AlarmKind.DANGER not in found.values():
        return
    with stage.store.reading() as session:
        made = disposing.prepare(session, stage.house, actor, ring, told.case_id, DEED, now=at)
    with stage.store.transaction() as session:
        disposing.dispose(session, stage.house, actor, told.case_id, made, now=at)


def watch(stage: Stage, *, now: datetime) -> None:
    """Whoever takes in or leads has an address, and each lead has made a roster for some days."""
    for member in (one for one in stage.cast if one.duty in RUNG):
        with stage.store.transaction() as session:
            officer = session.get_one(Officer, member.officer_id)
            act = Act(session, stage.house, now, signing_in.actor_of(session, officer))
            reaching.set_own(act, f"{officer.username}@example.invalid")
    starts = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    for member in (one for one in stage.cast if one.duty is Duty.LEAD):
        with stage.store.transaction() as session:
            actor = signing_in.actor_of(session, session.get_one(Officer, member.officer_id))
            act = Act(session, stage.house, now, actor)
            for desk in rostering.desks(act, "zh-Hans"):
                rostering.add(act, desk.desk_id, Span(desk.officers[0][0], starts, starts + WATCH))


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {"answer": _answer}
