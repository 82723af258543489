"""`/review/alarms`: what rings at one's desks: signed off, stood down, raised by hand; what was done about it."""

from uuid import UUID

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.alarms import AlarmKind
from portal.domain.errors import StaleError
from portal.office import alarm_sheets, alarming, disposing, protecting
from portal.office.disposing import Disposal
from portal.review.alarm_forms import DisposeForm, ProtectForm, RaiseForm, RetaliationForm, SignOffForm, StandDownForm
from portal.review.blueprints import review
from portal.review.views.case import case_step, nothing_to_seal, show_case
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.requests import Desk, desk, house, now, reading, transaction


@review.get("/review/alarms")
def list_alarms() -> ResponseReturnValue:
    """What rings at the officer's desks: kinds and times; nothing of it is sealed."""
    return _page()


@review.post("/review/alarms/<uuid:alarm_id>/sign-off")
def sign_off_alarm(alarm_id: UUID) -> ResponseReturnValue:
    """Take it on (签收)."""
    form = SignOffForm()
    if not form.validate():
        return _page(), 422
    try:
        with transaction() as session:
            alarming.sign_off(session, house(), desk().actor, alarm_id, now=now())
    except StaleError as stale:
        enter(stale)
        return _page(stale=True), 409
    if form.case_id:
        return redirect(url_for(".case", case_id=form.case_id, done=form.done), code=303)
    return redirect(url_for(".list_alarms", done=form.done), code=303)


@review.post("/review/alarms/<uuid:alarm_id>/stand-down")
def stand_down_alarm(alarm_id: UUID) -> ResponseReturnValue:
    """Say that there is nothing to come out for (解除)."""
    form = StandDownForm(about=f"-{alarm_id}")
    if not form.validate():
        return _page(form, alarm_id), 422
    try:
        with transaction() as session:
            alarming.stand_down(session, house(), desk().actor, alarm_id, form.why.data, now=now())
    except StaleError as stale:
        enter(stale)
        return _page(stale=True), 409
    return redirect(url_for(".list_alarms", done=form.done), code=303)


@review.post("/review/cases/<uuid:case_id>/alarm")
def raise_alarm(case_id: UUID) -> ResponseReturnValue:
    """Raise one by hand (拉警报)."""
    form = RaiseForm()
    if not form.validate():
        return show_case(case_id, form), 422
    try:
        with transaction() as session:
            alarming.raise_by_hand(
                session, house(), desk().actor, case_id, AlarmKind(form.kind.data), form.heard.data, now=now()
            )
    except StaleError as stale:
        enter(stale)
        return show_case(case_id, form, stale=True), 409
    return redirect(url_for(".case", case_id=case_id, done=form.done), code=303)


@review.post("/review/cases/<uuid:case_id>/dispose")
def dispose(case_id: UUID) -> ResponseReturnValue:
    """What was done on the spot (立即处置): two fields, papers later."""
    form = DisposeForm()

    def prepare(session: Session, officer: Desk, form: DisposeForm) -> Disposal:
        return disposing.prepare(session, house(), officer.actor, officer.ring, case_id, form.note(), now=now())

    def take(session: Session, officer: Desk, made: Disposal) -> None:
        disposing.dispose(session, house(), officer.actor, case_id, made, now=now())

    return case_step(case_id, form, prepare, take)


@review.post("/review/cases/<uuid:case_id>/protect")
def protect(case_id: UUID) -> ResponseReturnValue:
    """How the reporter is protected from retaliation, or why that is not needed (先行保护)."""
    form = ProtectForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        protecting.protect(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/cases/<uuid:case_id>/retaliation")
def check_retaliation(case_id: UUID) -> ResponseReturnValue:
    """What a check for retaliation came to."""
    form = RetaliationForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        protecting.check(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    return case_step(case_id, form, nothing_to_seal, take)


def _page(typed: StandDownForm | None = None, about: UUID | None = None, *, stale: bool = False) -> str:
    with reading() as session:
        sheet = alarm_sheets.at_desks(session, house(), desk().actor, current().tag, now=now())
    forms = {line.id: StandDownForm(formdata=None, about=f"-{line.id}") for line in sheet.lines}
    if typed is not None and about in forms:
        forms[about] = typed
    return render_template(
        "review/alarms.html", officer=desk().sheet, sheet=sheet, forms=forms, typed=typed, stale=stale
    )
