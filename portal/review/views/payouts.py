"""`/review/payouts`: the payout desk. It knows whom to pay and how much, and nothing of what for."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain import clocks
from portal.domain.award_errors import CodeError
from portal.domain.award_vocabulary import PayoutState, PayoutView
from portal.domain.errors import StrangerError
from portal.office import bank_lists, motions, paying, payout_endings, payout_lists, payout_sheets
from portal.office.acting import Act
from portal.review import list_filters
from portal.review.blueprints import review
from portal.review.payout_forms import BookForm, CancelForm, CounterForm, MakeListForm, ReleaseForm
from portal.review.staff_forms import StaffForm
from portal.review.views.rewards import months_offered
from portal.review.views.staff import hand, step
from portal.web import handing
from portal.web.i18n import current
from portal.web.requests import PAYOUTS_COOKIE, desk, house, now, reading, transaction

LIST = "/review/payouts"


@review.get("/review/payouts")
def list_payouts() -> Response:
    """Payments by what is to be done; nobody's name is on this page."""
    asked = _asked()
    page = make_response(_list(MakeListForm(formdata=None)))
    return list_filters.remember(page, asked.place, PAYOUTS_COOKIE, request.cookies.get(PAYOUTS_COOKIE))


def _asked() -> list_filters.Asked[PayoutView, PayoutState]:
    return list_filters.read(request.args, PayoutView, PayoutState, PayoutView.OPEN)


@review.post("/review/payouts/lists")
def make_bank_list() -> ResponseReturnValue:
    """Everything that was released, goes by bank and stands in no list (付款批次); it takes a code."""
    form = MakeListForm()

    def work(act: Act) -> str:
        made = form.desk_id
        if made is None:
            raise StrangerError("no such desk")
        ring, proof = desk().ring, hand(form).fresh
        return f"{LIST}/lists/{bank_lists.make(act.session, act.house, act.actor, ring, proof, made, now=act.now)}"

    return step(form, _list, work)


def _list(form: Any) -> str:
    officer, asked = desk(), _asked()
    wanted = payout_lists.Wanted(asked.view, asked.state, asked.authority_id, asked.month)
    with reading() as session:
        found = payout_lists.listed(session, house(), officer.actor, current().tag, wanted, asked.window, now=now())
    if form.desk.data is None and len(found.unlisted) == 1:  # where there is one, it is that
        form.desk.data = str(found.unlisted[0][0])
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

    def work(act: Act) -> str:
        said, on = form.said
        paying.book(act.session, act.house, act.actor, said, payout_id, now=act.now, on=on)
        return f"{LIST}/{payout_id}"

    return step(form, lambda typed: _page(payout_id, book_form=typed), work)


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
    release_form: StaffForm | None = None,
    book_form: StaffForm | None = None,
    counter_form: CounterForm | None = None,
    cancel_form: StaffForm | None = None,
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
        book_form=book_form or BookForm(formdata=None, data={"on": str(clocks.day_of(now()))}),
        counter_form=counter_form or CounterForm(formdata=None),
        cancel_form=cancel_form or CancelForm(formdata=None),
    )
