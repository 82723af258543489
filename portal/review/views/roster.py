"""`/review/roster`: who is on watch when (值班表); the lead of a desk changes it, whoever takes in reads it."""

from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from portal.domain import access
from portal.domain.alarms import RUNG
from portal.office import rostering
from portal.office.acting import Act
from portal.review.alarm_forms import RemoveShiftForm, ShiftForm
from portal.review.blueprints import review
from portal.review.staff_forms import StaffForm
from portal.review.views.staff import acting, step
from portal.web.i18n import current
from portal.web.requests import desk, now, reading, transaction


@review.get("/review/roster")
def show_roster() -> ResponseReturnValue:
    """The watches to come, and the times in which nobody has one."""
    return _page()


@review.post("/review/roster")
def add_shift() -> ResponseReturnValue:
    """Put somebody on watch."""
    form = ShiftForm()
    form.name_after(form.desk.data or "")

    def work(act: Act) -> str:
        rostering.add(act, UUID(form.desk.data), form.value())
        return "/review/roster"

    return step(form, _page, work)


@review.post("/review/roster/<uuid:shift_id>/remove")
def remove_shift(shift_id: UUID) -> ResponseReturnValue:
    """Take somebody off a watch."""
    form = RemoveShiftForm()
    if not form.validate():
        return _page(), 422
    with transaction() as session:
        rostering.remove(acting(session), shift_id)
    return redirect(f"/review/roster?done={form.done}", code=303)


def _page(typed: StaffForm | None = None) -> str:
    access.require_seat(desk().actor, RUNG)
    with reading() as session:
        desks = rostering.desks(acting(session), current().tag)
    forms = {one.desk_id: _form(one.desk_id, typed) for one in desks}
    return render_template("review/roster.html", officer=desk().sheet, desks=desks, forms=forms, typed=typed, now=now())


def _form(desk_id: UUID, typed: StaffForm | None) -> ShiftForm:
    """The form of a desk as it was typed, or an empty one."""
    if isinstance(typed, ShiftForm) and typed.desk.data == str(desk_id):
        return typed
    form = ShiftForm(formdata=None)
    form.name_after(str(desk_id))
    return form
