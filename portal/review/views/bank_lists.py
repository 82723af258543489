"""`/review/payouts/lists`: lists for the bank (付款批次): their file, what the bank answered, and recalling one."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.award_vocabulary import BankAnswer
from portal.domain.errors import RefusalError
from portal.office import bank_lists, bank_sheets, motions, paying
from portal.office.acting import Act
from portal.office.bank_sheets import BankSheet
from portal.office.paging import Place, Window
from portal.review import bank_list
from portal.review.blueprints import review
from portal.review.payout_forms import AnswersForm, BankListForm, RecallForm
from portal.review.staff_forms import StaffForm
from portal.review.views.staff import hand, step
from portal.web import handing
from portal.web.errors import enter
from portal.web.i18n import gettext
from portal.web.requests import desk, house, now, reading, transaction

LISTS = "/review/payouts/lists"


@review.get("/review/payouts/lists")
def list_bank_lists() -> str:
    """All of them, the newest first; sums are on none of the lines."""
    window = Window(Place.parse(request.args.get("after")), Place.parse(request.args.get("before")))
    with reading() as session:
        found = bank_sheets.listed(session, house(), desk().actor, window, now=now())
    return render_template("review/bank_lists.html", officer=desk().sheet, found=found)


@review.get("/review/payouts/lists/<uuid:list_id>")
def show_bank_list(list_id: UUID) -> str:
    """One with its sums and what the bank answered; each look is entered first."""
    return _page(list_id)


@review.post("/review/payouts/lists/<uuid:list_id>/file")
def take_bank_list(list_id: UUID) -> ResponseReturnValue:
    """The file for the bank: the same bytes each time, in which no cell is a formula; it takes a code."""
    form, officer = BankListForm(), desk()
    if not form.validate():
        return _page(list_id, file_form=form), 422
    kind, proof = form.kind.data, hand(form).fresh
    try:
        with transaction() as session:
            taken = bank_lists.take(session, house(), officer.actor, officer.ring, proof, list_id, kind, now=now())
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        enter(refusal)
        return _page(list_id, file_form=form), 422
    return handing.whole(*bank_list.written(kind, taken))


@review.post("/review/payouts/lists/<uuid:list_id>/answers")
def book_answers(list_id: UUID) -> ResponseReturnValue:
    """What the bank said of some payments, or of all to which it had not answered."""
    form = AnswersForm()

    def work(act: Act) -> str:
        said, on = form.said
        ids = form.chosen(bank_sheets.bookable(act.session, act.house, act.actor, list_id, said))
        paying.book(act.session, act.house, act.actor, said, *ids, now=act.now, on=on)
        return f"{LISTS}/{list_id}"

    return step(form, lambda typed: _page(list_id, answers_form=typed), work)


@review.post("/review/payouts/lists/<uuid:list_id>/recall")
def recall_bank_list(list_id: UUID) -> ResponseReturnValue:
    """Propose that it be recalled, as it was never handed in; another officer of the desk confirms."""
    form = RecallForm()

    def work(act: Act) -> str:
        motions.propose(act, hand(form), bank_lists.wanted(act, list_id))
        return f"{LISTS}/{list_id}"

    return step(form, lambda typed: _page(list_id, recall_form=typed), work)


def _page(
    list_id: UUID,
    *,
    file_form: StaffForm | None = None,
    answers_form: StaffForm | None = None,
    recall_form: StaffForm | None = None,
) -> str:
    officer = desk()
    with transaction() as session:  # it reveals sums, and is entered
        sheet = bank_sheets.show(session, house(), officer.actor, officer.ring, list_id, now=now())
    return render_template(
        "review/bank_list.html",
        officer=officer.sheet,
        sheet=sheet,
        parts=tuple((answer, *sheet.summed(answer)) for answer in BankAnswer if sheet.summed(answer)[0]),
        bookable=_bookable(sheet),
        file_form=file_form or BankListForm(formdata=None),
        answers_form=answers_form or AnswersForm(formdata=None, data={"on": str(sheet.today)}),
        recall_form=recall_form or RecallForm(formdata=None),
    )


def _bookable(sheet: BankSheet) -> tuple[tuple[str, str], ...]:
    """The payments that something can be booked of, as choices."""
    paid = gettext("（已登记已付，银行又退回的）")
    return tuple(
        (str(one.payout_id), one.reference + (paid if one.answer is BankAnswer.PAID else "")) for one in sheet.bookable
    )
