"""`/review/password`: an officer changes their own password; every other session of theirs ends."""

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import SignInError, StaleError
from portal.office import passwords, relocking, signing_in
from portal.review.blueprints import review
from portal.review.forms import PasswordForm
from portal.web.errors import enter
from portal.web.limits import FRESH_CODES, TooOftenError, limits
from portal.web.requests import DEVICE_COOKIE, desk, house, now, open_cookie, transaction


@review.get("/review/password")
def password_page() -> ResponseReturnValue:
    """The form."""
    return _page(PasswordForm(formdata=None))


@review.post("/review/password")
def change_password() -> ResponseReturnValue:
    """Lock the officer's keys anew; the one who is signed in stays so, here alone."""
    form, officer = PasswordForm(), desk()
    if not form.validate():
        return _page(form), 422
    if passwords.too_easy(form.password.data, (officer.sheet.username, officer.sheet.authority)):
        form.refuse_password()
        return _page(form), 422
    limits().require("fresh-code", FRESH_CODES, officer.actor.officer_id.bytes)
    mark = request.cookies.get(DEVICE_COOKIE)
    with transaction() as session:
        candidate = signing_in.attempt(session, house(), officer.actor.username, mark=mark, now=now())
    if candidate.wait:
        raise TooOftenError(max(1, round(candidate.wait.total_seconds() / 60)))
    try:
        relocked = relocking.relock(house(), candidate, form.current.data, form.password.data)
        with transaction() as session:
            proof = form.proof(relocked.keys.otp)
            mark = relocking.store(session, house(), officer.actor, officer.token, relocked, proof, now=now())
    except (SignInError, StaleError) as refusal:
        enter(refusal)
        form.refuse()
        return _page(form), 422
    response = make_response(redirect("/review/?done=password", code=303))
    return open_cookie(response, DEVICE_COOKIE, mark, seconds=int(signing_in.DEVICE_LIFE.total_seconds()))


def _page(form: PasswordForm) -> str:
    return render_template("review/password.html", form=form, officer=desk().sheet, shortest=passwords.SHORTEST)
