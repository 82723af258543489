"""`/review/cases/<id>/files`: the files of a case, one picture at a time; each look and each download is recorded.

What is shown was made anew by the portal. What is downloaded leaves as an attachment under a name of ours.
"""

from functools import partial
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import NeededFileError, StrangerError, UnprovenError
from portal.domain.vocabulary import Duty
from portal.office import case_files, taking_back
from portal.office.evidence import Added, Taken
from portal.review.blueprints import review
from portal.review.case_forms import BackForm, FilesForm, TakeForm
from portal.review.views.case import show_case
from portal.review.views.papers import home
from portal.web import handing, sendings
from portal.web.requests import desk, house, now, reading, transaction
from portal.web.sendings import Sending

FILE = "/review/cases/<uuid:case_id>/files/<int(min=1, max=40):number>"


@review.post("/review/cases/<uuid:case_id>/files")
def add_files(case_id: UUID) -> ResponseReturnValue:
    """Take what came; each file stands for itself, and the reporter can see it."""
    officer = desk()
    with reading() as session:
        there = case_files.room(session, house(), officer.actor, case_id)
    came = sendings.receive(there, FilesForm, partial(_sending, case_id))
    if came.whole:
        return redirect(url_for(".case", case_id=case_id, done=FilesForm.done), code=303)
    typed = (came.form,) if came.form else ()
    return show_case(case_id, *typed, outcomes=came.outcomes), came.status, came.headers


def _sending(case_id: UUID, form: FilesForm) -> Sending:
    """What the officer says of these files, and how each is added."""
    officer = desk()

    def prepare(session: Session, taken: Taken) -> Added:
        return case_files.prepare(session, house(), officer.actor, officer.ring, case_id, taken, now=now())

    def add(session: Session, added: Added) -> None:
        case_files.add(session, house(), officer.actor, case_id, added)

    return Sending(form.caption.data, form.harmless.data, prepare, add)


@review.get(FILE)
def show_file(case_id: UUID, number: int) -> ResponseReturnValue:
    """What a file is, and the frame for one of its pictures, which is asked for by itself."""
    return _page(case_id, number, TakeForm(formdata=None))


@review.get(f"{FILE}/<int(max=999):picture>")
def show_file_picture(case_id: UUID, number: int, picture: int) -> Response:
    """One picture, after the entry that says so."""
    officer = desk()
    with transaction() as session:
        file = case_files.show(session, house(), officer.actor, officer.ring, case_id, number, picture, now=now())
    return handing.picture(file)


@review.post(f"{FILE}/copy")
def take_file(case_id: UUID, number: int) -> ResponseReturnValue:
    """The office's copy, after the entry that says so."""
    officer, form = desk(), TakeForm()
    if not form.validate():
        return _page(case_id, number, form), 422
    with transaction() as session:
        file = case_files.take(session, house(), officer.actor, officer.ring, case_id, number, now=now())
    return handing.attachment(file, f"file-{number}")


@review.get(f"{FILE}/proof")
def prove_file(case_id: UUID, number: int) -> ResponseReturnValue:
    """The proof that the copy is the one that was made then; before it is signed, the file's page."""
    officer = desk()
    try:
        with reading() as session:
            text = case_files.proof(session, house(), officer.actor, officer.ring, case_id, number)
    except UnprovenError:
        return redirect(url_for(".show_file", case_id=case_id, number=number), code=303)
    return handing.text(text, f"file-{number}.tlog-proof")


@review.post(f"{FILE}/back")
def take_file_back(case_id: UUID, number: int) -> ResponseReturnValue:
    """A file that one added by mistake goes, with why; the page comes again where it has to stay."""
    officer, form = desk(), BackForm()
    if not form.validate():
        return _page(case_id, number, TakeForm(formdata=None), form), 422
    try:
        with transaction() as session:
            taking_back.take_back(session, house(), officer.actor, case_id, number, form.reason.data, now=now())
    except NeededFileError as refusal:
        form.refuse(refusal)
        return _page(case_id, number, TakeForm(formdata=None), form), 422
    return redirect(f"{home(case_id)}?done={form.done}", code=303)


def _page(case_id: UUID, number: int, form: TakeForm, back: BackForm | None = None) -> str:
    officer = desk()
    with reading() as session:
        may = taking_back.may(session, house(), officer.actor, case_id, number)
        sheet = case_files.sheet(session, house(), officer.actor, officer.ring, case_id, number)
        kept = case_files.kept(session, house(), officer.actor, officer.ring, case_id, number)
    at = request.args.get("page", 1, type=int)
    if not 1 <= at <= max(1, sheet.pictures):
        raise StrangerError("no such picture")
    alone = not officer.actor.desks(Duty.INTAKE, Duty.LEAD)
    return render_template(
        "review/file.html",
        officer=officer.sheet,
        sheet=sheet,
        kept=kept,
        form=form,
        at=at,
        address=f"/review/cases/{case_id}/files/{number}",
        back_form=back or (BackForm(formdata=None) if may else None),
        back=f"/review/{'assigned' if alone else 'cases'}/{case_id}",
    )
