"""`/mailbox/print` and `/mailbox/reward/print`: sheets that may be left lying: nothing of them says who reported."""

from flask import Response, render_template

from portal.domain.errors import StrangerError
from portal.intake.blueprints import box
from portal.intake.views.mailbox import serve
from portal.office import mailbox as office
from portal.office import printing, reward_sheets
from portal.printing.page import Page
from portal.web import printed, printed_rewards
from portal.web.i18n import OFFICE_ZONE, current
from portal.web.requests import house, mailbox, now, reading


@box.get("/mailbox/print")
def show_printed() -> str:
    """State, time limits with their articles, what the office did, by the day; no word of anybody, no code, no hour."""
    with reading() as session:
        sheet = office.sheet(session, house(), mailbox().reporter, current().tag, now=now())
    done = [(step.at.astimezone(OFFICE_ZONE).date(), step) for step in sheet.steps if not step.hour_only]
    return render_template("intake/printed.html", sheet=sheet, done=done, today=now().astimezone(OFFICE_ZONE).date())


@box.get("/mailbox/reward/print")
def show_printed_reward() -> str:
    """The sum and until when; no number, no word of anybody, not how it was reckoned: that tells who works there."""
    return render_template("intake/reward_printed.html", page=_reward())


@box.get("/mailbox/reward/print.pdf")
def take_printed_reward() -> Response:
    """The same as a file, where the extra `[pdf]` is installed."""
    printing.require_installed()
    return printed.pdf(_reward())


def _reward() -> Page:
    """Whoever reads it has been told."""
    serve()
    with reading() as session:
        sheet = reward_sheets.sheet(session, house(), mailbox().reporter, current().tag, now=now())
    if sheet is None:
        raise StrangerError("no decision on a reward")
    return printed_rewards.own_notice(sheet, house().policies.rewards_of(sheet.edition))
