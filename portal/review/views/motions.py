"""`/review/motions`: what needs a second person (双人复核)."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.vocabulary import MotionStep
from portal.office import motion_sheets, motions
from portal.office.acting import Act
from portal.review.blueprints import review
from portal.review.staff_forms import ConfirmForm, RefuseMotionForm, StaffForm, WithdrawMotionForm
from portal.review.views.staff import acting, hand, step
from portal.web.i18n import current
from portal.web.requests import desk, reading


@review.get("/review/motions")
def list_motions() -> ResponseReturnValue:
    """What this officer is to confirm, what else waits, what is over."""
    with reading() as session:
        mine, others, over = motion_sheets.listed(acting(session), current().tag)
    return render_template("review/motions.html", officer=desk().sheet, mine=mine, others=others, over=over)


@review.get("/review/motions/<uuid:motion_id>")
def show_motion(motion_id: UUID) -> ResponseReturnValue:
    """One of them, with what two people compare."""
    return _page(motion_id)


@review.post("/review/motions/<uuid:motion_id>/confirm")
def confirm_motion(motion_id: UUID) -> ResponseReturnValue:
    """The second person signs, and it is done."""
    form = ConfirmForm()

    def work(act: Act) -> str:
        motions.confirm(act, hand(form), motion_id)
        return f"/review/motions/{motion_id}"

    return step(form, lambda typed: _page(motion_id, typed), work)


@review.post("/review/motions/<uuid:motion_id>/refuse")
def refuse_motion(motion_id: UUID) -> ResponseReturnValue:
    """The second person does not agree."""
    return _end(motion_id, RefuseMotionForm(), MotionStep.REFUSE)


@review.post("/review/motions/<uuid:motion_id>/withdraw")
def withdraw_motion(motion_id: UUID) -> ResponseReturnValue:
    """Whoever proposed it takes it back."""
    return _end(motion_id, WithdrawMotionForm(), MotionStep.WITHDRAW)


def _end(motion_id: UUID, form: StaffForm, ending: MotionStep) -> ResponseReturnValue:
    def work(act: Act) -> str:
        motions.end(act, ending, motion_id)
        return f"/review/motions/{motion_id}"

    return step(form, lambda typed: _page(motion_id, typed), work)


def _page(motion_id: UUID, typed: StaffForm | None = None) -> str:
    with reading() as session:
        sheet = motion_sheets.show(acting(session), motion_id, current().tag)
    form = typed if isinstance(typed, ConfirmForm) else ConfirmForm(formdata=None)
    return render_template("review/motion.html", sheet=sheet, officer=desk().sheet, form=form)
