"""Sheets of payments and of lists for the bank to show, and the contexts of their pages, made up."""

from dataclasses import replace
from uuid import UUID

from portal.domain import payouts
from portal.domain.award_papers import Voucher
from portal.domain.award_vocabulary import (
    BankAnswer,
    BankListState,
    PayMethod,
    PayoutEnd,
    PayoutState,
    PayoutView,
)
from portal.domain.payee import Claimed, Payee
from portal.domain.payee_names import NameCheck
from portal.domain.payouts import PayoutFacts
from portal.domain.vocabulary import MotionKind
from portal.office.bank_sheets import BankLine, BankRow, BankSheet
from portal.office.paging import Page, Place, Window
from portal.office.payout_lists import PayoutLine, PayoutList
from portal.office.payout_sheets import PayoutSheet
from portal.review.list_filters import Asked
from portal.review.payout_forms import (
    AnswersForm,
    BankListForm,
    BookForm,
    CancelForm,
    CounterForm,
    MakeListForm,
    RecallForm,
    ReleaseForm,
)
from portal.web import printed_rewards
from tests.web.sheets_rewards import NOW, ONE, Context, Say, counter, judging, printed


def pages(say: Say) -> dict[str, tuple[str, str, Context]]:
    """Name → (path, template, context)."""
    return {
        "payout-sheet": ("/review/payouts/x/sheet", "review/payout_sheet.html", lambda: payout_sheet(say)),
        "payouts": (
            "/review/payouts",
            "review/payouts.html",
            lambda: {"form": MakeListForm(formdata=None), **payments(say), **judging(say)},
        ),
        "bank-lists": (
            "/review/payouts/lists",
            "review/bank_lists.html",
            lambda: {"found": Page((bank_line(),), None, Place.of(NOW, ONE)), **judging(say)},
        ),
        "bank-list": ("/review/payouts/lists/x", "review/bank_list.html", lambda: bank_list(say)),
        "payout": ("/review/payouts/x", "review/payout.html", lambda: payout(say, PayoutState.CLAIMED)),
        "payout-letter": (
            "/review/payouts/x/letter",
            "review/payout_letter.html",
            lambda: {"reference": "9F21-C0DE", "pictures": 2, "at": 1, "address": "/review/payouts/x", **judging(say)},
        ),
        "payout-released": ("/review/payouts/x", "review/payout.html", lambda: payout(say, PayoutState.RELEASED)),
    }


def payments(say: Say) -> dict[str, object]:
    """A page of payments in every state."""
    lines = [replace(payout_line(state), motion_id=ONE, motion=MotionKind.PAY) for state in PayoutState]
    asked = Asked(PayoutView.OPEN, PayoutView.OPEN, None, None, None, Window(), {})
    return {
        "found": PayoutList(
            tuple(lines),
            None,
            "after",
            dict.fromkeys(PayoutView, 1001),
            (),
            ((ONE, say("四平市人民防空办公室"), 2),),
            (bank_line(),),
        ),
        "asked": asked,
        "states": tuple(PayoutState),
        "months": [("2026-11", say("2026年11月"))],
    }


def payout_sheet(say: Say) -> dict[str, object]:
    return printed(say, printed_rewards.payment_sheet(payout(say, PayoutState.RELEASED)["sheet"], NOW.date()))


def payout_line(state: PayoutState) -> PayoutLine:
    ended = PayoutEnd.UNCOLLECTED if state is PayoutState.CANCELLED else None
    return PayoutLine(ONE, payouts.reference(ONE), state, NOW.date(), NOW.date(), 2, ended, None, None)


def bank_line() -> BankLine:
    return BankLine(ONE, "220300-2026-F001", BankListState.OPEN, NOW.date(), "qian", 3, 1, 2)


def bank_list(say: Say) -> dict[str, object]:
    """A list that the bank has answered in part; its file was given out twice."""
    answers = (BankAnswer.PAID, BankAnswer.RETURNED, BankAnswer.WAITING)
    rows = [BankRow(UUID(int=at), payouts.reference(ONE), one, NOW.date(), 300_000) for at, one in enumerate(answers)]
    sheet = BankSheet(bank_line(), tuple(rows), changed=False, motion_id=ONE, today=NOW.date())
    return {
        "sheet": sheet,
        "parts": tuple((one, *sheet.summed(one)) for one in answers),
        "bookable": tuple((str(one.payout_id), one.reference) for one in sheet.bookable),
        "file_form": BankListForm(formdata=None),
        "answers_form": AnswersForm(formdata=None),
        "recall_form": RecallForm(formdata=None),
        **judging(say),
    }


def payout(say: Say, state: PayoutState) -> dict[str, object]:
    payee = Payee(
        PayMethod.COUNTER,
        say("赵六"),
        "220102199003074516",
        delegate=True,
        signatory=say("周小明"),
        original=True,
        place=say("通化"),
    )
    if state is PayoutState.CLAIMED:
        payee = Payee(PayMethod.TRANSFER, say("周小明"), "220102199003074516", say("吉林银行"), "6222021234567890128")
    check = NameCheck.SAME if state is PayoutState.CLAIMED else NameCheck.LATE
    sealed = Claimed(payee, Voucher(ONE, ONE, (300_000, 300_000), named=True), check, ({}, {}))
    return {
        "sheet": PayoutSheet(
            payout_line(state), sealed, payouts.offered(PayoutFacts(state, ONE)), counter=counter(say).said
        ),
        "release_form": ReleaseForm(formdata=None),
        "book_form": BookForm(formdata=None),
        "counter_form": CounterForm(formdata=None),
        "cancel_form": CancelForm(formdata=None),
        "back": "/review/payouts",
        **judging(say),
    }
