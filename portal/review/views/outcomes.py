"""What comes of a case: feedback to the reporter, closing, and who reexamines what was objected to."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from portal.domain import access
from portal.domain.errors import NotAllowedError, RefusalError, StaleError
from portal.domain.vocabulary import Action
from portal.office import case_file, closing, feeding_back, reviewing, together
from portal.office.case_file import FileSheet
from portal.review.blueprints import review
from portal.review.case_forms import CaseForm
from portal.review.outcome_forms import CloseCaseForm, FeedbackForm, ReviewerForm
from portal.review.views.papers import show
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.requests import Desk, desk, house, now, reading, transaction

Form = TypeVar("Form", bound=CaseForm)


@review.get("/review/cases/<uuid:case_id>/feedback")
def write_feedback(case_id: UUID) -> ResponseReturnValue:
    """The four parts, beside the case file."""
    return _feedback_page(case_id, FeedbackForm(formdata=None))


@review.post("/review/cases/<uuid:case_id>/feedback")
def feed_back(case_id: UUID) -> ResponseReturnValue:
    """Tell the reporter (反馈)."""

    def take(officer: Desk, form: FeedbackForm) -> None:
        seen = form.seen_index
        with reading() as session:
            made = feeding_back.prepare(
                session, house(), officer.actor, officer.ring, case_id, form.words(), seen, now=now()
            )
        with transaction() as session:
            feeding_back.send(session, house(), officer.actor, case_id, seen, made, now=now())

    return _step(case_id, FeedbackForm(), _feedback_page, take)


@review.get("/review/cases/<uuid:case_id>/close")
def ask_close(case_id: UUID) -> ResponseReturnValue:
    """What is still open, before the case is closed."""
    return _closing_page(case_id, CloseCaseForm(formdata=None))


@review.post("/review/cases/<uuid:case_id>/close")
def close_case(case_id: UUID) -> ResponseReturnValue:
    """Close it (办结)."""

    def take(officer: Desk, form: CloseCaseForm) -> None:
        seen = form.seen_index
        with reading() as session:
            made = closing.prepare(
                session, house(), officer.actor, officer.ring, case_id, form.why.data, seen, now=now()
            )
        with transaction() as session:
            closing.close(session, house(), officer.actor, case_id, seen, made, now=now())

    return _step(case_id, CloseCaseForm(), _closing_page, take)


@review.get("/review/objections")
def list_objections() -> ResponseReturnValue:
    """What was objected to and waits at this lead's desks; nothing of it is unsealed."""
    access.require_seat(desk().actor, reviewing.LEADS)
    with reading() as session:
        lines = reviewing.listed(session, house(), desk().actor, current().tag, now=now())
    kinds = house().policies.categories.kinds
    return render_template("review/objections.html", officer=desk().sheet, lines=lines, kinds=kinds)


@review.get("/review/cases/<uuid:case_id>/review")
def ask_review(case_id: UUID) -> ResponseReturnValue:
    """Who may reexamine it."""
    return _review_page(case_id, ReviewerForm(formdata=None))


@review.post("/review/cases/<uuid:case_id>/review")
def assign_review(case_id: UUID) -> ResponseReturnValue:
    """Give it to somebody who took no part (交办复查)."""

    def take(officer: Desk, form: ReviewerForm) -> None:
        seen, whom = form.seen_index, UUID(form.officer.data)
        with reading() as session:
            made = reviewing.prepare(
                session, house(), officer.actor, officer.ring, case_id, whom, form.brief.data, seen=seen, now=now()
            )
        with transaction() as session:
            reviewing.assign(session, house(), officer.actor, case_id, whom, made, seen=seen, now=now())

    return _step(case_id, ReviewerForm(), _review_page, take)


def _step(
    case_id: UUID, form: Form, page: Callable[..., str], take: Callable[[Desk, Form], None]
) -> ResponseReturnValue:
    """Take it and lead back to the case; what does not go comes back with what was typed."""
    if not form.validate():
        return page(case_id, form), 422
    try:
        take(desk(), form)
    except StaleError as stale:
        enter(stale)
        return page(case_id, form, stale=True), 409
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        if isinstance(refusal, NotAllowedError):  # who may not is more than a slip of the pen
            enter(refusal)
        return page(case_id, form), 422
    return redirect(f"/review/cases/{case_id}?done={form.done}", code=303)


def _feedback_page(case_id: UUID, form: FeedbackForm, *, stale: bool = False) -> str:
    sheet, _ = _opened(case_id, Action.FEED_BACK)
    with reading() as session:
        several = len(together.of(session, case_id)) > 1
    return show("review/feedback.html", sheet, form=form, stale=stale, together=several)


def _closing_page(case_id: UUID, form: CloseCaseForm, *, stale: bool = False) -> str:
    sheet, owed = _opened(case_id, Action.CLOSE)
    return show("review/close.html", sheet, form=form, stale=stale, owed=owed)


def _review_page(case_id: UUID, form: ReviewerForm, *, stale: bool = False) -> str:
    officer = desk()
    with transaction() as session:
        able = reviewing.candidates(session, house(), officer.actor, case_id, now=now())
        sheet = case_file.open_file(session, house(), officer.actor, officer.ring, case_id, now=now())
    return show("review/review.html", sheet, form=form, stale=stale, able=able)


def _opened(case_id: UUID, action: Action) -> tuple[FileSheet, Any]:
    """The case file, for whoever may take this step now; and whether the reporter still waits to be told."""
    officer = desk()
    with transaction() as session:
        sheet = case_file.open_file(session, house(), officer.actor, officer.ring, case_id, now=now())
        if action not in sheet.actions:
            raise NotAllowedError(f"{action} is not yours to do now")
        owed = feeding_back.owed(session, case_id)
    return sheet, owed
