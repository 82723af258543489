"""What the views of the staff share: the officer's own step, and how a refusal comes back on its page."""

from collections.abc import Callable

from flask import redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import RefusalError
from portal.office.acting import Act, Hand
from portal.review.staff_forms import CodeForm, StaffForm
from portal.web.errors import enter
from portal.web.limits import FRESH_CODES, limits
from portal.web.requests import desk, house, now, transaction

Page = Callable[[StaffForm], str]


def acting(session: Session) -> Act:
    """The officer at the desk, in a transaction."""
    return Act(session, house(), now(), desk().actor)


def hand(form: CodeForm) -> Hand:
    """What they sign with, and the code they typed or the passkey they used."""
    officer = desk()
    limits().require("fresh-code", FRESH_CODES, officer.actor.officer_id.bytes)
    return Hand(officer.ring, officer.signing, form.proof(officer.otp))


def step(form: StaffForm, page: Page, work: Callable[[Act], str]) -> ResponseReturnValue:
    """Do it and lead on to the address that comes of it; what does not go comes back on the same page."""
    if not form.validate():
        return page(form), 422
    try:
        with transaction() as session:
            onward = work(acting(session))
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        enter(refusal)
        return page(form), 422
    return redirect(f"{onward}?done={form.done}", code=303)
