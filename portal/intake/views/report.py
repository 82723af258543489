"""`/report`: the form, and the page with the receipt."""

from contextlib import suppress

from flask import current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from crypto.receipt import Receipt
from portal.domain import clocks
from portal.domain.calendar_errors import NoCalendarError
from portal.domain.errors import (
    AlreadyReceivedError,
    NoDeskError,
    NotStoredError,
    OtherDeskError,
    StaleError,
    TokenError,
    UncertifiedKeyError,
)
from portal.domain.values import Submission
from portal.intake.blueprints import intake
from portal.intake.choices import Choices, ChoicesCache
from portal.intake.forms import ReportForm
from portal.office import arrival, reports, sessions
from portal.office.keyring import ReporterKey
from portal.office.sheets import ReceiptSheet
from portal.web.forms import csrf_token
from portal.web.i18n import current, gettext, switch
from portal.web.limits import REPORTS, limits
from portal.web.requests import MAILBOX_COOKIE, Mailbox, house, now, open_cookie, reading, transaction

BLANK, BLANK_BESIDE_MAILBOX = "report", "report beside a mailbox"
CSRF_MARK, TOKEN_MARK = "\x00csrf\x00", "\x00token\x00"
TRIES = 3  # when desks change, or the same form arrives twice at once, it is sealed again


def choices() -> Choices:
    """What the form offers now."""
    cache: ChoicesCache = current_app.extensions.setdefault("portal.choices", ChoicesCache())
    return cache.get()


@intake.get("/report")
def report() -> ResponseReturnValue:
    """An empty form."""
    offered = choices()
    if not offered.open:
        raise NoDeskError("nobody is seated in the province")
    csrf, token = csrf_token(), reports.new_token(house(), now())
    name = BLANK_BESIDE_MAILBOX if MAILBOX_COOKIE in request.cookies else BLANK  # the page says that it may be open
    blank = offered.pages.get(name) or offered.pages.setdefault(name, _blank(offered, csrf, token))
    return blank.replace(CSRF_MARK, csrf).replace(TOKEN_MARK, token)


def _blank(offered: Choices, csrf: str, token: str) -> str:
    """The empty form with marks where the two tokens go: drawing it costs more than receiving a report."""
    form = _form(offered)
    form.submission.data = token
    return _page(form, offered).replace(csrf, CSRF_MARK).replace(token, TOKEN_MARK)


@intake.post("/report")
def send_report() -> ResponseReturnValue:
    """Receive a report: sealed, stored and recorded, or said to be not received; what was typed stays."""
    switched = switch(request.form.get("lang"))
    offered = choices()
    form = _form(offered)
    if switched:
        return _page(form, offered)
    valid = form.validate()
    receipt = _receipt(form)
    if receipt is not None and form.csrf_token.errors:
        _refuse_again(receipt)
    if not valid or receipt is None:
        return _page(form, offered), 422
    return _take(form, offered, receipt) if offered.open else _closed(form, offered)


def _take(form: ReportForm, offered: Choices, receipt: Receipt) -> ResponseReturnValue:
    """Receive what a valid form says, or say why it was not received."""
    marked = limits().over("report", REPORTS, limits().network())
    try:
        sheet = _receive(form.to_submission(marked=marked), receipt)
    except NoDeskError:
        return _closed(form, offered)
    except OtherDeskError:
        form.submission.data = reports.new_token(house(), now())
        form.submission.errors = [
            gettext(
                "您改了地方、事项或者接收的要求，这一次应由另一个单位接收。前一件已经收到，不会转给它。"
                "要交给它，请再点一次“提交”，另记一件，会给您一个新的查询码。"
            )
        ]
        return _page(form, offered), 409
    except (NotStoredError, StaleError, UncertifiedKeyError, NoCalendarError):
        form.submission.errors = [
            gettext("这件举报已经收到，只是刚才这一次的改动没有保存。请过一会儿再点“提交”，不会重复登记。")
            if _is_there(receipt)
            else gettext(
                "没有收到。刚才没有保存成功，您写的还在本页。请过一会儿再点“提交”，不会重复登记。着急请打 12345。"
            )
        ]
        return _page(form, offered), 503
    response = make_response(render_template("intake/receipt.html", sheet=sheet))
    return open_cookie(response, MAILBOX_COOKIE, str(g.mailbox.token))


def _refuse_again(receipt: Receipt) -> None:
    """Whoever goes back after leaving the mailbox gets neither the text nor the code on the screen again.

    Leaving takes the form's cookie away; what was not received yet is shown again all the same.
    """
    with suppress(NotStoredError), reading() as session:
        if reports.find(session, house(), receipt) is not None:
            raise AlreadyReceivedError("sent again after the mailbox was left")


def _closed(form: ReportForm, offered: Choices) -> ResponseReturnValue:
    """Nobody sits at a desk that this report needs: where to turn instead, with all that was typed."""
    kind = house().policies.categories.kinds[form.category.data]
    if form.concerns_office.data == "yes" or kind.misconduct:
        sentence = gettext("这件事要由纪检监察机构接收，网上还没有开通。请打 12388，或者直接向当地纪委监委反映。")
        form.concerns_office.errors = [sentence]
        return _page(form, offered), 422
    form.submission.errors = [
        gettext("没有收到。现在没有人值守，网上暂时不能接收。请打 12350（安全生产举报）或者 12345。")
    ]
    return _page(form, offered), 503


def _form(offered: Choices) -> ReportForm:
    today = now().astimezone(clocks.SHANGHAI).date()
    return ReportForm(kinds=offered.kinds, divisions=offered.divisions, today=today)


def _page(form: ReportForm, offered: Choices) -> str:
    return render_template(
        "intake/report.html",
        form=form,
        tops=offered.tops,
        division_options=offered.places,
        misconduct_open=offered.misconduct_open,
    )


def _receipt(form: ReportForm) -> Receipt | None:
    """The receipt that the form's token stands for; a token that is too old is replaced and said so."""
    try:
        return reports.read_receipt(house(), form.submission.data or "", now())
    except TokenError:
        form.submission.data = reports.new_token(house(), now())
        form.submission.errors = [gettext("页面放得太久了，请再点一次“提交”，写的内容都还在。")]
        return None


def _receive(submission: Submission, receipt: Receipt) -> ReceiptSheet:
    """Plan, seal, store; once more when something changed in between."""
    for attempt in range(1, TRIES + 1):
        try:
            return _receive_once(submission, receipt)
        except StaleError:
            if attempt == TRIES:
                raise
    raise StaleError("tried too often")


def _is_there(receipt: Receipt) -> bool:
    """Whether the report of this form was received, though this sending of it was not."""
    with suppress(NotStoredError), reading() as session:
        return reports.find(session, house(), receipt) is not None
    return False


def _receive_once(submission: Submission, receipt: Receipt) -> ReceiptSheet:
    language = current().tag
    with reading() as session:
        known = reports.find(session, house(), receipt)
        if known is None:
            plan = reports.plan(house(), session, submission.narrative, language, now=now())
        else:
            again = reports.prepare_again(session, house(), submission, receipt, known, language, now=now())
    if known is not None:
        with transaction() as session:
            sheet = reports.store_again(session, house(), again, now=now())
            opened = _open_mailbox(session, known)
        g.mailbox = opened  # after the commit: a page that says "not received" belongs to no mailbox
        return sheet
    sealed = arrival.seal(house(), plan, submission, receipt, now=now())
    with transaction() as session:
        sheet = reports.submit(session, house(), sealed)
        opened = _open_mailbox(session, sealed.reporter)
    g.mailbox = opened
    return sheet


def _open_mailbox(session: Session, reporter: ReporterKey) -> Mailbox:
    return Mailbox(sessions.open_mailbox(session, house(), reporter, now=now()), reporter)
