"""`/mailbox/print`: how far a report has come, on a sheet that may be left lying: nothing of it says who reported."""

from flask import render_template

from portal.intake.blueprints import box
from portal.office import mailbox as office
from portal.web.i18n import OFFICE_ZONE, current
from portal.web.requests import house, mailbox, now, reading


@box.get("/mailbox/print")
def show_printed() -> str:
    """State, time limits with their articles, what the office did, by the day; no word of anybody, no code, no hour."""
    with reading() as session:
        sheet = office.sheet(session, house(), mailbox().reporter, current().tag, now=now())
    done = [(step.at.astimezone(OFFICE_ZONE).date(), step) for step in sheet.steps if not step.hour_only]
    return render_template("intake/printed.html", sheet=sheet, done=done, today=now().astimezone(OFFICE_ZONE).date())
