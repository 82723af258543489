"""`/mailbox/evidence/uploads`: a file in pieces, for the script of the page; each answer is a sentence to show."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import (
    FlawedFileError,
    NoRoomError,
    NotStoredError,
    StrangerError,
    UnfitFileError,
    UploadError,
)
from portal.domain.evidence import Fate, Flaw
from portal.domain.files import AT_ONCE, PIECE, Held
from portal.domain.filetypes import Unfit
from portal.intake.blueprints import box
from portal.intake.evidence_forms import FinishForm, UploadForm
from portal.intake.views.evidence import sending_of
from portal.office import copying, file_rows, own_files, uploading
from portal.office import mailbox as office
from portal.office.sealed_files import Sealing
from portal.office.uploading import Slot, Upload
from portal.web import sendings
from portal.web.forms import SendingForm, errors_of, holds_header
from portal.web.i18n import gettext
from portal.web.requests import house, mailbox, now, reading
from portal.web.sendings import Outcome
from portal.web.words import word

View = Callable[[], ResponseReturnValue]
PASSING = frozenset({Flaw.NO_ROOM, Flaw.NOT_STORED})  # the same file may be taken in a while: its pieces stay


def _told(view: View) -> View:
    """Say refusals to the script as it reads them."""

    @wraps(view)
    def told() -> ResponseReturnValue:
        try:
            return view()
        except UploadError as refusal:
            return jsonify(said=word(refusal.snag), piece=refusal.piece), 409
        except FlawedFileError as refusal:
            return jsonify(said=word(refusal.flaw)), 422
        except UnfitFileError as refusal:
            return jsonify(said=word(refusal.why)), 422
        except NoRoomError:
            return jsonify(said=word(Flaw.NO_ROOM)), 507
        except NotStoredError:
            return jsonify(said=word(Flaw.NOT_STORED)), 503

    return told


@box.post("/mailbox/evidence/uploads")
@_told
def begin_upload() -> ResponseReturnValue:
    """Give a token for a file of so many bytes, if there is room for it."""
    form = UploadForm()
    if not form.validate():
        return _mistaken(form)
    upload = uploading.begin(house(), mailbox().reporter, _held(), int(form.length.data), now=now())
    token = upload.token(house(), mailbox().token, mailbox().reporter)
    return jsonify(token=token, piece=PIECE, most=AT_ONCE), 201


@box.post("/mailbox/evidence/uploads/piece")
@_told
def take_piece() -> ResponseReturnValue:
    """Keep one piece, or some that follow each other: the body is their bytes, the headers say of what."""
    if not holds_header():
        return jsonify(said=gettext("请用页面上的按钮。")), 422
    upload = _upload(request.headers.get("Upload", ""))
    uploading.require_room(_held(), upload.length)
    number, source = request.headers.get("Piece", -1, type=int), request.stream
    uploading.put(house(), mailbox().reporter, upload, number, source, request.content_length or 0, now=now())
    return jsonify()


@box.post("/mailbox/evidence/uploads/finish")
@_told
def finish_upload() -> ResponseReturnValue:
    """Take a file whose pieces are all there, as one that came at once; asked again, say the same again."""
    form = FinishForm()
    if not form.validate():
        return _mistaken(form)
    upload = _upload(form.upload.data)
    if (slot := _state(upload)).ended:
        return _ended(slot)
    if copying.is_crowded():
        return jsonify(said=gettext("排队的人太多。请过一会儿再试。")), 503
    try:
        outcome = _taken(upload, form)
    except UploadError:
        if (slot := _state(upload)).ended:  # by another request: whoever lost an answer asks before it is made
            return _ended(slot)
        raise
    return _finished(upload, outcome)


def _finished(upload: Upload, outcome: Outcome) -> ResponseReturnValue:
    """Remember what became of it, and say so."""
    if outcome.flaw is Flaw.TWICE and (slot := _state(upload)).ended:
        return _ended(slot)
    if outcome.flaw in PASSING:
        return jsonify(said=word(outcome.flaw)), 507 if outcome.flaw is Flaw.NO_ROOM else 503
    number = outcome.file.number if outcome.file else None
    uploading.end(house(), mailbox().reporter, upload, number=number, flaw=outcome.flaw, now=now())
    place = outcome.place and (f"{outcome.place.latitude:.5f}", f"{outcome.place.longitude:.5f}")
    fate = outcome.file.fate if outcome.file else None
    return jsonify(taken=outcome.flaw is None, said=_sentence(outcome.flaw, fate), place=place)


def _taken(upload: Upload, form: SendingForm) -> Outcome:
    """Put the pieces together and take the file."""
    try:
        uploading.require_room(_held(), upload.length)
    except FlawedFileError as refusal:
        return Outcome(1, refusal.flaw)
    arrived = Sealing(house())
    try:
        for piece in uploading.read(house(), upload):
            arrived.write(piece)
    except BaseException:
        arrived.abandon()
        raise
    return sendings.take(sending_of(form), arrived)


def _held() -> Held:
    """What the report has; raises IllegalTransitionError when it was withdrawn."""
    with reading() as session:
        office.require_standing(session, mailbox().reporter)
        return file_rows.held(session, house(), mailbox().reporter.report_id)


def _upload(token: str) -> Upload:
    return Upload.of(house(), mailbox().token, mailbox().reporter, token)


def _state(upload: Upload) -> Slot:
    return uploading.state(house(), mailbox().reporter, upload, now=now())


def _sentence(flaw: StrEnum | None, fate: Fate | None) -> str:
    if flaw:
        return word(flaw)
    return gettext("收到了，像姓名一样封存，办公室现在看不到") if fate is Fate.KEPT else gettext("收到了")


def _ended(slot: Slot) -> ResponseReturnValue:
    flaw = _flaw(slot.flaw) if slot.flaw else None
    return jsonify(taken=flaw is None, said=_sentence(flaw, _fate(slot.number)), place=None)


def _fate(number: int | None) -> Fate | None:
    """What became of a file that was taken; None as well when what tells of it is damaged."""
    try:
        with reading() as session:
            return own_files.manifest(session, house(), mailbox().reporter, number or 0).fate
    except StrangerError:
        return None


def _flaw(name: str) -> Flaw | Unfit:
    return Flaw(name) if name in {*Flaw} else Unfit(name)


def _mistaken(form: UploadForm | SendingForm) -> ResponseReturnValue:
    return jsonify(said=" ".join(sentence for _, sentence in errors_of(form))), 422
