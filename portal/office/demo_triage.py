"""The part of the invented stories in which a report goes with another, or something of it to a body outside."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.domain.vocabulary import Duty
from portal.office import case_page, checkpoints, history, merging, referring
from portal.office.demo_stage import LANGUAGE, Stage, Told, seated
from portal.office.referring import Wish
from portal.store.cases import Case

Step = Mapping[str, Any]


def _merge(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """Into the newest case of a kind that its desk has taken up."""
    with stage.store.reading() as session:
        desk_id = session.get_one(Case, told.case_id).desk_id
        same = select(Case.number).where(Case.desk_id == desk_id, Case.category == step["kind"])
        number = session.scalars(same.where(Case.number.is_not(None)).order_by(Case.accepted_at.desc())).first()
        seen = history.newest(session, told.reporter.report_id, told.case_id)
    with stage.store.transaction() as session:
        merging.merge(session, stage.house, told.actor, told.case_id, number or "", seen, now=at)


def _read_along(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    """The lead opens what was merged: nobody is told of a conclusion before that."""
    with stage.store.reading() as session:
        desk_id = session.get_one(Case, told.case_id).lead_desk_id
    _, actor, ring = seated(stage, Duty.LEAD, desk_id)
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    with stage.store.transaction() as session:
        case_page.show(session, stage.house, actor, ring, told.case_id, LANGUAGE, now=at)


def _refer(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    with stage.store.reading() as session:
        seen = history.newest(session, told.reporter.report_id, told.case_id)
    wish = Wish(step["body"], step["whole"], step["text"], seen)
    with stage.store.transaction() as session:
        referring.refer(session, stage.house, told.actor, told.ring, told.case_id, wish, now=at)


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {
    "merge": _merge,
    "read_along": _read_along,
    "refer": _refer,
}
