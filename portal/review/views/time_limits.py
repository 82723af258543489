"""Steps about the time limits of a case (延期、中止、恢复), and the page that counts one for anybody of the office.

An extension is proposed by whoever works on the case, from the page on which they read it. The calculator knows no case
and reveals nothing.
"""

from collections.abc import Callable
from datetime import datetime, time
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain import clock_changes, clock_explaining, clocks
from portal.domain.clocks import SHANGHAI, Unit
from portal.domain.errors import PolicyError, RefusalError, StaleError
from portal.office import extending, limits, motions, suspending
from portal.office.acting import Act, Hand
from portal.review.blueprints import review
from portal.review.case_forms import CaseForm
from portal.review.clock_forms import ContinueForm, ExtendForm, SuspendForm, Trial
from portal.review.views.assigned import assigned_page
from portal.review.views.case import show_case
from portal.web.errors import enter
from portal.web.i18n import gettext
from portal.web.requests import desk, house, now, transaction

Page = Callable[..., str]


@review.post("/review/cases/<uuid:case_id>/extend")
def propose_extension(case_id: UUID) -> ResponseReturnValue:
    """The lead asks the level above for a longer time limit."""
    return _propose(case_id, show_case, ".case")


@review.post("/review/assigned/<uuid:case_id>/extend")
def propose_extension_assigned(case_id: UUID) -> ResponseReturnValue:
    """Whoever is assigned asks for it."""
    return _propose(case_id, assigned_page, ".show_assigned")


def _propose(case_id: UUID, page: Page, back: str) -> ResponseReturnValue:
    form, officer = ExtendForm(), desk()

    def work(session: Session) -> None:
        act = Act(session, house(), now(), officer.actor)
        wanted = extending.wanted(act, case_id, form.plea())
        motions.propose(act, Hand(officer.ring, officer.signing, None), wanted)

    return _step(case_id, form, work, page, back)


@review.post("/review/cases/<uuid:case_id>/suspend")
def suspend_clock(case_id: UUID) -> ResponseReturnValue:
    """The lead lets a time limit stand still."""
    form = SuspendForm()

    def work(session: Session) -> None:
        suspending.suspend(session, house(), desk().actor, case_id, form.pause(), now=now())

    return _step(case_id, form, work, show_case, ".case")


@review.post("/review/cases/<uuid:case_id>/continue")
def continue_clock(case_id: UUID) -> ResponseReturnValue:
    """The lead lets it run on."""
    form = ContinueForm()

    def work(session: Session) -> None:
        clock_id = UUID(form.standing.data)
        suspending.resume(session, house(), desk().actor, case_id, clock_id, form.seen_index, now=now())

    return _step(case_id, form, work, show_case, ".case")


def _step(case_id: UUID, form: CaseForm, work: Callable[[Session], None], page: Page, back: str) -> ResponseReturnValue:
    if not form.validate():
        return page(case_id, form), 422
    try:
        with transaction() as session:
            work(session)
    except StaleError as stale:
        enter(stale)
        return page(case_id, form, stale=True), 409
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        enter(refusal)
        return page(case_id, form), 422
    return redirect(url_for(back, case_id=case_id, done=form.done), code=303)


@review.get("/review/clocks")
def count_clock() -> ResponseReturnValue:
    """When a time limit would end, and how that comes: from a day on, so much longer."""
    policies = house().policies
    rules = {code: rule for code, rule in policies.clocks.rules.items() if rule.unit is not Unit.AT_ONCE}
    asked = Trial(rules, request.args, clocks.day_of(now()))
    found = None
    if not asked.errors and asked.first is not None:
        start = datetime.combine(asked.first, time(), SHANGHAI)
        try:
            found = clock_explaining.explain(
                rules[asked.rule], start, policies.holidays, extended=int(asked.more), ordered=asked.last
            )
        except PolicyError:
            asked.errors.append(("since", gettext("数到了还没有节假日安排的年份，算不出来。")))
        except RefusalError:
            asked.errors.append(("ordered", gettext("责令整改的期限要写责令书上的日子，不早于起算的那一天。")))
    most = clock_changes.ceiling(rules[asked.rule]) if asked.rule in rules else None
    unsure = found is not None and limits.is_unsure(found.rule)
    page = render_template(
        "review/clocks.html", officer=desk().sheet, asked=asked, rules=rules, found=found, most=most, unsure=unsure
    )
    return page, 422 if asked.errors else 200
