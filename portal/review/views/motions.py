"""`/review/motions`: what needs a second person (双人复核)."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain import countersign
from portal.domain.case_vocabulary import PaperKind
from portal.domain.papers import Paper
from portal.domain.vocabulary import MotionKind, MotionStep
from portal.office import (
    case_file,
    case_motions,
    deciding,
    merging,
    motion_sheets,
    motions,
    returning,
    revocation_sheets,
    together,
)
from portal.office.acting import Act, Hand
from portal.office.case_file import FileSheet
from portal.office.staff_sheets import MotionLine, MotionSheet
from portal.review.blueprints import review
from portal.review.outcome_forms import SendBackForm
from portal.review.staff_forms import AgreeForm, ConfirmForm, RefuseMotionForm, StaffForm, WithdrawMotionForm
from portal.review.views.papers import show
from portal.review.views.staff import acting, hand, step
from portal.web.i18n import current
from portal.web.requests import desk, house, now, reading, transaction

WORDED = countersign.WEIGHING  # that rest on papers, and are sent back with words


@review.get("/review/motions")
def list_motions() -> ResponseReturnValue:
    """What this officer is to confirm, or to decide; what else waits, what is over."""
    officer = desk()
    with reading() as session:
        mine, others, over = motion_sheets.listed(acting(session), current().tag)
        decisions = deciding.listed(session, house(), officer.actor, current().tag, now=now())
    return render_template(
        "review/motions.html",
        officer=officer.sheet,
        mine=mine,
        others=others,
        over=over,
        decisions=decisions,
        kinds=house().policies.categories.kinds,
    )


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
    """The second person does not agree; what somebody worked out is sent back with words on what is lacking."""
    if _line(motion_id).kind not in WORDED:
        return _end(motion_id, RefuseMotionForm(), MotionStep.REFUSE)
    form = SendBackForm()

    def work(act: Act) -> str:
        returning.send_back(act, case_hand(), motion_id, form.words.data)
        return f"/review/motions/{motion_id}"

    return step(form, lambda typed: _page(motion_id, typed), work)


@review.post("/review/motions/<uuid:motion_id>/withdraw")
def withdraw_motion(motion_id: UUID) -> ResponseReturnValue:
    """Whoever proposed it takes it back."""
    return _end(motion_id, WithdrawMotionForm(), MotionStep.WITHDRAW)


def case_hand() -> Hand:
    """What an officer agrees to a step of a case with: no code, for no key and no identity is at stake."""
    officer = desk()
    return Hand(officer.ring, officer.signing, None)


def _end(motion_id: UUID, form: StaffForm, ending: MotionStep) -> ResponseReturnValue:
    def work(act: Act) -> str:
        motions.end(act, ending, motion_id)
        return f"/review/motions/{motion_id}"

    return step(form, lambda typed: _page(motion_id, typed), work)


def _line(motion_id: UUID) -> MotionLine:
    with reading() as session:
        return motion_sheets.show(acting(session), motion_id, current().tag).line


def _page(motion_id: UUID, typed: StaffForm | None = None) -> str:
    with reading() as session:
        sheet = motion_sheets.show(acting(session), motion_id, current().tag)
    if sheet.line.kind in WORDED and sheet.line.case_id is not None:
        return _worded(sheet, sheet.line.case_id, typed)
    form = typed if isinstance(typed, ConfirmForm) else ConfirmForm(formdata=None)
    if not case_motions.is_about_a_case(sheet.line.kind):
        return render_template("review/motion.html", sheet=sheet, officer=desk().sheet, form=form)
    revokes = sheet.line.kind is MotionKind.REVOKE
    with transaction() as session:  # it reveals, and is entered
        show_ = revocation_sheets.show_motion if revokes else case_motions.show
        about = show_(acting(session), desk().ring, motion_id, current().tag)
    return render_template(
        "review/revoke_motion.html" if revokes else "review/case_motion.html",
        sheet=sheet,
        about=about,
        officer=desk().sheet,
        form=typed if isinstance(typed, AgreeForm) else AgreeForm(formdata=None),
        kinds=house().policies.categories.kinds,
    )


def _worded(sheet: MotionSheet, case_id: UUID, typed: StaffForm | None) -> str:
    """A conclusion or a review, beside the case file that it rests on; a look at that is recorded first."""
    officer = desk()
    with transaction() as session:
        file = case_file.open_file(session, house(), officer.actor, officer.ring, case_id, now=now())
        merged = merging.merged_into(session, case_id)
        unread = together.unread(session, house().entry_keys, case_id, officer.actor.officer_id)
    rewards = sheet.line.kind is MotionKind.REWARD
    return show(
        "review/reward_motion.html" if rewards else "review/conclusion_motion.html",
        file,
        motion=sheet,
        proposal=_proposal(file, sheet) if rewards else None,
        merged=merged if sheet.line.kind is MotionKind.CONCLUDE else (),
        unread={one.id for one in unread},
        form=typed if isinstance(typed, AgreeForm) else AgreeForm(formdata=None),
        back_form=typed if isinstance(typed, SendBackForm) else SendBackForm(formdata=None),
    )


def _proposal(file: FileSheet, sheet: MotionSheet) -> Paper | None:
    """What was filed with the motion that asks for a reward; None where it does not open."""
    filed = (one for one in file.papers if one.kind is PaperKind.REWARD and one.made_at == sheet.line.proposed_at)
    return next((one.paper for one in filed if one.author == sheet.line.proposer), None)
