"""`/review/cases/<id>/supervise`: a lead puts a case under supervision (督办), or ends that."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.domain.errors import StaleError
from portal.office import supervising
from portal.review.blueprints import review
from portal.review.case_forms import SuperviseForm
from portal.review.views.case import show_case
from portal.web.errors import enter
from portal.web.requests import desk, house, now, transaction


@review.post("/review/cases/<uuid:case_id>/supervise")
def supervise(case_id: UUID) -> ResponseReturnValue:
    """Take the step; a page that is no longer how things stand comes again with what was typed."""
    form, officer = SuperviseForm(), desk()
    if not form.validate():
        return show_case(case_id, form), 422
    try:
        with transaction() as session:
            supervising.supervise(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())
    except StaleError as stale:
        enter(stale)
        return show_case(case_id, form, stale=True), 409
    return redirect(url_for(".case", case_id=case_id, done=form.done), code=303)
