"""`/review/payouts`: the payout desk. It knows whom to pay and how much, and nothing of what for."""

from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.award_errors import CodeError
from portal.domain.award_vocabulary import PayoutState, PayoutStep, PayoutView
from portal.domain.errors import RefusalError, StrangerError
from portal.office import motions, paying, payout_endings, payout_lists, payout_sheets
from portal.office.acting import Act
from portal.review import bank_list, list_filters
from portal.review.blueprints import review
from portal.review.payout_forms import BankListForm, BookForm, CancelForm, CounterForm, ReleaseForm
from portal.review.views.rewards import months_offered
from portal.review.views.staff import hand, step
from portal.web import handing
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.requests import PAYOUTS_COOKIE, desk, house, now, reading, transaction

LIST = "/review/payouts"


@review.get("/review/payouts")
def list_payouts() -> Response:
    """Payments by what is to be done; nobody's name is on this page."""
    asked = _asked()
    page = make_response(_list(BankListForm(formdata=None)))
    return list_filters.remember(page, asked.place, PAYOUTS_COOKIE, request.cookies.get(PAYOUTS_COOKIE))


def _asked() -> list_filters.Asked[PayoutView, PayoutState]:
    return list_filters.read(request.args, PayoutView, PayoutState, PayoutView.OPEN)


@review.post("/review/payouts/transfers")
def take_bank_list() -> ResponseReturnValue:
    """What was released and goes by bank, as a file in which no cell is a formula; it takes a code."""
    form = BankListForm()
    if not form.validate():
        return _list(form), 422
    officer = desk()
    try:
        with transaction() as session:
            lines = payout_sheets.transfers(session, house(), officer.actor, officer.ring, hand(form).fresh, now=now())
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        enter(refusal)
        return _list(form), 422
    return handing.whole(*bank_list.written(form.kind.data, lines))


def _list(form: BankListForm) -> str:
    officer, asked = desk(), _asked()
    wanted = payout_lists.Wanted(asked.view, asked.state, asked.authority_id, asked.month)
    with reading() as session:
        found = payout_lists.listed(session, house(), officer.actor, current().tag, wanted, asked.window, now=now())
    return render_template(
        "review/payouts.html",
        officer=officer.sheet,
        found=found,
        asked=asked,
        states=tuple(PayoutState),
        months=months_offered(),
        form=form,
    )


@review.get("/review/payouts/<uuid:payout_id>")
def show_payout(payout_id: UUID) -> str:
    """Whom to pay and how much; each look is entered first."""
    return _page(payout_id)


@review.post("/review/payouts/<uuid:payout_id>/release")
def release_payout(payout_id: UUID) -> ResponseReturnValue:
    """Propose that it be paid (审定发放); another officer of the desk confirms."""
    form = ReleaseForm()

    def work(act: Act) -> str:
        motions.propose(act, hand(form), paying.wanted(act, payout_id))
        return f"{LIST}/{payout_id}"

    return step(form, lambda typed: _page(payout_id, release_form=typed), work)


@review.post("/review/payouts/<uuid:payout_id>/cancel")
def cancel_payout(payout_id: UUID) -> ResponseReturnValue:
    """Propose that it end unpaid (不再发放); another officer of the desk confirms."""
    form = CancelForm()

    def work(act: Act) -> str:
        motions.propose(act, hand(form), payout_endings.wanted(act, payout_id, form.ended))
        return f"{LIST}/{payout_id}"

    return step(form, lambda typed: _page(payout_id, cancel_form=typed), work)


@review.post("/review/payouts/<uuid:payout_id>/book")
def book_payout(payout_id: UUID) -> ResponseReturnValue:
    """Paid, or sent back by the bank."""
    form = BookForm()
    if not form.validate():
        return _page(payout_id, book_form=form), 422
    with transaction() as session:
        paying.book(session, house(), desk().actor, PayoutStep(form.step.data), payout_id, now=now())
    return redirect(f"{LIST}/{payout_id}?done=booked", code=303)


@review.post("/review/payouts/<uuid:payout_id>/code")
def compare_code(payout_id: UUID) -> ResponseReturnValue:
    """Compare the code that somebody shows: the right one books it as paid, a wrong one slows the next."""
    form, officer = CounterForm(), desk()
    if not form.validate():
        return _page(payout_id, counter_form=form), 422
    try:
        with transaction() as session:
            right = paying.try_code(
                session,
                house(),
                officer.actor,
                officer.ring,
                payout_id,
                form.code.data,
                now=now(),
                seen=form.to_seen(),
            )
    except CodeError as refusal:
        form.say_why(refusal)
        return _page(payout_id, counter_form=form), 422
    if not right:
        form.say_wrong()
        return _page(payout_id, counter_form=form), 422
    return redirect(f"{LIST}/{payout_id}?done=code-right", code=303)


@review.get("/review/payouts/<uuid:payout_id>/letter")
def show_letter(payout_id: UUID) -> str:
    """The frame for one picture of a delegate's letter, which is asked for by itself."""
    officer = desk()
    with reading() as session:
        reference, pictures = payout_sheets.letters(session, house(), officer.actor, officer.ring, payout_id)
    at = request.args.get("page", 1, type=int)
    if not 1 <= at <= pictures:
        raise StrangerError("no such picture")
    address = f"{LIST}/{payout_id}"
    said = {"reference": reference, "pictures": pictures, "at": at, "address": address}
    return render_template("review/payout_letter.html", officer=officer.sheet, **said)


@review.get("/review/payouts/<uuid:payout_id>/letter/<int(max=999):picture>")
def show_letter_picture(payout_id: UUID, picture: int) -> Response:
    """One picture, after the entry that says so."""
    officer = desk()
    with transaction() as session:
        file = payout_sheets.letter(session, house(), officer.actor, officer.ring, payout_id, picture, now=now())
    return handing.picture(file)


def _page(
    payout_id: UUID,
    *,
    release_form: ReleaseForm | None = None,
    book_form: BookForm | None = None,
    counter_form: CounterForm | None = None,
    cancel_form: CancelForm | None = None,
) -> str:
    officer = desk()
    with transaction() as session:  # it reveals, and is entered
        sheet = payout_sheets.show(session, house(), officer.actor, officer.ring, payout_id, now=now())
    return render_template(
        "review/payout.html",
        officer=officer.sheet,
        sheet=sheet,
        back=list_filters.way_back(LIST, request.cookies.get(PAYOUTS_COOKIE)),
        release_form=release_form or ReleaseForm(formdata=None),
        book_form=book_form or BookForm(formdata=None),
        counter_form=counter_form or CounterForm(formdata=None),
        cancel_form=cancel_form or CancelForm(formdata=None),
    )
