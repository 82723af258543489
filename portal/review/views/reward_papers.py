"""Papers of rewards, as a printer shows them: 审批表 and 公告 for the award desk, 发放表 for the payout desk."""

from datetime import date
from uuid import UUID

from flask import render_template

from portal.office import award_printing, payout_sheets
from portal.review.blueprints import review
from portal.web.i18n import OFFICE_ZONE, current
from portal.web.requests import desk, house, now, transaction


@review.get("/review/rewards/<uuid:award_id>/form")
def show_approval_form(award_id: UUID) -> str:
    """What was proposed, how it was reckoned, what was decided, with a line for each of the three people."""
    officer = desk()
    with transaction() as session:  # it reveals, and is entered
        sheet = award_printing.form(session, house(), officer.actor, officer.ring, award_id, current().tag, now=now())
    kinds = house().policies.categories.kinds
    return render_template("review/reward_form.html", officer=officer.sheet, sheet=sheet, kinds=kinds, today=_today())


@review.get("/review/rewards/<uuid:award_id>/notice")
def show_public_notice(award_id: UUID) -> str:
    """For a reporter who never opened the decision: the number alone, no sum."""
    officer = desk()
    with transaction() as session:  # entered before it can be posted up
        said = award_printing.notice(session, house(), officer.actor, award_id, current().tag, now=now())
    return render_template("review/reward_notice.html", officer=officer.sheet, said=said, today=_today())


@review.get("/review/payouts/<uuid:payout_id>/sheet")
def show_payment_sheet(payout_id: UUID) -> str:
    """Whom to pay and how much, with lines for two of the desk and for whoever collects; nothing of what for."""
    officer = desk()
    with transaction() as session:  # it reveals, and is entered
        sheet = payout_sheets.show(session, house(), officer.actor, officer.ring, payout_id, now=now())
    return render_template("review/payout_sheet.html", officer=officer.sheet, sheet=sheet, today=_today())


def _today() -> date:
    return now().astimezone(OFFICE_ZONE).date()
