"""The part of the invented stories in which a report is handed to another office."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.domain.values import Handover
from portal.office import checkpoints, history, transferring
from portal.office.demo_stage import Stage, Told
from portal.store.authorities import Authority

Step = Mapping[str, Any]


def _transfer(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """The last step of a story: whoever followed it here does so no more."""
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    with stage.store.reading() as session:
        there = session.scalars(select(Authority.id).where(Authority.code == step["to"])).one()
        seen = history.newest(session, told.reporter.report_id, told.case_id)
        handover = Handover(there, step["text"], seen)
        made = transferring.prepare(session, stage.house, told.actor, told.ring, told.case_id, handover, now=at)
    with stage.store.transaction() as session:
        transferring.transfer(session, stage.house, told.actor, told.case_id, made, now=at)


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {"transfer": _transfer}
