"""`/review/disclosures`: requests to learn something of a reporter's identity (知悉), and their steps.

Showing one reveals the officer's words on why; reading reveals the released fields, to who asked, each time recorded.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import RefusalError, SignInError, StaleError
from portal.domain.vocabulary import DisclosureStep, IdentityField
from portal.office import answering, disclosing, disclosures, rehoming, reissuing
from portal.office.disclosing import Sealed
from portal.office.signing_in import Proof
from portal.review.blueprints import review
from portal.review.disclosure_forms import (
    AnswerForm,
    CloseRequestForm,
    CodeStepForm,
    LiftForm,
    ReadForm,
    RefuseRequestForm,
    ReissueCodeForm,
    ReleaseForm,
    RequestStepForm,
)
from portal.web import handing
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.limits import FRESH_CODES, limits
from portal.web.requests import Desk, desk, house, now, reading, transaction

Prepare = Callable[[Session, Desk], Sealed]
FORMS: tuple[type[RequestStepForm], ...] = (
    LiftForm,
    ReleaseForm,
    AnswerForm,
    ReissueCodeForm,
    RefuseRequestForm,
    CloseRequestForm,
)


@review.get("/review/disclosures")
def list_requests() -> ResponseReturnValue:
    """The requests at this officer's desks and their own: nothing of them is sealed."""
    with reading() as session:
        waiting, over = disclosures.listed(session, house(), desk().actor, current().tag, now=now())
    kinds = house().policies.categories.kinds
    return render_template(
        "review/disclosures.html",
        officer=desk().sheet,
        waiting=waiting,
        over=over,
        kinds=kinds,
        keeps=bool(desk().actor.desks(*rehoming.DUTIES)),
    )


@review.get("/review/disclosures/<uuid:request_id>")
def show_request(request_id: UUID) -> ResponseReturnValue:
    """One request, recorded before it is shown."""
    return _page(request_id)


@review.post("/review/disclosures/<uuid:request_id>/lift")
def lift(request_id: UUID) -> ResponseReturnValue:
    """The lead agrees: the desk's half of each field's key is sealed to the custody desk."""
    form = LiftForm()

    def prepare(session: Session, officer: Desk) -> Sealed:
        return disclosing.prepare_lift(
            session, house(), officer.actor, officer.ring, request_id, form.seen_index, _code(officer, form), now=now()
        )

    return _step(request_id, form, prepare)


@review.post("/review/disclosures/<uuid:request_id>/release")
def release(request_id: UUID) -> ResponseReturnValue:
    """The custodian releases single fields to who asked, and sees none."""
    form = ReleaseForm()

    def prepare(session: Session, officer: Desk) -> Sealed:
        return disclosing.prepare_release(
            session,
            house(),
            officer.actor,
            officer.ring,
            request_id,
            form.chosen(),
            form.seen_index,
            _code(officer, form),
            now=now(),
        )

    return _step(request_id, form, prepare)


@review.post("/review/disclosures/<uuid:request_id>/answer")
def answer(request_id: UUID) -> ResponseReturnValue:
    """The custodian's session compares what a person said; it shows neither."""
    form = AnswerForm()

    def prepare(session: Session, officer: Desk) -> Sealed:
        code = _code(officer, form)
        return answering.prepare(
            session, house(), officer.actor, officer.ring, request_id, form.seen_index, code, now=now()
        )

    return _step(request_id, form, prepare)


@review.post("/review/disclosures/<uuid:request_id>/code")
def issue_code(request_id: UUID) -> ResponseReturnValue:
    """A new code for whoever was recognised; shown once, to be handed over."""
    form = ReissueCodeForm()
    if not form.validate():
        return _page(request_id, form), 422
    officer = desk()
    try:
        with transaction() as session:
            receipt = reissuing.reissue(
                session, house(), officer.actor, officer.ring, request_id, form.seen_index, now=now()
            )
    except StaleError as stale:
        enter(stale)
        return _page(request_id, form, stale=True), 409
    return render_template("review/reissued.html", officer=officer.sheet, groups=receipt.groups)


@review.post("/review/disclosures/<uuid:request_id>/refuse")
def refuse(request_id: UUID) -> ResponseReturnValue:
    """The lead or the custodian does not agree."""
    return _end(request_id, RefuseRequestForm(), DisclosureStep.REFUSE)


@review.post("/review/disclosures/<uuid:request_id>/close")
def close(request_id: UUID) -> ResponseReturnValue:
    """Whoever asked needs it no longer: what was lifted or released goes."""
    return _end(request_id, CloseRequestForm(), DisclosureStep.CLOSE)


@review.post("/review/disclosures/<uuid:request_id>/read")
def read(request_id: UUID) -> ResponseReturnValue:
    """The released fields, to who asked; recorded first."""
    if not ReadForm().validate():
        return _page(request_id), 422
    officer = desk()
    with transaction() as session:
        values = disclosing.read(session, house(), officer.actor, officer.ring, request_id, now=now())
    return _page(request_id, values=values)


@review.post("/review/disclosures/<uuid:request_id>/original/<int(min=1, max=20):number>")
def read_original(request_id: UUID, number: int) -> ResponseReturnValue:
    """A file as it was sent, byte for byte, to who asked; recorded first."""
    if not ReadForm().validate():
        return _page(request_id), 422
    officer = desk()
    with transaction() as session:
        file = disclosing.read_original(session, house(), officer.actor, officer.ring, request_id, number, now=now())
    return handing.attachment(file, f"original-{number}")


def _end(request_id: UUID, form: RequestStepForm, step: DisclosureStep) -> ResponseReturnValue:
    def prepare(session: Session, officer: Desk) -> Sealed:
        return disclosing.prepare_end(session, house(), officer.actor, step, request_id, form.seen_index, now=now())

    return _step(request_id, form, prepare)


def _code(officer: Desk, form: CodeStepForm) -> Proof:
    return form.proof(officer.otp)


def _step(request_id: UUID, form: RequestStepForm, prepare: Prepare) -> ResponseReturnValue:
    """Seal in a reading session, take in a writing one; what does not go comes back on the same page."""
    if not form.validate():
        return _page(request_id, form), 422
    officer = desk()
    if isinstance(form, CodeStepForm):
        limits().require("fresh-code", FRESH_CODES, officer.actor.officer_id.bytes)
    try:
        with reading() as session:
            sealed = prepare(session, officer)
        with transaction() as session:
            disclosing.take(session, house(), officer.actor, sealed, now=now())
    except StaleError as stale:
        enter(stale)
        return _page(request_id, form, stale=True), 409
    except RefusalError as refusal:
        if not _said(form, refusal):
            raise
        enter(refusal)
        return _page(request_id, form), 422
    return redirect(url_for(".show_request", request_id=request_id, done=form.done), code=303)


def _said(form: RequestStepForm, refusal: RefusalError) -> bool:
    """Whether the form can say what was wrong."""
    if isinstance(refusal, SignInError) and isinstance(form, CodeStepForm):
        form.refuse_code(refusal)
        return True
    return form.refuse(refusal)


def _page(
    request_id: UUID,
    typed: RequestStepForm | None = None,
    *,
    values: Mapping[IdentityField, str] | None = None,
    stale: bool = False,
) -> str:
    officer = desk()
    with transaction() as session:
        sheet = disclosures.show(session, house(), officer.actor, officer.ring, request_id, current().tag, now=now())
    forms = {kind.anchor: typed if isinstance(typed, kind) else kind(formdata=None) for kind in FORMS}
    return render_template(
        "review/disclosure.html",
        sheet=sheet,
        officer=officer.sheet,
        forms=forms,
        values=values or {},
        stale=stale,
        kinds=house().policies.categories.kinds,
    )
