"""`/review/enrol`: an officer who was given a code chooses a password and sets up one-time codes."""

import base64

import pyotp
from flask import make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.domain import clocks
from portal.domain.errors import EnrolmentError, SignInError, StaleError
from portal.office import enrolling, paper, passwords, signing_in
from portal.office.desk_sheets import OfficerSheet
from portal.office.enrolling import Enrolled, Invitation
from portal.office.sessions import Token
from portal.review.blueprints import signing
from portal.review.forms import CodeForm, EnrolForm
from portal.store.officers import Officer
from portal.web import qr
from portal.web.errors import count_refusal
from portal.web.i18n import current
from portal.web.limits import SIGN_INS, limits
from portal.web.requests import DEVICE_COOKIE, OFFICE_COOKIE, house, now, open_cookie, reading, transaction

ISSUER = "哨音"


@signing.get("/review/enrol")
def enrol_door() -> ResponseReturnValue:
    """Name and code."""
    return render_template("review/enrol.html", form=CodeForm())


@signing.post("/review/enrol")
def open_enrolment() -> ResponseReturnValue:
    """What the code is for, with a new secret for the one-time codes."""
    form = CodeForm()
    if not form.validate():
        return render_template("review/enrol.html", form=form), 422
    try:
        invitation = _open(form)
    except EnrolmentError as refusal:
        return _refused(form, refusal)
    return _page(EnrolForm(formdata=None), invitation)


@signing.post("/review/enrol/password")
def enrol() -> ResponseReturnValue:
    """Take password and first one-time code; the officer is signed in."""
    form = EnrolForm()
    valid = form.validate()
    if form.enrolment is None:  # the page's own fields were tampered with
        return render_template("review/enrol.html", form=CodeForm()), 422
    try:
        invitation = _open(form)
        if not valid:
            return _page(form, invitation), 422
        return _enrol(form, invitation)
    except EnrolmentError as refusal:
        return _refused(CodeForm(formdata=None, data={"username": form.username.data}), refusal)


def _open(form: CodeForm) -> Invitation:
    """The invitation behind a form whose code reads well."""
    limits().require("enrol", SIGN_INS, limits().network())
    if form.enrolment is None:
        raise EnrolmentError("no code")
    with reading() as session:
        return enrolling.open_invitation(session, house(), form.username.data, form.enrolment, now=now())


def _enrol(form: EnrolForm, invitation: Invitation) -> ResponseReturnValue:
    sheet, otp = _sheet(invitation), enrolling.read_otp(house(), invitation, form.secret.data)
    if passwords.too_easy(form.password.data, (sheet.username, sheet.authority)):
        form.refuse_password()
        return _page(form, invitation), 422
    if otp is None:  # the page's own field was tampered with
        form.refuse_otp()
        return _page(form, invitation), 422
    try:
        token, mark = _store(enrolling.seal(house(), invitation, form.password.data, otp), form.otp.data)
    except (SignInError, StaleError):  # stale: the same code came twice at once
        form.refuse_otp()
        return _page(form, invitation), 422
    response = make_response(redirect("/review/?done=enrolled", code=303))
    open_cookie(response, DEVICE_COOKIE, mark, seconds=int(signing_in.DEVICE_LIFE.total_seconds()))
    return open_cookie(response, OFFICE_COOKIE, str(token))


def _store(enrolled: Enrolled, digits: str) -> tuple[Token, str]:
    with transaction() as session:
        token = enrolling.enrol(session, house(), enrolled, digits, now=now())
        officer = session.get_one(Officer, enrolled.invitation.officer_id)
        return token, signing_in.device_mark(house(), officer, now=now())


def _page(form: EnrolForm, invitation: Invitation) -> str:
    """The second step; the secret stays the same while the page comes back."""
    otp = enrolling.read_otp(house(), invitation, form.secret.data or "")
    if otp is None:
        otp, form.secret.data = enrolling.draw_otp(house(), invitation)
    form.username.data, form.code.data = invitation.username, str(invitation.code)
    secret = base64.b32encode(otp).decode()
    address = pyotp.TOTP(secret).provisioning_uri(name=invitation.username, issuer_name=ISSUER)
    return render_template(
        "review/enrol_password.html",
        form=form,
        who=_sheet(invitation),
        picture=qr.draw(address),
        address=address,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        shortest=passwords.SHORTEST,
        printed=paper.sheet(otp),
    )


def _sheet(invitation: Invitation) -> OfficerSheet:
    """Who is being enrolled, for what."""
    with reading() as session:
        actor = signing_in.actor_of(session, session.get_one(Officer, invitation.officer_id))
        today = now().astimezone(clocks.SHANGHAI).date()
        directory = house().directories.read(session, today=today)
    duties = tuple(sorted({seat.duty for seat in actor.seats}))
    return OfficerSheet(actor.username, directory.name(actor.authority_id, current().tag), duties)


def _refused(form: CodeForm, refusal: EnrolmentError) -> ResponseReturnValue:
    count_refusal(type(refusal).__name__)
    form.refuse(refusal)
    return render_template("review/enrol.html", form=form), 422
