"""`/mailbox`: the way in with a receipt, and what a reporter does there."""

import logging
from functools import partial
from uuid import UUID

from flask import Response, g, make_response, redirect, render_template, request
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from crypto.receipt import Receipt
from portal.domain.errors import (
    EnoughError,
    NotStoredError,
    StaleError,
    StrangerError,
    TokenError,
    UncertifiedKeyError,
)
from portal.intake.blueprints import box, intake
from portal.intake.forms import (
    ConsentForm,
    IdentityForm,
    LetterForm,
    ReceiptForm,
    RenewForm,
    StatementForm,
    WithdrawForm,
)
from portal.intake.objection_forms import ObjectionForm
from portal.office import identity, reissuing, reports, sessions, stating
from portal.office import mailbox as office
from portal.office.sessions import Token
from portal.office.sheets import MailboxSheet
from portal.store.officers import MailboxSession
from portal.store.session import Store
from portal.web.errors import count_refusal
from portal.web.i18n import current, gettext, switch
from portal.web.limits import GIVINGS, MAILBOXES, PER_RECEIPT, limits
from portal.web.requests import (
    MAILBOX_COOKIE,
    Mailbox,
    close_cookie,
    find_mailbox,
    house,
    mailbox,
    now,
    open_cookie,
    portal,
    reading,
    transaction,
)

log = logging.getLogger("portal.mailbox")

TO_MAILBOX = "/mailbox"


@intake.get("/mailbox")
def enter() -> ResponseReturnValue:
    """The mailbox when it is open, its door when not."""
    g.mailbox = find_mailbox()
    if g.mailbox is None:
        return render_template("intake/sign_in.html", form=ReceiptForm())
    return mailbox_page()


@intake.post("/mailbox")
def open_mailbox() -> ResponseReturnValue:
    """Open a mailbox with its code: mistyped is said before any look-up; tries are counted."""
    form = ReceiptForm()
    if not form.validate() or form.code is None:
        return render_template("intake/sign_in.html", form=form), 422
    limits().require("mailbox", MAILBOXES, limits().network())
    limits().require("receipt", PER_RECEIPT, form.code.lookup(house().installation))
    opened = _open(form.code)
    if opened is None and _is_provisional(form.code):
        return _new_code(form.code, RenewForm(formdata=None))
    if opened is None:
        count_refusal("UnknownReceipt")
        form.refuse_unknown()
        return render_template("intake/sign_in.html", form=form), 422
    if form.text.data:  # typed before the mailbox had closed by itself
        g.mailbox = opened
        return open_cookie(make_response(mailbox_page(letter_form=LetterForm())), MAILBOX_COOKIE, str(opened.token))
    return open_cookie(make_response(redirect(TO_MAILBOX, code=303)), MAILBOX_COOKIE, str(opened.token))


@intake.post("/mailbox/again")
def ended() -> ResponseReturnValue:
    """The door once more, with what was typed in a mailbox that had closed by itself; files were not looked at."""
    try:
        form = ReceiptForm()
    except RequestEntityTooLarge:
        form = ReceiptForm(formdata=None)
    form.receipt.data = ""
    form.say_ended()
    return render_template("intake/sign_in.html", form=form), 422


def _open(receipt: Receipt) -> Mailbox | None:
    with reading() as session:
        reporter = reports.find(session, house(), receipt)
    if reporter is None:
        return None
    with transaction() as session:
        return Mailbox(sessions.open_mailbox(session, house(), reporter, now=now()), reporter)


@intake.get("/mailbox/lost")
def lost() -> ResponseReturnValue:
    """What to do when the code is lost, and who cannot be helped."""
    return render_template("intake/lost.html")


@intake.post("/mailbox/renew")
def renew() -> ResponseReturnValue:
    """The reporter has written down their own code: the one an officer gave them dies, the mailbox opens."""
    form = RenewForm()
    if not form.validate() or form.code is None:
        return render_template("intake/sign_in.html", form=ReceiptForm(formdata=None)), 422
    limits().require("mailbox", MAILBOXES, limits().network())
    limits().require("receipt", PER_RECEIPT, form.code.lookup(house().installation))
    try:
        own = reports.read_receipt(house(), form.submission.data, now())
        with transaction() as session:
            reporter = reissuing.replace(session, house(), form.code, own, now=now())
            token = sessions.open_mailbox(session, house(), reporter, now=now())
    except TokenError:  # the page was open too long: another code, and nothing is lost
        return _new_code(form.code, RenewForm(formdata=None)), 422
    return open_cookie(make_response(redirect(f"{TO_MAILBOX}?done=renewed", code=303)), MAILBOX_COOKIE, str(token))


def _is_provisional(receipt: Receipt) -> bool:
    with reading() as session:
        return reissuing.is_provisional(session, house(), receipt)


def _new_code(provisional: Receipt, form: RenewForm) -> str:
    """A code that only the reporter sees; it counts when they say that they have written it down."""
    token = reports.new_token(house(), now())
    form.receipt.data, form.submission.data = str(provisional), token
    return render_template("intake/new_code.html", form=form, fresh=reports.read_receipt(house(), token, now()))


@intake.post("/receipt.txt")
def receipt_text() -> ResponseReturnValue:
    """The code as a small text file; it came in the body and leaves no trace."""
    form = ReceiptForm()
    if not form.validate() or form.code is None:
        return render_template("intake/sign_in.html", form=form), 422
    lines = (
        gettext("查询码"),
        str(form.code),
        "",
        gettext("凭它在举报网站的“查进度、看回复”里看回复、补材料。别发给别人。"),
        f"{request.host_url}mailbox",
        "",
    )
    headers = {"Content-Disposition": "attachment; filename=code.txt"}
    return Response("\r\n".join(lines), mimetype="text/plain", headers=headers)


@box.post("/mailbox/message")
def message() -> ResponseReturnValue:
    """A letter to the office."""
    _require_standing()
    form = LetterForm()
    if switch(request.form.get("lang")):
        return mailbox_page(letter_form=form)
    if not form.validate():
        return mailbox_page(letter_form=form), 422
    try:
        with reading() as session:
            prepared = office.prepare_message(session, house(), mailbox().reporter, form.text.data, now=now())
        with transaction() as session:
            office.send(session, house(), mailbox().reporter, prepared, now=now())
    except StaleError:
        form.text.errors = [gettext("刚才同时有别的信寄到，这一封没有保存。请再点一次“发送”，写的内容都还在。")]
        return mailbox_page(letter_form=form), 409
    except (NotStoredError, UncertifiedKeyError):
        form.text.errors = [gettext("这一封没有保存。请过一会儿再点“发送”，写的内容都还在。")]
        return mailbox_page(letter_form=form), 503
    return redirect(f"{TO_MAILBOX}?done=sent", code=303)


@box.post("/mailbox/statement")
def make_statement() -> ResponseReturnValue:
    """What the reporter says of one request to learn who they are."""
    request_id = _request_id()
    with reading() as session:
        stating.require_open(session, house(), mailbox().reporter, request_id, now=now())
    form = StatementForm(request_id=request_id)
    if not form.validate():
        return mailbox_page(statement_form=form), 422
    try:
        with reading() as session:
            prepared = stating.prepare(session, house(), mailbox().reporter, request_id, form.text.data, now=now())
        with transaction() as session:
            stating.store(session, house(), mailbox().reporter, request_id, prepared, now=now())
    except EnoughError:
        form.refuse_more()
        return mailbox_page(statement_form=form), 422
    except StaleError:
        form.text.errors = [gettext("刚才同时有别的变化，这一份没有保存。请再点一次“封存”，写的内容都还在。")]
        return mailbox_page(statement_form=form), 409
    except (NotStoredError, UncertifiedKeyError):
        form.text.errors = [gettext("这一份没有保存。请过一会儿再点“封存”，写的内容都还在。")]
        return mailbox_page(statement_form=form), 503
    return redirect(f"{TO_MAILBOX}?done=stated", code=303)


def _request_id() -> UUID:
    """Which request the form stands beside."""
    try:
        return UUID(request.form.get("request", ""))
    except ValueError:
        raise StrangerError("no such request") from None


@box.post("/mailbox/identity")
def change_identity() -> ResponseReturnValue:
    """Identity given, given anew, or erased."""
    with reading() as session:
        consented = office.may_be_phoned(session, mailbox().reporter)
    form = IdentityForm(consented=consented)
    if not form.erases:
        _require_standing()
    if not form.validate():
        return mailbox_page(identity_form=form), 422
    given = form.to_identity().fields
    giving = identity.erasing() if form.erases else identity.replacing(given, may_phone=form.may_phone.data)
    if not form.erases:  # whoever wants to be forgotten is never told to wait
        limits().require("giving", GIVINGS, mailbox().reporter.report_id.bytes)
    try:
        _give(giving)
    except StaleError:  # the report was handed on meanwhile: once more, for whoever keeps it now
        _give(giving)
    return redirect(f"{TO_MAILBOX}?done={'erased' if form.erases else 'sealed'}", code=303)


def _give(giving: identity.Giving) -> None:
    with reading() as session:
        replacement = office.prepare_identity(session, house(), mailbox().reporter, giving, now=now())
    with transaction() as session:
        identity.store(session, house(), replacement, now=now())


@box.post("/mailbox/withdraw")
def withdraw() -> ResponseReturnValue:
    """The report is taken back; the hazard stays."""
    form = WithdrawForm()
    if not form.validate():
        _require_standing()
        return mailbox_page(withdraw_form=form), 422
    with transaction() as session:
        office.withdraw(session, house(), mailbox().reporter, now=now())
    return redirect(TO_MAILBOX, code=303)


@intake.post("/mailbox/leave")
def leave() -> ResponseReturnValue:
    """Close the mailbox, here and in the store; `exit` leads to a page outside.

    It asks for no token and waits for no database: whoever must be gone is gone. Closing does no harm to anybody.
    """
    response = make_response(
        render_template("intake/left.html") if request.form.get("exit") else redirect("/", code=303)
    )
    token = Token.parse(request.cookies.get(MAILBOX_COOKIE))
    if token is not None:
        response.call_on_close(partial(_close, portal().store, token))
    flask_session.clear()  # and with it the token of the report's form: see `report._refuse_again`
    return close_cookie(response, MAILBOX_COOKIE)


def _close(store: Store, token: Token) -> None:
    """Take the session's row away, after the answer; without its cookie it opens nothing and is swept in an hour."""
    try:
        with store.transaction() as session:
            sessions.close(session, MailboxSession, token)
    except NotStoredError as error:
        log.warning("a mailbox's session could not be removed: %s", type(error).__name__)


def _require_standing() -> None:
    """Refuse at once what a withdrawn report takes no more: its page has no fields to point at."""
    with reading() as session:
        office.require_standing(session, mailbox().reporter)


def mailbox_page(
    *,
    letter_form: LetterForm | None = None,
    statement_form: StatementForm | None = None,
    identity_form: IdentityForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    consent_form: ConsentForm | None = None,
    objection_form: ObjectionForm | None = None,
) -> str:
    """The mailbox, with forms as they were left."""
    sheet, fresh = _sheet()
    policies = house().policies
    statement_forms = {one.id: StatementForm(formdata=None, request_id=one.id) for one in sheet.requests}
    if statement_form is not None:
        statement_forms[UUID(statement_form.request.data)] = statement_form
    return render_template(
        "intake/mailbox.html",
        sheet=sheet,
        fresh=fresh,
        letter_form=letter_form or LetterForm(formdata=None),
        statement_forms=statement_forms,
        identity_form=identity_form or IdentityForm(formdata=None, consented=sheet.phone_given),
        withdraw_form=withdraw_form or WithdrawForm(formdata=None),
        consent_form=consent_form or ConsentForm(formdata=None),
        objection_form=objection_form or ObjectionForm(formdata=None),
        kinds=policies.categories.kinds,
        divisions=policies.divisions.by_code,
    )


def serve() -> frozenset[UUID]:
    """What has arrived counts as told from now on (送达), recorded first; the letters that are opened newly."""
    with reading() as session:
        if not office.unserved(session, mailbox().reporter):
            return frozenset()
    with transaction() as session:
        return office.serve(session, house(), mailbox().reporter, now=now())


def _sheet() -> tuple[MailboxSheet, frozenset[UUID]]:
    """What there is to read; with the letters that are opened for the first time."""
    reporter, language = mailbox().reporter, current().tag
    with reading() as session:
        if not office.unserved(session, reporter):
            return office.sheet(session, house(), reporter, language, now=now()), frozenset()
    fresh = serve()
    with reading() as session:
        return office.sheet(session, house(), reporter, language, now=now()), fresh
