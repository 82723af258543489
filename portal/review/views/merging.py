"""`/review/cases/<id>/merge`, `/split`: a report is handled with what it is about (并案); a merge is undone (拆分)."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.office import merging, splitting
from portal.review.blueprints import review
from portal.review.triage_forms import MergeForm, SplitForm
from portal.review.views.case import case_step, nothing_to_seal
from portal.web.requests import Desk, house, now


@review.post("/review/cases/<uuid:case_id>/merge")
def merge(case_id: UUID) -> ResponseReturnValue:
    """Merge it into the case of a number."""
    form = MergeForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        merging.merge(session, house(), officer.actor, case_id, form.value(), form.seen_index, now=now())

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/cases/<uuid:case_id>/split")
def split(case_id: UUID) -> ResponseReturnValue:
    """Split one from the case that it was merged into, on the page of either."""
    form = SplitForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        splitting.split(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    return case_step(case_id, form, nothing_to_seal, take)
