"""`/review/cases/<id>/papers/<kind>`: one form for each kind of paper, beside the case file that it goes into.

A note, plan, visit, finding or penalty is filed by itself; an order moves the case; a conclusion and a review are
proposed to a second person.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import NotAllowedError, RefusalError, StaleError, StrangerError
from portal.domain.vocabulary import Duty
from portal.office import case_file, concluding, filing, motions, reexamining
from portal.office.acting import Act, Hand
from portal.office.case_file import FileSheet
from portal.review.blueprints import review
from portal.review.paper_forms import (
    ConclusionForm,
    FindingForm,
    NoteForm,
    OrderForm,
    PaperForm,
    PenaltyForm,
    PlanForm,
    ReviewForm,
    VisitForm,
)
from portal.web.errors import enter
from portal.web.requests import Desk, desk, house, now, reading, transaction

KINDS = (NoteForm, PlanForm, VisitForm, FindingForm, PenaltyForm, OrderForm, ConclusionForm, ReviewForm)
FORMS: Mapping[str, type[PaperForm]] = {kind.kind: kind for kind in KINDS}


@review.get("/review/cases/<uuid:case_id>/papers/<kind>")
def write_paper(case_id: UUID, kind: str) -> ResponseReturnValue:
    """An empty form, for whoever may write such a paper now."""
    return _page(case_id, _form(kind)(formdata=None))


@review.post("/review/cases/<uuid:case_id>/papers/<kind>")
def file_paper(case_id: UUID, kind: str) -> ResponseReturnValue:
    """File it, or propose what it says; what does not go comes back with what was typed."""
    form = _form(kind)()
    if not form.validate():
        return _page(case_id, form), 422
    try:
        _take(desk(), case_id, form)
        return redirect(f"{home(case_id)}?done={form.done}", code=303)
    except StaleError as stale:
        enter(stale)
        return _page(case_id, form, stale=True), 409
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        return _page(case_id, form), 422


def home(case_id: UUID) -> str:
    """The page that this officer goes on from: of what is theirs, or of the case."""
    with reading() as session:
        admitted = case_file.admit(session, house(), desk().actor, case_id)
    return f"/review/{'assigned' if admitted.duty is Duty.INVESTIGATE else 'cases'}/{case_id}"


def countersigning(session: Session, officer: Desk) -> tuple[Act, Hand]:
    """The officer's step towards a second person; no code is asked for, neither a key nor an identity is at stake."""
    return Act(session, house(), now(), officer.actor), Hand(officer.ring, officer.signing, None)


def _form(kind: str) -> type[PaperForm]:
    if kind not in FORMS:
        raise StrangerError("no such paper")
    return FORMS[kind]


def _take(officer: Desk, case_id: UUID, form: PaperForm) -> None:
    if isinstance(form, ConclusionForm | ReviewForm):
        with transaction() as session:
            _propose(session, officer, case_id, form)
    elif isinstance(form, OrderForm):
        _order(officer, case_id, form)
    else:
        _file(officer, case_id, form)


def _file(officer: Desk, case_id: UUID, form: PaperForm) -> None:
    with reading() as session:
        made = filing.prepare(
            session, house(), officer.actor, officer.ring, case_id, form.paper(), now=now(), about_id=_about()
        )
    with transaction() as session:
        filing.file(session, house(), officer.actor, case_id, made)


def _order(officer: Desk, case_id: UUID, form: OrderForm) -> None:
    with reading() as session:
        made = filing.prepare_order(
            session, house(), officer.actor, officer.ring, case_id, form.paper(), form.seen_index, now=now()
        )
    with transaction() as session:
        filing.order(session, house(), officer.actor, case_id, form.seen_index, made)


def _propose(session: Session, officer: Desk, case_id: UUID, form: ConclusionForm | ReviewForm) -> None:
    act, hand = countersigning(session, officer)
    if isinstance(form, ReviewForm):
        wanted = reexamining.wanted(act, case_id, form.paper(), form.seen_index)
    else:
        said = (form.facts.data, form.handling.data, form.unvisited.data)
        wanted = concluding.wanted(act, case_id, *said, form.seen_index)
    motions.propose(act, hand, wanted)


def _about() -> UUID | None:
    """Which paper it supersedes, if its address says so."""
    said = request.args.get("about", "")
    try:
        return UUID(said) if said else None
    except ValueError:
        raise StrangerError("no such paper") from None


def _page(case_id: UUID, form: PaperForm, *, stale: bool = False) -> str:
    officer = desk()
    with transaction() as session:
        sheet = case_file.open_file(session, house(), officer.actor, officer.ring, case_id, now=now())
        if form.kind not in sheet.writable:
            raise NotAllowedError(f"{form.kind} is not yours to write now")
    return show("review/case_paper.html", sheet, form=form, stale=stale, about=_about(), superseded=_superseded(sheet))


def _superseded(sheet: FileSheet) -> Any:
    """The paper that this one is about."""
    return next((one for one in sheet.papers if one.id == _about()), None)


def show(template: str, sheet: FileSheet, **named: Any) -> str:
    """A page beside a case file."""
    return render_template(
        template,
        officer=desk().sheet,
        casefile=sheet,
        category=house().policies.categories.kinds[sheet.category],
        **named,
    )
