"""`/review/login` and `/review/logout`."""

import logging
import re
from uuid import UUID

from flask import g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from crypto.keys import OfficerKeys
from portal.domain.errors import NotAllowedError, PasskeyCopyError, PortalError, SignInError, StaleError
from portal.office import sessions, signing_in
from portal.office.sessions import Token
from portal.office.signing_in import Candidate, Proof
from portal.review.blueprints import review, signing
from portal.review.forms import SignInForm, SignOutForm
from portal.review.search_forms import ADDRESS, SearchForm
from portal.review.views import search
from portal.review.views.case import FORMS, show_case
from portal.store.officers import Officer, OfficerSession
from portal.web.errors import count_refusal, doubt
from portal.web.limits import SIGN_INS, TooOftenError, limits
from portal.web.requests import (
    DEVICE_COOKIE,
    LISTS,
    OFFICE_COOKIE,
    close_cookie,
    desk,
    desk_of,
    house,
    now,
    open_cookie,
    transaction,
)

log = logging.getLogger("portal.sign_in")

DOOR = "/review/login"
CASE_PATH = re.compile(r"/review/cases/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[a-z]+")


@signing.get(DOOR)
def door() -> ResponseReturnValue:
    """The form."""
    return render_template("review/sign_in.html", form=SignInForm())


@signing.post(DOOR)
def sign_in() -> ResponseReturnValue:
    """Open a session; whoever it is, the work and the answer are the same."""
    form = SignInForm()
    if not form.validate():
        return render_template("review/sign_in.html", form=form), 422
    limits().require("sign-in", SIGN_INS, limits().network())
    username = form.username.data
    with transaction() as session:
        candidate = signing_in.attempt(session, house(), username, mark=request.cookies.get(DEVICE_COOKIE), now=now())
    if candidate.wait:
        raise TooOftenError(max(1, round(candidate.wait.total_seconds() / 60)))
    try:
        keys = signing_in.unlock(house(), candidate, form.password.data)
        token, mark = _open(candidate, keys, form.proof(keys.otp))
    except (SignInError, StaleError) as refusal:  # stale: the same code came twice at once
        if isinstance(refusal, PasskeyCopyError):
            doubt(refusal)
        count_refusal("SignInError", candidate.officer_id)
        form.refuse()
        return render_template("review/sign_in.html", form=form), 422
    response = make_response(_onward(form, token))
    open_cookie(response, DEVICE_COOKIE, mark, seconds=int(signing_in.DEVICE_LIFE.total_seconds()))
    return open_cookie(response, OFFICE_COOKIE, str(token))


@signing.post("/review/login/again")
def ended() -> ResponseReturnValue:
    """The door once more, with what was typed in a session that had ended."""
    form = SignInForm()
    form.say_ended(request.path)
    return render_template("review/sign_in.html", form=form), 422


def _onward(form: SignInForm, token: Token) -> ResponseReturnValue:
    """The queue; or, after a session that had ended, the case with what was typed for it."""
    if form.onward.data == ADDRESS and form.words.data:
        return _search_anew(token)
    found = CASE_PATH.fullmatch(form.onward.data or "")
    if found is None or not form.carried:
        return redirect("/review/", code=303)
    g.desk = desk_of(token)
    try:
        return show_case(UUID(found[1]), *(kind() for kind in FORMS))
    except PortalError as refusal:  # signed in all the same, and what was typed is not lost
        log.info("what was carried over could not go on: %s", type(refusal).__name__)
        return render_template("review/kept.html", form=form, officer=desk().sheet), 409


def _search_anew(token: Token) -> ResponseReturnValue:
    """The words that were typed, for whoever may search: sent once more, they are looked for."""
    g.desk = desk_of(token)
    try:
        return search.page(SearchForm())
    except NotAllowedError:
        return redirect("/review/", code=303)


def _open(candidate: Candidate, keys: OfficerKeys, proof: Proof) -> tuple[Token, str]:
    """The session's token, and the mark for the device."""
    if candidate.officer_id is None:
        raise SignInError("name, password or code")
    with transaction() as session:
        signing_in.require_unchanged(session, house(), candidate)
        passkey = signing_in.use_proof(session, house(), candidate.officer_id, proof, now=now())
        token = sessions.open_officer(session, house(), candidate.officer_id, keys, now=now())
        signing_in.succeed(session, house(), candidate, passkey, now=now())
        officer = session.get_one(Officer, candidate.officer_id)
        return token, signing_in.device_mark(house(), officer, now=now())


@review.post("/review/logout")
def sign_out() -> ResponseReturnValue:
    """Close the session, here and in the store."""
    if not SignOutForm().validate():
        return redirect("/review/", code=303)
    with transaction() as session:
        sessions.close(session, OfficerSession, desk().token)
        signing_in.sign_out(session, house(), desk().actor, now=now())
    g.desk = None
    response = close_cookie(make_response(redirect(DOOR, code=303)), OFFICE_COOKIE)
    for name in LISTS:
        response = close_cookie(response, name) if name in request.cookies else response
    return response
