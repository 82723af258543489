"""`/review/admin/…`: who serves which duty for whom, and the officers. Nothing of a report is on these pages."""

from collections.abc import Callable
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.errors import RefusalError
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import motions, reaching, registry, staffing
from portal.office.acting import Act
from portal.office.proposals import Wanted
from portal.review.blueprints import review
from portal.review.staff_forms import (
    CertifyForm,
    CodeForm,
    EndSessionsForm,
    InviteForm,
    LeaveForm,
    MailForm,
    RenewForm,
    ResumeForm,
    SeatForm,
    StaffForm,
    SuspendForm,
    UnseatForm,
)
from portal.review.views.staff import acting, hand, step
from portal.store.officers import Officer
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.requests import desk, now, reading, transaction

FORMS: tuple[type[StaffForm], ...] = (
    CertifyForm,
    SeatForm,
    ResumeForm,
    UnseatForm,
    SuspendForm,
    LeaveForm,
    RenewForm,
    EndSessionsForm,
    MailForm,
)


@review.get("/review/admin/")
def show_staffing() -> ResponseReturnValue:
    """Who serves which duty for whom, office by office."""
    with reading() as session:
        lines = registry.staffing_table(acting(session), current().tag)
    return render_template("review/staffing.html", officer=desk().sheet, lines=lines, duties=list(Duty))


@review.get("/review/admin/officers")
def list_officers() -> ResponseReturnValue:
    """Every officer of one's authorities, and the form that invites another."""
    return _list()


@review.post("/review/admin/officers")
def invite_officer() -> ResponseReturnValue:
    """Invite somebody; the code is shown once."""
    form = InviteForm()
    if not form.validate():
        return _list(form), 422
    try:
        with transaction() as session:
            code = staffing.invite(acting(session), UUID(form.authority.data), form.username.data)
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        enter(refusal)
        return _list(form), 422
    return _code(form.username.data, str(code))


@review.get("/review/admin/officers/<uuid:officer_id>")
def show_officer(officer_id: UUID) -> ResponseReturnValue:
    """One officer: seats, sessions, what waits for a second person."""
    return _page(officer_id)


@review.post("/review/admin/officers/<uuid:officer_id>/code")
def renew_code(officer_id: UUID) -> ResponseReturnValue:
    """A new code for whoever lost code or password; shown once."""
    form = RenewForm()
    if not form.validate():
        return _page(officer_id, form), 422
    with transaction() as session:
        act = acting(session)
        code = staffing.renew(act, officer_id)
        name = session.get_one(Officer, officer_id).username
    return _code(name, str(code))


@review.post("/review/admin/officers/<uuid:officer_id>/certify")
def propose_certificate(officer_id: UUID) -> ResponseReturnValue:
    """Propose that two administrators vouch for an officer's keys."""
    return _propose(officer_id, CertifyForm(), MotionKind.CERTIFY)


@review.post("/review/admin/officers/<uuid:officer_id>/resume")
def propose_resumption(officer_id: UUID) -> ResponseReturnValue:
    """Propose that a suspended officer may sign in again."""
    return _propose(officer_id, ResumeForm(), MotionKind.RESUME)


@review.post("/review/admin/officers/<uuid:officer_id>/seat")
def propose_seat(officer_id: UUID) -> ResponseReturnValue:
    """Propose that an officer sits at a desk; a holder of its key gives it."""
    form = SeatForm()
    return _propose(officer_id, form, MotionKind.SEAT, lambda: UUID(form.desk.data))


@review.post("/review/admin/officers/<uuid:officer_id>/unseat")
def unseat_officer(officer_id: UUID) -> ResponseReturnValue:
    """An officer leaves a desk."""
    form = UnseatForm()
    return _narrow(officer_id, form, lambda act: staffing.unseat(act, officer_id, UUID(form.desk.data)))


@review.post("/review/admin/officers/<uuid:officer_id>/suspend")
def suspend_officer(officer_id: UUID) -> ResponseReturnValue:
    """Shut an officer out, at once."""
    return _narrow(officer_id, SuspendForm(), lambda act: staffing.suspend(act, officer_id))


@review.post("/review/admin/officers/<uuid:officer_id>/leave")
def remove_officer(officer_id: UUID) -> ResponseReturnValue:
    """An officer leaves the service."""
    return _narrow(officer_id, LeaveForm(), lambda act: staffing.leave(act, officer_id))


@review.post("/review/admin/officers/<uuid:officer_id>/sessions")
def end_sessions(officer_id: UUID) -> ResponseReturnValue:
    """End every session of an officer."""
    return _narrow(officer_id, EndSessionsForm(), lambda act: staffing.end_sessions(act, officer_id))


@review.post("/review/admin/officers/<uuid:officer_id>/mail")
def set_mail(officer_id: UUID) -> ResponseReturnValue:
    """Say where an officer's mail goes."""
    form = MailForm()
    return _narrow(officer_id, form, lambda act: reaching.set_for(act, officer_id, form.mail.data or ""))


def _narrow(officer_id: UUID, form: StaffForm, work: Callable[[Act], None]) -> ResponseReturnValue:
    def done(act: Act) -> str:
        work(act)
        return f"/review/admin/officers/{officer_id}"

    return step(form, lambda typed: _page(officer_id, typed), done)


def _propose(
    officer_id: UUID, form: CodeForm, kind: MotionKind, desk_id: Callable[[], UUID] | None = None
) -> ResponseReturnValue:
    def work(act: Act) -> str:
        authority_id = registry.authority_of(act, officer_id)
        wanted = Wanted(kind, authority_id, officer_id, desk_id() if desk_id else None)
        return f"/review/motions/{motions.propose(act, hand(form), wanted)}"

    return step(form, lambda typed: _page(officer_id, typed), work)


def _list(typed: InviteForm | None = None) -> str:
    with reading() as session:
        act = acting(session)
        lines, offices = registry.officers(act, current().tag), registry.offices(act, current().tag)
    form = typed or InviteForm(formdata=None)
    return render_template("review/officers.html", officer=desk().sheet, lines=lines, offices=offices, form=form)


def _page(officer_id: UUID, typed: StaffForm | None = None) -> str:
    with reading() as session:
        sheet = registry.officer(acting(session), officer_id, current().tag)
    forms = {kind.anchor: typed if isinstance(typed, kind) else kind(formdata=None) for kind in FORMS}
    return render_template(
        "review/officer.html",
        officer=desk().sheet,
        sheet=sheet,
        forms=forms,
        own=officer_id == desk().actor.officer_id,
        steps=sheet.steps,
    )


def _code(username: str, code: str) -> str:
    expires_at = now() + staffing.CODE_LIFE
    return render_template(
        "review/code.html", officer=desk().sheet, username=username, code=code, expires_at=expires_at
    )
