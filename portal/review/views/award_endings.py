"""What comes after a grant: put up, more time, given up by time, filed one level up; and the budget of a year."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.errors import RefusalError
from portal.office import announcing, award_endings, budgeting
from portal.review.blueprints import review
from portal.review.reward_forms import AnnounceForm, BudgetForm, FileForm, ForfeitForm, ProlongForm
from portal.review.views.rewards import LIST, page
from portal.web.errors import enter
from portal.web.forms import PortalForm
from portal.web.requests import desk, house, now, transaction


@review.post("/review/rewards/<uuid:award_id>/prolong")
def prolong_reward(award_id: UUID) -> ResponseReturnValue:
    """More time to claim, for a reason that the reporter wrote."""
    form = ProlongForm()
    officer = desk()
    return _take(
        award_id,
        form,
        lambda session: award_endings.prolong(
            session, house(), officer.actor, officer.ring, award_id, form.until, now=now()
        ),
    )


@review.post("/review/rewards/<uuid:award_id>/forfeit")
def forfeit_reward(award_id: UUID) -> ResponseReturnValue:
    """Nobody claimed it in time: the money goes back to the budget."""
    officer = desk()
    return _take(
        award_id,
        ForfeitForm(),
        lambda session: award_endings.forfeit(session, house(), officer.actor, officer.ring, award_id, now=now()),
    )


@review.post("/review/rewards/<uuid:award_id>/announce")
def announce_reward(award_id: UUID) -> ResponseReturnValue:
    """The public notice was put up: when its days are over, the decision counts as received."""
    officer = desk()
    return _take(
        award_id,
        AnnounceForm(),
        lambda session: announcing.announce(session, house(), officer.actor, award_id, now=now()),
    )


@review.post("/review/rewards/<uuid:award_id>/file")
def file_reward(award_id: UUID) -> ResponseReturnValue:
    """The sum was filed one level up (19号 第14条)."""
    officer = desk()
    return _take(
        award_id,
        FileForm(),
        lambda session: award_endings.file(session, house(), officer.actor, award_id, now=now()),
    )


def _take(award_id: UUID, form: PortalForm, work: Callable[[Session], None]) -> ResponseReturnValue:
    """Do it and lead back; what does not go comes back with what was typed."""
    name = {ProlongForm: "prolong_form", ForfeitForm: "forfeit_form", AnnounceForm: "announce_form"}.get(type(form))
    if not form.validate():
        return page(award_id, **({name: form} if name else {})), 422
    try:
        with transaction() as session:
            work(session)
    except RefusalError as refusal:
        if not isinstance(form, ProlongForm) or not form.refuse(refusal):
            raise
        enter(refusal)
        return page(award_id, prolong_form=form), 422
    return redirect(f"{LIST}/{award_id}?done=noted", code=303)


@review.get("/review/budget")
def show_budget() -> str:
    """What may be spent this year, and what of it is reserved, granted, paid and left: drawn."""
    return _budget(BudgetForm(formdata=None))


@review.post("/review/budget")
def set_budget() -> ResponseReturnValue:
    """What may be spent this year."""
    form = BudgetForm()
    if not form.validate():
        return _budget(form), 422
    with transaction() as session:
        budgeting.set_whole(session, house(), desk().actor, clocks.day_of(now()).year, form.fen(), now=now())
    return redirect("/review/budget?done=noted", code=303)


def _budget(form: BudgetForm) -> str:
    officer = desk()
    with transaction() as session:  # it reveals, and is entered
        sheet = budgeting.show(session, house(), officer.actor, officer.ring, clocks.day_of(now()).year, now=now())
    return render_template("review/budget.html", officer=officer.sheet, sheet=sheet, form=form)
