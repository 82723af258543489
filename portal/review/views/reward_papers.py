"""Papers of rewards, as a printer shows them: 审批表 and 公告 for the award desk, 发放表 for the payout desk.

Each is a page and, where the extra `[pdf]` is installed, a file: the same words, after the same entry.
"""

from datetime import date
from uuid import UUID

from flask import Response, render_template

from portal.office import award_printing, payout_sheets, printing
from portal.printing.page import Page
from portal.review.blueprints import review
from portal.web import printed, printed_rewards
from portal.web.i18n import OFFICE_ZONE, current
from portal.web.requests import desk, house, now, transaction

AWARD, PAYOUT = "/review/rewards/<uuid:award_id>", "/review/payouts/<uuid:payout_id>"


@review.get(f"{AWARD}/form")
def show_approval_form(award_id: UUID) -> str:
    """What was proposed, how it was reckoned, what was decided, with a line for each of the three people."""
    return _shown("review/reward_form.html", _approval_form(award_id), f"/review/rewards/{award_id}")


@review.get(f"{AWARD}/form.pdf")
def take_approval_form(award_id: UUID) -> Response:
    """The same as a file."""
    printing.require_installed()
    return printed.pdf(_approval_form(award_id))


@review.get(f"{AWARD}/notice")
def show_public_notice(award_id: UUID) -> str:
    """For a reporter who never opened the decision: the number alone, no sum."""
    return _shown("review/reward_notice.html", _public_notice(award_id), f"/review/rewards/{award_id}")


@review.get(f"{AWARD}/notice.pdf")
def take_public_notice(award_id: UUID) -> Response:
    """The same as a file."""
    printing.require_installed()
    return printed.pdf(_public_notice(award_id))


@review.get(f"{PAYOUT}/sheet")
def show_payment_sheet(payout_id: UUID) -> str:
    """Whom to pay and how much, with lines for two of the desk and for whoever collects; nothing of what for."""
    return _shown("review/payout_sheet.html", _payment_sheet(payout_id), f"/review/payouts/{payout_id}")


@review.get(f"{PAYOUT}/sheet.pdf")
def take_payment_sheet(payout_id: UUID) -> Response:
    """The same as a file."""
    printing.require_installed()
    return printed.pdf(_payment_sheet(payout_id))


def _approval_form(award_id: UUID) -> Page:
    officer = desk()
    with transaction() as session:  # it reveals, and is entered
        sheet = award_printing.form(session, house(), officer.actor, officer.ring, award_id, current().tag, now=now())
    return printed_rewards.approval_form(sheet, house().policies.categories.kinds, _today())


def _public_notice(award_id: UUID) -> Page:
    with transaction() as session:  # entered before it can be posted up
        said = award_printing.notice(session, house(), desk().actor, award_id, current().tag, now=now())
    return printed_rewards.public_notice(said, _today())


def _payment_sheet(payout_id: UUID) -> Page:
    officer = desk()
    with transaction() as session:  # it reveals, and is entered
        sheet = payout_sheets.show(session, house(), officer.actor, officer.ring, payout_id, now=now())
    return printed_rewards.payment_sheet(sheet, _today())


def _shown(template: str, page: Page, back: str) -> str:
    return render_template(template, officer=desk().sheet, page=page, back=back)


def _today() -> date:
    return now().astimezone(OFFICE_ZONE).date()
