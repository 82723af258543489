"""`/review/declarations` and `/review/cases/<id>/recuse`: what officers declare, and who keeps out of a case (回避)."""

from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.vocabulary import Duty
from portal.office import assigning, declaring, recusing
from portal.office.acting import Act
from portal.review.blueprints import review
from portal.review.declaration_forms import DeclareForm
from portal.review.staff_forms import StaffForm
from portal.review.triage_forms import KeepOutForm, LiftForm, RecuseForm, TakeBackForm
from portal.review.views.assigned import assigned_page
from portal.review.views.case import case_step, nothing_to_seal
from portal.review.views.staff import acting, step
from portal.web.i18n import gettext
from portal.web.requests import Desk, desk, house, now, reading, transaction


@review.post("/review/cases/<uuid:case_id>/recuse")
def recuse(case_id: UUID) -> ResponseReturnValue:
    """Keep out of a case, or keep somebody out."""
    form, own = RecuseForm(), desk().actor.officer_id

    def take(session: Session, officer: Desk, _: None) -> None:
        recusing.recuse(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())
        form.stays = form.value()[0] != own

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/assigned/<uuid:case_id>/recuse")
def recuse_assigned(case_id: UUID) -> ResponseReturnValue:
    """The same for whoever works on it: the page of the case is not theirs."""
    form, officer = KeepOutForm(), desk()
    if not form.validate():
        return assigned_page(case_id, apart=form), 422
    with transaction() as session:
        assigning.held(session, house(), officer.actor, case_id)
        said = (officer.actor.officer_id, form.apart.data, None)
        recusing.recuse(session, house(), officer.actor, officer.ring, case_id, said, now=now())
    return redirect(f"/review/assigned?done={form.done}", code=303)


@review.post("/review/cases/<uuid:case_id>/recusals/<uuid:recusal_id>/lift")
def lift_recusal(case_id: UUID, recusal_id: UUID) -> ResponseReturnValue:
    """Agree that somebody keeps out of a case no more."""
    form = LiftForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        recusing.lift(session, house(), officer.actor, case_id, recusal_id, form.seen_index, now=now())

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/declarations/back")
def take_back_recusal() -> ResponseReturnValue:
    """Say that nothing keeps one out of a case any more."""
    form = TakeBackForm()
    if not form.validate():
        return _page(back=form), 422
    with transaction() as session:
        recusing.take_back(session, house(), desk().actor, UUID(form.which.data), form.reason.data, now=now())
    return redirect(f"/review/declarations?done={form.done}", code=303)


@review.get("/review/declarations")
def list_declarations() -> ResponseReturnValue:
    """The form for everybody; the list for whoever leads."""
    return _page()


@review.post("/review/declarations")
def declare() -> ResponseReturnValue:
    """Seal what an officer declares."""
    form = DeclareForm()

    def work(act: Act) -> str:
        declaring.declare(act, form.value())
        return "/review/declarations"

    return step(form, _page, work)


@review.get("/review/declarations/<uuid:declaration_id>")
def show_declaration(declaration_id: UUID) -> ResponseReturnValue:
    """One of them, recorded before it is shown."""
    with transaction() as session:
        sheet = declaring.show(acting(session), desk().ring, declaration_id)
    return render_template("review/declaration.html", officer=desk().sheet, sheet=sheet)


def _page(typed: StaffForm | None = None, *, back: TakeBackForm | None = None) -> str:
    leads = bool(desk().actor.desks(Duty.LEAD))
    with reading() as session:
        lines = declaring.listed(acting(session), desk().ring) if leads else ()
        out = recusing.own(session, desk().actor)
    return render_template(
        "review/declarations.html",
        officer=desk().sheet,
        form=typed or DeclareForm(formdata=None),
        back=back or TakeBackForm(formdata=None),
        leads=leads,
        lines=lines,
        out=out,
        waiting=tuple((one.id, one.number or gettext("还没有受理编号的一件")) for one in out if not one.pleaded),
    )
