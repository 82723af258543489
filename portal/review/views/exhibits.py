"""`/review/cases/<id>/papers/<paper>/files`: photographs and documents beside a record of the case file.

They are taken in as every file is; whoever reads the case file sees them, and the reporter does not.
"""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from flask import redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import StrangerError
from portal.office import case_file, exhibits
from portal.office.evidence import Added, Taken
from portal.review.blueprints import review
from portal.review.case_forms import ExhibitsForm
from portal.review.views.papers import home, show
from portal.web import sendings
from portal.web.requests import desk, house, now, reading, transaction
from portal.web.sendings import Outcome, Sending

BESIDE = "/review/cases/<uuid:case_id>/papers/<uuid:about_id>/files"


@review.get(BESIDE)
def show_exhibits(case_id: UUID, about_id: UUID) -> ResponseReturnValue:
    """The record with its files, and room for more, for whoever may add some."""
    return _page(case_id, about_id, ExhibitsForm(formdata=None))


@review.post(BESIDE)
def add_exhibits(case_id: UUID, about_id: UUID) -> ResponseReturnValue:
    """Take what came; each file stands for itself."""
    officer = desk()
    with reading() as session:
        there = exhibits.room(session, house(), officer.actor, case_id, about_id)
    came = sendings.receive(there, ExhibitsForm, partial(_sending, case_id, about_id))
    if came.whole:
        return redirect(f"{home(case_id)}?done={ExhibitsForm.done}", code=303)
    form = came.form or ExhibitsForm(formdata=None)
    return _page(case_id, about_id, form, came.outcomes), came.status, came.headers


def _sending(case_id: UUID, about_id: UUID, form: ExhibitsForm) -> Sending:
    officer = desk()

    def prepare(session: Session, taken: Taken) -> Added:
        return exhibits.prepare(session, house(), officer.actor, officer.ring, case_id, about_id, taken, now=now())

    def add(session: Session, added: Added) -> None:
        exhibits.add(session, house(), officer.actor, case_id, about_id, added)

    return Sending(form.caption.data, form.harmless.data, prepare, add)


def _page(case_id: UUID, about_id: UUID, form: ExhibitsForm, outcomes: Iterable[Outcome] = ()) -> str:
    officer = desk()
    with transaction() as session:
        room = exhibits.room(session, house(), officer.actor, case_id, about_id)
        sheet = case_file.open_file(session, house(), officer.actor, officer.ring, case_id, now=now())
    record = next((one for one in sheet.papers if one.id == about_id), None)
    if record is None:
        raise StrangerError("no such record")
    return show("review/exhibits.html", sheet, record=record, held=room, form=form, outcomes=tuple(outcomes))
