"""`/review/motions`: what needs a second person (双人复核)."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.vocabulary import MotionStep
from portal.office import case_motions, motion_sheets, motions
from portal.office.acting import Act, Hand
from portal.review.blueprints import review
from portal.review.staff_forms import AgreeForm, ConfirmForm, RefuseMotionForm, StaffForm, WithdrawMotionForm
from portal.review.views.staff import acting, hand, step
from portal.web.i18n import current
from portal.web.requests import desk, house, reading, transaction


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
    with reading() as session:
        about_a_case = case_motions.is_about_a_case(motion_sheets.kind_of(acting(session), motion_id))
    form = AgreeForm() if about_a_case else ConfirmForm()

    def work(act: Act) -> str:
        motions.confirm(act, _hand(form), motion_id)
        return f"/review/motions/{motion_id}"

    return step(form, lambda typed: _page(motion_id, typed), work)


def _hand(form: ConfirmForm | AgreeForm) -> Hand:
    """With the code of this moment, where neither a key nor an identity is at stake without."""
    if isinstance(form, ConfirmForm):
        return hand(form)
    officer = desk()
    return Hand(officer.ring, officer.signing, None)


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
    if not case_motions.is_about_a_case(sheet.line.kind):
        return render_template("review/motion.html", sheet=sheet, officer=desk().sheet, form=form)
    with transaction() as session:  # it reveals, and is entered
        about = case_motions.show(acting(session), desk().ring, motion_id, current().tag)
    return render_template(
        "review/case_motion.html",
        sheet=sheet,
        about=about,
        officer=desk().sheet,
        form=typed if isinstance(typed, AgreeForm) else AgreeForm(formdata=None),
        kinds=house().policies.categories.kinds,
    )
