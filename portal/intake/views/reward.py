"""`/mailbox/reward`: what was decided about a reward, and how it was reckoned; to contest it, give it up.

To claim it has a view of its own (`claim`).
"""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from portal.domain.award_errors import ClaimError
from portal.domain.errors import NotStoredError, ObjectionError, StaleError, StrangerError, UncertifiedKeyError
from portal.intake.blueprints import box
from portal.intake.claim_forms import ClaimForm, CodeForm, ContestForm, GiveUpForm, WithdrawForm
from portal.intake.views.mailbox import serve
from portal.office import claims, contesting, payout_endings, reward_sheets
from portal.office.reward_sheets import RewardSheet
from portal.web.i18n import current, gettext
from portal.web.requests import house, mailbox, now, reading, transaction

PAGE = "/mailbox/reward"


@box.get("/mailbox/reward")
def show_reward() -> str:
    """The decision, row by row and step by step, and what may be done now; whoever reads it has been told."""
    serve()
    return reward_page()


@box.post("/mailbox/reward/code")
def draw_claim_code() -> ResponseReturnValue:
    """Another code for the counter, shown once."""
    form = CodeForm()
    if not form.validate():
        return reward_page(code_form=form), 422
    sheet = reward_sheet()
    with transaction() as session:
        code = claims.draw_code(session, house(), mailbox().reporter, now=now())
    return code_page(sheet, sheet.reference, code, first=False)


@box.post("/mailbox/reward/contest")
def contest_reward() -> ResponseReturnValue:
    """A refusal is looked at again by somebody who did not judge."""
    form = ContestForm()
    if not form.validate():
        return reward_page(contest_form=form), 422
    reporter = mailbox().reporter
    try:
        with reading() as session:
            prepared = contesting.prepare(session, house(), reporter, form.text.data, now=now())
        with transaction() as session:
            contesting.contest(session, house(), reporter, prepared, now=now())
    except ObjectionError as refusal:
        form.say_why(refusal)
        return reward_page(contest_form=form), 422
    except (StaleError, NotStoredError, UncertifiedKeyError):
        form.text.errors = [gettext("没有保存。请过一会儿再点一次，填的内容都还在。")]
        return reward_page(contest_form=form), 503
    return redirect(f"{PAGE}?done=contested", code=303)


@box.post("/mailbox/reward/withdraw")
def withdraw_claim() -> ResponseReturnValue:
    """Take a claim back before it is released: what was given for it is destroyed."""
    form = WithdrawForm()
    if not form.validate():
        return reward_page(withdraw_form=form), 422
    try:
        with transaction() as session:
            payout_endings.withdraw(session, house(), mailbox().reporter, now=now())
    except ClaimError as refusal:
        form.say_why(refusal)
        return reward_page(withdraw_form=form), 409
    return redirect(f"{PAGE}?done=claim-withdrawn", code=303)


@box.post("/mailbox/reward/give-up")
def give_up_reward() -> ResponseReturnValue:
    """Take none of it."""
    form = GiveUpForm()
    if not form.validate():
        return reward_page(give_up_form=form), 422
    with transaction() as session:
        contesting.give_up(session, house(), mailbox().reporter, now=now())
    return redirect(f"{PAGE}?done=given-up", code=303)


def code_page(sheet: RewardSheet, reference: str, code: str, *, first: bool = True, elsewhere: str = "") -> str:
    """The code for the counter, with what to do there: whatever can fail was done before it was recorded."""
    page = "intake/claimed.html"
    return render_template(page, sheet=sheet, reference=reference, code=code, first=first, elsewhere=elsewhere)


def reward_sheet() -> RewardSheet:
    """The decision as it stands. Raises StrangerError where there is none."""
    with reading() as session:
        sheet = reward_sheets.sheet(session, house(), mailbox().reporter, current().tag, now=now())
    if sheet is None:
        raise StrangerError("no decision on a reward")
    return sheet


def reward_page(
    *,
    claim_form: ClaimForm | None = None,
    contest_form: ContestForm | None = None,
    give_up_form: GiveUpForm | None = None,
    code_form: CodeForm | None = None,
    withdraw_form: WithdrawForm | None = None,
) -> str:
    """The whole page; a form as it was typed."""
    sheet = reward_sheet()
    return render_template(
        "intake/reward.html",
        sheet=sheet,
        edition=house().policies.rewards_of(sheet.edition),
        claim_form=claim_form or ClaimForm(formdata=None),
        contest_form=contest_form or ContestForm(formdata=None),
        give_up_form=give_up_form or GiveUpForm(formdata=None),
        code_form=code_form or CodeForm(formdata=None),
        withdraw_form=withdraw_form or WithdrawForm(formdata=None),
    )
