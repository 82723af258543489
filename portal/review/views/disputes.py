"""`/review/cases/<id>/dispute`: it is not ours; and `/settle`: the level above says whose it is."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.office import disputing
from portal.review.blueprints import review
from portal.review.triage_forms import DisputeForm, SettleForm
from portal.review.views.case import case_step, nothing_to_seal
from portal.web.requests import Desk, house, now


@review.post("/review/cases/<uuid:case_id>/dispute")
def dispute(case_id: UUID) -> ResponseReturnValue:
    """Object to a transfer."""
    form = DisputeForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        why = form.objection.data
        disputing.dispute(session, house(), officer.actor, officer.ring, case_id, why, form.seen_index, now=now())

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/cases/<uuid:case_id>/settle")
def settle(case_id: UUID) -> ResponseReturnValue:
    """Say who handles it; it goes there with the decision."""
    form = SettleForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        disputing.decide(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    return case_step(case_id, form, nothing_to_seal, take)
