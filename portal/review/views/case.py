"""`/review/cases/<id>`: one case; read, taken up, answered. Reveals and changes, each with its entry."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from portal.office import casework
from portal.review.blueprints import review
from portal.review.forms import AcceptForm, OfficeLetterForm, ShowPhoneForm
from portal.web.requests import desk, house, now, reading, transaction


@review.get("/review/cases/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    """The case, recorded before it is shown."""
    return show_case(case_id)


@review.post("/review/cases/<uuid:case_id>/phone")
def show_phone(case_id: UUID) -> ResponseReturnValue:
    """The number of a reporter who may be phoned; each look is recorded and the reporter sees it."""
    agreed = ShowPhoneForm().validate()
    return show_case(case_id, phone=agreed), 200 if agreed else 422


@review.post("/review/cases/<uuid:case_id>/accept")
def accept(case_id: UUID) -> ResponseReturnValue:
    """Take the report up as a case (受理)."""
    form = AcceptForm()
    if not form.validate():
        return show_case(case_id, accept_form=form), 422
    actor = desk().actor
    with reading() as session:
        acceptance = casework.prepare_acceptance(session, house(), actor, case_id, form.ruling(), now=now())
    with transaction() as session:
        casework.accept(session, house(), actor, case_id, acceptance, now=now())
    return redirect(url_for(".case", case_id=case_id), code=303)


@review.post("/review/cases/<uuid:case_id>/letter")
def write_letter(case_id: UUID) -> ResponseReturnValue:
    """Write to the reporter."""
    form = OfficeLetterForm()
    if not form.validate():
        return show_case(case_id, letter_form=form), 422
    officer = desk()
    with reading() as session:
        prepared = casework.prepare_letter(
            session, house(), officer.actor, officer.ring, case_id, form.text.data, now=now()
        )
    with transaction() as session:
        casework.write(session, house(), officer.actor, case_id, prepared)
    return redirect(url_for(".case", case_id=case_id), code=303)


def show_case(
    case_id: UUID,
    *,
    phone: bool = False,
    accept_form: AcceptForm | None = None,
    letter_form: OfficeLetterForm | None = None,
) -> str:
    """The page of a case, with forms as they were left."""
    officer = desk()
    with transaction() as session:
        sheet = casework.open_case(session, house(), officer.actor, officer.ring, case_id, now=now(), phone=phone)
    policies = house().policies
    return render_template(
        "review/case.html",
        sheet=sheet,
        officer=officer.sheet,
        accept_form=accept_form or AcceptForm(formdata=None),
        letter_form=letter_form or OfficeLetterForm(formdata=None),
        kinds=policies.categories.kinds,
        divisions=policies.divisions.by_code,
    )
