"""`/review/cases/<id>/refer` and `/referrals/<id>`: a matter handed to a body outside (移送), and its slip.

The slip is the page as a printer shows it; each look is recorded.
"""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import RefusalError, StaleError
from portal.office import referral_sheets, referring
from portal.review.blueprints import review
from portal.review.triage_forms import ReferForm, ReferralStepForm
from portal.review.views.case import case_step, nothing_to_seal
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.requests import Desk, desk, house, now, transaction


@review.post("/review/cases/<uuid:case_id>/refer")
def refer(case_id: UUID) -> ResponseReturnValue:
    """Hand it to a body outside."""
    form = ReferForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        referring.refer(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    return case_step(case_id, form, nothing_to_seal, take)


@review.get("/review/cases/<uuid:case_id>/referrals/<uuid:referral_id>")
def show_referral(case_id: UUID, referral_id: UUID) -> ResponseReturnValue:
    """The slip, recorded before it is shown."""
    return _page(case_id, referral_id, ReferralStepForm(formdata=None))


@review.post("/review/cases/<uuid:case_id>/referrals/<uuid:referral_id>")
def step_referral(case_id: UUID, referral_id: UUID) -> ResponseReturnValue:
    """What became of it."""
    form, officer = ReferralStepForm(), desk()
    if not form.validate():
        return _page(case_id, referral_id, form), 422
    try:
        with transaction() as session:
            referring.step(session, house(), officer.actor, officer.ring, case_id, referral_id, form.value(), now=now())
    except StaleError as stale:
        enter(stale)
        return _page(case_id, referral_id, form, stale=True), 409
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        return _page(case_id, referral_id, form), 422
    return redirect(url_for(".show_referral", case_id=case_id, referral_id=referral_id, done=form.done), code=303)


def _page(case_id: UUID, referral_id: UUID, form: ReferralStepForm, *, stale: bool = False) -> str:
    officer = desk()
    with transaction() as session:
        sheet = referral_sheets.show(
            session, house(), officer.actor, officer.ring, case_id, referral_id, current().tag, now=now()
        )
    return render_template("review/referral.html", sheet=sheet, officer=officer.sheet, form=form, stale=stale)
