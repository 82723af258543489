"""`/review/cases/<id>/merge`: a report about what another case is about is handled with it (并案)."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.office import merging
from portal.review.blueprints import review
from portal.review.triage_forms import MergeForm
from portal.review.views.case import case_step, nothing_to_seal
from portal.web.requests import Desk, house, now


@review.post("/review/cases/<uuid:case_id>/merge")
def merge(case_id: UUID) -> ResponseReturnValue:
    """Merge it into the case of a number."""
    form = MergeForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        merging.merge(session, house(), officer.actor, case_id, form.value(), form.seen_index, now=now())

    return case_step(case_id, form, nothing_to_seal, take)
