"""`/review/account`: an officer's own account: who one is, which keys one holds, passkeys, drawing a desk's keys."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.errors import SignInError, StrangerError
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import motions, paper, passkeys, reaching, registry, signing_in
from portal.office.acting import Act
from portal.office.proposals import Wanted
from portal.review.blueprints import review
from portal.review.staff_forms import (
    AddPasskeyForm,
    MailForm,
    OpenForm,
    PaperForm,
    RemovePasskeyForm,
    StaffForm,
    TurnForm,
)
from portal.review.views.staff import acting, hand, step
from portal.web import passkeys as offering
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.requests import desk, house, now, reading, transaction


@review.get("/review/account")
def show_account() -> ResponseReturnValue:
    """One's own account; nothing of a report is on it."""
    return _page()


@review.post("/review/account/open")
def open_desk() -> ResponseReturnValue:
    """Draw the first key of a desk of one's own authority."""
    form = OpenForm()

    def work(act: Act) -> str:
        actor = desk().actor
        wanted = Wanted(MotionKind.OPEN, actor.authority_id, actor.officer_id, duty=Duty(form.duty.data))
        return f"/review/motions/{motions.propose(act, hand(form), wanted)}"

    return step(form, _page, work)


@review.post("/review/account/desks/<uuid:desk_id>/turn")
def turn_key(desk_id: UUID) -> ResponseReturnValue:
    """Draw the next key of a desk where one sits."""
    form = TurnForm()

    def work(act: Act) -> str:
        place = act.directory().places.get(desk_id)
        if place is None:
            raise StrangerError("no such desk")
        return f"/review/motions/{motions.propose(act, hand(form), Wanted(MotionKind.TURN, place[0], desk_id=desk_id))}"

    return step(form, lambda typed: _page(typed, desk_id), work)


@review.post("/review/account/codes")
def print_codes() -> ResponseReturnValue:
    """One-time codes on paper: the next of them, to print; asked for with a code of this moment."""
    form, officer = PaperForm(), desk()
    if not form.validate():
        return _page(form), 422
    code = hand(form).fresh
    try:
        with transaction() as session:
            signing_in.require_code(session, house(), officer.actor, code, now=now())
            first = paper.next_of(session, officer.actor)
            signing_in.printed(session, house(), officer.actor, now=now())
    except SignInError as refusal:
        form.refuse(refusal)
        enter(refusal)
        return _page(form), 422
    codes = paper.sheet(officer.otp, first)
    return render_template("review/paper.html", officer=officer.sheet, codes=codes)


@review.post("/review/account/mail")
def set_own_mail() -> ResponseReturnValue:
    """Say where one's own mail goes."""
    form = MailForm()

    def work(act: Act) -> str:
        reaching.set_own(act, form.mail.data or "")
        return "/review/account"

    return step(form, _page, work)


@review.post("/review/account/passkeys")
def add_passkey() -> ResponseReturnValue:
    """Take a passkey that the browser has just made; asked for with a code or another passkey of this moment."""
    form = AddPasskeyForm()

    def work(act: Act) -> str:
        passkeys.add(act, hand(form).fresh, form.made())
        return "/review/account"

    return step(form, _page, work)


@review.post("/review/account/passkeys/<uuid:passkey_id>/remove")
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    """Remove one of one's own."""

    def work(act: Act) -> str:
        passkeys.remove(act, passkey_id)
        return "/review/account"

    return step(RemovePasskeyForm(), _page, work)


def _page(typed: StaffForm | None = None, turned: UUID | None = None) -> str:
    with reading() as session:
        sheet = registry.account(acting(session), current().tag)
    turns = {line.desk_id: TurnForm(formdata=None, about=f"-{at}") for at, line in enumerate(sheet.desks)}
    if isinstance(typed, TurnForm) and turned in turns:
        turns[turned] = typed
    opening = typed if isinstance(typed, OpenForm) else OpenForm(formdata=None)
    printing = typed if isinstance(typed, PaperForm) else PaperForm(formdata=None)
    mailing = typed if isinstance(typed, MailForm) else MailForm(formdata=None, data={"mail": sheet.mail})
    adding = typed if isinstance(typed, AddPasskeyForm) else AddPasskeyForm(formdata=None)
    return render_template(
        "review/account.html",
        sheet=sheet,
        officer=desk().sheet,
        turns=turns,
        opening=opening,
        printing=printing,
        adding=adding,
        mailing=mailing,
        new=offering.new(),
        site=offering.site(),
        known=" ".join(offering.text(line.credential_id) for line in sheet.passkeys),
        user=offering.text(sheet.officer_id.bytes),
        algorithms=" ".join(map(str, passkeys.ALGORITHMS)),
        typed=typed,
    )
