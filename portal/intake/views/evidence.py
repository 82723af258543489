"""`/mailbox/evidence`: files beside a report, and what became of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from portal.domain.errors import (
    EnoughError,
    NoRoomError,
    NotStoredError,
    StaleError,
    StrangerError,
    UncertifiedKeyError,
    UnfitFileError,
)
from portal.domain.evidence import Flaw, Place
from portal.domain.vocabulary import MOST_FILES
from portal.intake.blueprints import box
from portal.intake.evidence_forms import EvidenceForm, PlaceForm
from portal.office import evidence, letters, own_files, sealed_files
from portal.office import mailbox as office
from portal.office.evidence import Taken
from portal.office.sealed_files import Sealing
from portal.office.sheets import FileSheet
from portal.web import security, uploads
from portal.web.i18n import gettext
from portal.web.requests import house, mailbox, now, reading, transaction
from portal.web.uploads import Incoming


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file of a sending."""

    position: int  # in the sending, from 1
    flaw: StrEnum | None = None
    file: FileSheet | None = None
    place: Place | None = None


@box.get("/mailbox/evidence")
def show_evidence() -> ResponseReturnValue:
    """The files there are, and room for more."""
    return _page(EvidenceForm(formdata=None))


@box.post("/mailbox/evidence")
def add_evidence() -> ResponseReturnValue:
    """Take what came; each file stands for itself: one that is bad costs no other, and never the report."""
    with reading() as session:
        office.require_standing(session, mailbox().reporter)
        there = evidence.held(session, mailbox().reporter.report_id)
    try:
        incoming = uploads.receive(house(), places=there.places, room=there.room())
    except RequestEntityTooLarge:
        form = EvidenceForm(formdata=None)
        return _page(form, (Outcome(1, Flaw.TOO_LARGE),)), 413
    form = EvidenceForm()
    files = list(incoming)
    if not files:
        form.validate()
        form.refuse_none()
        return _page(form), 422
    if not form.validate():
        return _page(form), 422
    outcomes = tuple(_outcomes(form, files))
    taken = any(one.file for one in outcomes)
    return _page(EvidenceForm(formdata=None), outcomes), 200 if taken else 422


def _outcomes(form: EvidenceForm, files: list[Incoming]) -> Iterator[Outcome]:
    for position, one in enumerate(files, start=1):
        if one.flaw is not None:
            yield Outcome(position, one.flaw)
            continue
        yield take(one.sealing(), form, position)


def take(arrived: Sealing, form: EvidenceForm, position: int = 1) -> Outcome:
    """Store one file that has come to its end, and what is made of it."""
    secret = mailbox().reporter.secret
    try:
        taken = evidence.take(house(), arrived, harmless=form.harmless.data, caption=form.caption.data, own=secret)
    except UnfitFileError as refusal:
        return Outcome(position, refusal.why)
    except NoRoomError:
        return Outcome(position, Flaw.NO_ROOM)
    except NotStoredError:
        return Outcome(position, Flaw.NOT_STORED)
    try:
        flaw, file = _add(taken)
    except BaseException:
        sealed_files.discard(house(), *taken.blobs)
        raise
    if flaw is not None:
        sealed_files.discard(house(), *taken.blobs)
    return Outcome(position, flaw, file, taken.place)


def _add(taken: Taken) -> tuple[Flaw | None, FileSheet | None]:
    """Seal and store what tells of a file; once more when the report was handed on meanwhile."""
    for _ in range(2):
        try:
            with reading() as session:
                if own_files.has(session, house(), mailbox().reporter, taken.manifest.mark):
                    return Flaw.TWICE, None
                added = own_files.prepare(session, house(), mailbox().reporter, taken, now=now())
            with transaction() as session:
                own_files.send(session, house(), mailbox().reporter, added, now=now())
        except EnoughError:
            return Flaw.TOO_MANY, None
        except (StaleError, NotStoredError, UncertifiedKeyError):
            continue
        return None, letters.file_sheet(added.manifest)
    return Flaw.NOT_STORED, None


@box.post("/mailbox/evidence/place")
def tell_place() -> ResponseReturnValue:
    """The reporter wants the office to know where a photo was taken: a letter says so."""
    form = PlaceForm()
    with reading() as session:
        office.require_standing(session, mailbox().reporter)
    if not form.validate():
        return _page(EvidenceForm(formdata=None), place_form=form), 422
    text = gettext(
        "照片是在这里拍的：北纬 %(latitude)s°，东经 %(longitude)s°。",
        latitude=f"{form.place.latitude:.5f}",
        longitude=f"{form.place.longitude:.5f}",
    )
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
    file = manifest.pictures[picture]
    return Response(sealed_files.chunks(house(), file), mimetype=file.media)


def _page(form: EvidenceForm, outcomes: tuple[Outcome, ...] = (), place_form: PlaceForm | None = None) -> str:
    security.ask_script("evidence.js", connects=True)
    with reading() as session:
        sheet = own_files.sheet(session, house(), mailbox().reporter)
    return render_template(
        "intake/evidence.html",
        sheet=sheet,
        form=form,
        outcomes=outcomes,
        place=next((one.place for one in outcomes if one.place), None),
        place_form=place_form or PlaceForm(formdata=None),
        most=MOST_FILES,
    )
