"""`/mailbox/accesses` and `/mailbox/consent`: who has read what, and whether somebody may."""

from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain.errors import StrangerError
from portal.intake.blueprints import box
from portal.intake.forms import ConsentForm
from portal.intake.views.mailbox import TO_MAILBOX, mailbox_page
from portal.office import consenting, readings
from portal.web.i18n import current
from portal.web.requests import house, mailbox, now, reading, transaction


@box.get("/mailbox/accesses")
def show_accesses() -> ResponseReturnValue:
    """Every reading of the identity one by one, those of the report by the day."""
    with reading() as session:
        sheet = readings.sheet(session, house(), mailbox().reporter, current().tag, now=now())
    return render_template("intake/accesses.html", sheet=sheet)


@box.post("/mailbox/consent")
def say_consent() -> ResponseReturnValue:
    """The reporter agrees to a request that needs it, or does not, or takes it back."""
    form = ConsentForm()
    if not form.validate():
        return mailbox_page(consent_form=form), 422
    with transaction() as session:
        consenting.answer(session, house(), mailbox().reporter, requested(), agreed=form.agreed, now=now())
    return redirect(f"{TO_MAILBOX}?done={'agreed' if form.agreed else 'not-agreed'}", code=303)


def requested() -> UUID:
    """Which request a form stands beside."""
    try:
        return UUID(request.form.get("request", ""))
    except ValueError:
        raise StrangerError("no such request") from None
