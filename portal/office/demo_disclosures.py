"""The part of the invented stories in which somebody asks who reported: each step by whoever takes it in earnest."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.values import Plea, Terms
from portal.domain.vocabulary import DisclosureStep, Duty, IdentityField
from portal.office import checkpoints, consenting, disclosing, history, mailbox, requesting, stating
from portal.office.demo_stage import Stage, Told, code, seated
from portal.store.disclosures import Disclosure

Step = Mapping[str, Any]


def _request(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    with stage.store.reading() as session:
        seen = history.newest(session, told.reporter.report_id, told.case_id)
        fields = tuple(map(IdentityField, step["fields"]))
        terms = Terms(step.get("document", ""), step.get("withhold"), step.get("question", ""))
        plea = Plea(fields, step["reason"], step["hours"], step["text"], seen, terms=terms)
        made = requesting.prepare(session, stage.house, told.actor, told.ring, told.case_id, plea, now=at)
    with stage.store.transaction() as session:
        requesting.ask(session, stage.house, told.actor, told.case_id, plea, made, now=at)


def _agree(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    request_id, _, _ = _newest(stage, told, Duty.LEAD)
    with stage.store.transaction() as session:
        mailbox.serve(session, stage.house, told.reporter, now=at)
    with stage.store.transaction() as session:
        consenting.answer(session, stage.house, told.reporter, request_id, agreed=True, now=at)


def _lift(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    request_id, version, desk = _newest(stage, told, Duty.LEAD)
    member, actor, ring = seated(stage, Duty.LEAD, desk)
    with stage.store.reading() as session:
        made = disclosing.prepare_lift(session, stage.house, actor, ring, request_id, version, code(member, at), now=at)
    with stage.store.transaction() as session:
        disclosing.take(session, stage.house, actor, made, now=at)


def _release(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    request_id, version, desk = _newest(stage, told, Duty.CUSTODY)
    member, actor, ring = seated(stage, Duty.CUSTODY, desk)
    fields = tuple(map(IdentityField, step["fields"]))
    with stage.store.reading() as session:
        made = disclosing.prepare_release(
            session, stage.house, actor, ring, request_id, fields, version, code(member, at), now=at
        )
    with stage.store.transaction() as session:
        disclosing.take(session, stage.house, actor, made, now=at)


def _refuse(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    request_id, version, desk = _newest(stage, told, Duty.LEAD)
    _, actor, _ = seated(stage, Duty.LEAD, desk)
    with stage.store.reading() as session:
        made = disclosing.prepare_end(session, stage.house, actor, DisclosureStep.REFUSE, request_id, version, now=at)
    with stage.store.transaction() as session:
        disclosing.take(session, stage.house, actor, made, now=at)


def _state(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    request_id, _, _ = _newest(stage, told, Duty.LEAD)
    with stage.store.reading() as session:
        made = stating.prepare(session, stage.house, told.reporter, request_id, step["text"], now=at)
    with stage.store.transaction() as session:
        stating.store(session, stage.house, told.reporter, request_id, made, now=at)


def _read(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    request_id, _, _ = _newest(stage, told, Duty.LEAD)
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    with stage.store.transaction() as session:
        disclosing.read(session, stage.house, told.actor, told.ring, request_id, now=at)


def _newest(stage: Stage, told: Told, duty: Duty) -> tuple[UUID, int, UUID]:
    """The request last made about a report: its id, its version, the desk of a duty that decides it."""
    wanted = select(Disclosure).where(Disclosure.report_id == told.reporter.report_id)
    with stage.store.reading() as session:
        row = session.scalars(wanted.order_by(Disclosure.asked_at.desc()).limit(1)).one()
        return row.id, row.version, row.lead_desk_id if duty is Duty.LEAD else row.custody_desk_id


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {
    "request": _request,
    "agree": _agree,
    "lift": _lift,
    "release": _release,
    "refuse": _refuse,
    "read": _read,
    "state": _state,
}
