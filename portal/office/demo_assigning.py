"""The part of the invented stories in which a lead has a case verified by an investigator."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from portal.domain.errors import StartError
from portal.domain.values import Order
from portal.domain.vocabulary import Duty
from portal.office import assigning, case_page, checkpoints, investigators
from portal.office.demo_stage import LANGUAGE, Stage, Told, seated
from portal.store.cases import Case
from portal.store.reports import Report

Step = Mapping[str, Any]


def _assign(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    with stage.store.reading() as session:
        desk = session.get_one(Report, told.reporter.report_id).lead_desk_id
    _, actor, ring = seated(stage, Duty.LEAD, desk)
    with stage.store.transaction() as session:
        seen = case_page.show(session, stage.house, actor, ring, told.case_id, LANGUAGE, now=at).sheet.seen
    with stage.store.reading() as session:
        authority = session.get_one(Case, told.case_id).authority_id
        willing = investigators.candidates(session, stage.house, authority, now=at)
        if not willing:
            raise StartError("the demonstration has no investigator for a case")
        order = Order(willing[0][0], step["text"], step["narrative"], seen)
        made = assigning.prepare(session, stage.house, actor, ring, told.case_id, order, now=at)
    with stage.store.transaction() as session:
        assigning.assign(session, stage.house, actor, told.case_id, order, made, now=at)


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {"assign": _assign}
