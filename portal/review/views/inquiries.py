"""`/review/inquiries`: the register of whoever was asked for a reporter's name (过问登记)."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.office import inquiring
from portal.office.acting import Act
from portal.review.blueprints import review
from portal.review.staff_forms import InquiryForm, StaffForm
from portal.review.views.staff import acting, step
from portal.web.i18n import current
from portal.web.requests import desk, reading, transaction


@review.get("/review/inquiries")
def list_inquiries() -> ResponseReturnValue:
    """The form for everybody; the list for audit and discipline."""
    return _page()


@review.post("/review/inquiries")
def register_inquiry() -> ResponseReturnValue:
    """Seal what somebody was asked."""
    form = InquiryForm()

    def work(act: Act) -> str:
        inquiring.register(act, form.value())
        return "/review/inquiries"

    return step(form, _page, work)


@review.get("/review/inquiries/<uuid:inquiry_id>")
def show_inquiry(inquiry_id: UUID) -> ResponseReturnValue:
    """One of them, recorded before it is shown."""
    with transaction() as session:
        sheet = inquiring.show(acting(session), desk().ring, inquiry_id, current().tag)
    return render_template("review/inquiry.html", officer=desk().sheet, sheet=sheet)


def _page(typed: StaffForm | None = None) -> str:
    with reading() as session:
        act = acting(session)
        readable = inquiring.reads(act)
        lines = inquiring.listed(act, desk().ring, current().tag) if readable else ()
    form = typed or InquiryForm(formdata=None)
    return render_template("review/inquiries.html", officer=desk().sheet, form=form, readable=readable, lines=lines)
