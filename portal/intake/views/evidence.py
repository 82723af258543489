"""`/mailbox/evidence`: files beside a report, and what became of each."""

from collections.abc import Iterable

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import StrangerError
from portal.intake.blueprints import box
from portal.intake.evidence_forms import PlaceForm
from portal.office import file_rows, own_files
from portal.office import mailbox as office
from portal.office.evidence import Added, Taken
from portal.office.sheets import FileSheet, LetterSheet
from portal.web import handing, security, sendings
from portal.web.forms import SendingForm
from portal.web.limits import DECODING, limits
from portal.web.requests import house, mailbox, now, reading, transaction
from portal.web.sendings import Outcome, Sending


@box.get("/mailbox/evidence")
def show_evidence() -> ResponseReturnValue:
    """The files there are, one that is looked at, and room for more."""
    return _page(SendingForm(formdata=None))


@box.post("/mailbox/evidence")
def add_evidence() -> ResponseReturnValue:
    """Take what came; each file stands for itself: one that is bad costs no other, and never the report."""
    with reading() as session:
        office.require_standing(session, mailbox().reporter)
        there = file_rows.held(session, house(), mailbox().reporter.report_id)
    came = sendings.receive(there, SendingForm, sending_of)
    return _page(came.form or SendingForm(formdata=None), came.outcomes), came.status, came.headers


def sending_of(form: SendingForm) -> Sending:
    """What the reporter says of these files, and how each is heard."""
    reporter = mailbox().reporter
    with reading() as session:
        known = own_files.marks(session, house(), reporter, harmless=form.harmless.data)

    def prepare(session: Session, taken: Taken) -> Added:
        return own_files.prepare(session, house(), reporter, taken, now=now())

    def add(session: Session, added: Added) -> None:
        own_files.send(session, house(), reporter, added, now=now())

    quota = limits().seconds("decoding", DECODING, limits().network())
    return Sending(form.caption.data, form.harmless.data, prepare, add, reporter.secret, known, quota)


@box.post("/mailbox/evidence/place")
def tell_place() -> ResponseReturnValue:
    """The reporter wants the office to know where a photo was taken: a letter says so."""
    form = PlaceForm()
    with reading() as session:
        office.require_standing(session, mailbox().reporter)
    if not form.validate():
        return _page(SendingForm(formdata=None), place_form=form), 422
    # In Chinese whatever the page's language: officers read it, and the language one reads tells who one may be.
    text = f"照片是在这里拍的：北纬 {form.place.latitude:.5f}°，东经 {form.place.longitude:.5f}°。"
    with reading() as session:
        prepared = office.prepare_message(session, house(), mailbox().reporter, text, now=now())
    with transaction() as session:
        office.send(session, house(), mailbox().reporter, prepared, now=now())
    return redirect("/mailbox?done=sent", code=303)


@box.get("/mailbox/evidence/<int(max=20):number>/<int(max=999):picture>")
def show_picture(number: int, picture: int) -> ResponseReturnValue:
    """What the office sees of a file, to whoever sent it."""
    with reading() as session:
        manifest = own_files.manifest(session, house(), mailbox().reporter, number)
    if picture >= len(manifest.pictures):
        raise StrangerError("no such picture")
    return handing.picture(manifest.pictures[picture])


def _looked_at(letters: Iterable[LetterSheet]) -> tuple[FileSheet | None, int]:
    """The file that is asked to be shown as the office sees it, and which of its pictures, from 1."""
    number, at = request.args.get("file", type=int), request.args.get("page", 1, type=int)
    files = (one.file for one in letters if one.file and one.file.number == number)
    return next((one for one in files if 1 <= at <= one.pictures), None), at


def _page(form: SendingForm, outcomes: tuple[Outcome, ...] = (), place_form: PlaceForm | None = None) -> str:
    security.ask_script("evidence.js", connects=True)
    with reading() as session:
        sheet = own_files.sheet(session, house(), mailbox().reporter)
    looked, at = _looked_at(sheet.letters)
    return render_template(
        "intake/evidence.html",
        sheet=sheet,
        looked=looked,
        at=at,
        form=form,
        outcomes=outcomes,
        place=next((one.place for one in outcomes if one.place), None),
        place_form=place_form or PlaceForm(formdata=None),
    )
