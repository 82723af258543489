"""The part of the invented stories in which a time limit is extended by the level above, or stands still."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.vocabulary import ClockState, Duty, MotionKind, MotionState
from portal.office import extending, history, motions, suspending
from portal.office.acting import Act, Hand
from portal.office.demo_stage import Stage, Told, seated
from portal.store.cases import Clock
from portal.store.motions import Motion
from portal.store.reports import Report

Step = Mapping[str, Any]


def _seen(stage: Stage, told: Told) -> tuple[UUID, UUID, int]:
    """The lead desk, the clock of the verification, and the newest step."""
    running = select(Clock.id).where(Clock.case_id == told.case_id, Clock.state == ClockState.RUNNING)
    with stage.store.reading() as session:
        report = session.get_one(Report, told.reporter.report_id)
        clock_id = session.scalars(running.where(Clock.rule == "C05")).one()
        return report.lead_desk_id, clock_id, history.newest(session, report.id, told.case_id)


def _ask_longer(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    desk, clock_id, seen = _seen(stage, told)
    member, actor, ring = seated(stage, Duty.LEAD, desk)
    plea = extending.Plea(clock_id, step["by"], step["reason"], step["text"], seen)
    with stage.store.transaction() as session:
        act = Act(session, stage.house, at, actor)
        motions.propose(act, Hand(ring, member.keys.signing, None), extending.wanted(act, told.case_id, plea))


def _agree(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    waiting = select(Motion).where(Motion.case_id == told.case_id, Motion.kind == MotionKind.EXTEND)
    with stage.store.reading() as session:
        motion = session.scalars(waiting.where(Motion.state == MotionState.PROPOSED)).one()
    if motion.desk_id is None:
        raise TypeError("this motion goes to a desk")
    member, actor, ring = seated(stage, Duty.LEAD, motion.desk_id)
    with stage.store.transaction() as session:
        motions.confirm(Act(session, stage.house, at, actor), Hand(ring, member.keys.signing, None), motion.id)


def _pause(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    desk, clock_id, seen = _seen(stage, told)
    _, actor, _ = seated(stage, Duty.LEAD, desk)
    pause = suspending.Pause(clock_id, step["reason"], seen)
    with stage.store.transaction() as session:
        suspending.suspend(session, stage.house, actor, told.case_id, pause, now=at)


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {
    "ask_longer": _ask_longer,
    "agree_longer": _agree,
    "pause": _pause,
}
