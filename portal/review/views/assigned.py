"""`/review/assigned`: what investigators work on: the summary, and the report where it was given."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain import access
from portal.office import assigning, case_file
from portal.review.blueprints import review
from portal.review.clock_forms import ExtendForm
from portal.review.triage_forms import KeepOutForm
from portal.web.i18n import current
from portal.web.requests import desk, house, now, reading, transaction


@review.get("/review/assigned")
def list_assigned() -> ResponseReturnValue:
    """The cases of this investigator; nothing of them is unsealed."""
    access.require_seat(desk().actor, assigning.INVESTIGATORS)
    with reading() as session:
        lines = assigning.listed(session, house(), desk().actor, current().tag, now=now())
    return render_template(
        "review/assigned.html", officer=desk().sheet, lines=lines, kinds=house().policies.categories.kinds
    )


@review.get("/review/assigned/<uuid:case_id>")
def show_assigned(case_id: UUID) -> ResponseReturnValue:
    """One of them, recorded before it is shown."""
    return assigned_page(case_id)


def assigned_page(case_id: UUID, *typed: ExtendForm, stale: bool = False, apart: KeepOutForm | None = None) -> str:
    """The page, with a form as it was left."""
    officer, policies = desk(), house().policies
    with transaction() as session:
        sheet = assigning.show(session, house(), officer.actor, officer.ring, case_id, current().tag, now=now())
        file = case_file.open_file(session, house(), officer.actor, officer.ring, case_id, now=now())
    return render_template(
        "review/assignment.html",
        officer=officer.sheet,
        sheet=sheet,
        casefile=file,
        kinds=policies.categories.kinds,
        divisions=policies.divisions.by_code,
        apart=apart or KeepOutForm(formdata=None),
        form=typed[0] if typed else ExtendForm(formdata=None),
        stale=stale,
    )
