"""`/review/cases/<id>`: one case; read, taken up, asked about, turned away, answered.

Reveals and changes, each with its entry. A step taken on a page that is no longer how things stand is not taken: the
page comes again with what is new, and with what was typed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import NotAllowedError, RefusalError, StaleError
from portal.domain.values import Plea
from portal.domain.vocabulary import IdentityField
from portal.office import (
    assigning,
    case_files,
    case_page,
    casework,
    history,
    requesting,
    transferring,
    triage,
)
from portal.office.casework import Acceptance
from portal.office.sheets import CaseSheet
from portal.office.transferring import Transferring
from portal.office.triage import Step
from portal.office.writing import Prepared
from portal.review import filters
from portal.review.alarm_forms import DisposeForm, ProtectForm, RaiseForm, RetaliationForm
from portal.review.blueprints import review
from portal.review.case_forms import (
    AcceptForm,
    AskForm,
    AssignForm,
    CaseForm,
    DeclineForm,
    FilesForm,
    OfficeLetterForm,
    ShowPhoneForm,
    SuperviseForm,
    TransferForm,
    UnassignForm,
)
from portal.review.clock_forms import ContinueForm, ExtendForm, SuspendForm
from portal.review.disclosure_forms import ReissueForm, RequestForm
from portal.review.triage_forms import TRIAGE_FORMS, MergeForm
from portal.web.display import size
from portal.web.errors import enter
from portal.web.forms import PortalForm
from portal.web.i18n import current
from portal.web.requests import QUEUE_COOKIE, Desk, desk, house, now, reading, transaction
from portal.web.sendings import Outcome
from portal.web.words import word

Form = TypeVar("Form", bound=CaseForm)
Sealed = TypeVar("Sealed")
FORMS: tuple[type[PortalForm], ...] = (
    *TRIAGE_FORMS,
    AcceptForm,
    AskForm,
    DeclineForm,
    OfficeLetterForm,
    RequestForm,
    ReissueForm,
    AssignForm,
    TransferForm,
    FilesForm,
    SuperviseForm,
    ExtendForm,
    SuspendForm,
    ContinueForm,
    RaiseForm,
    DisposeForm,
    ProtectForm,
    RetaliationForm,
)


@review.get("/review/cases/<uuid:case_id>")
def case(case_id: UUID) -> ResponseReturnValue:
    """The case, recorded before it is shown; `into`: which of those that are like it is chosen to be merged into."""
    return show_case(case_id, into=request.args.get("into", ""))


@review.post("/review/cases/<uuid:case_id>/phone")
def show_phone(case_id: UUID) -> ResponseReturnValue:
    """The number of a reporter who may be phoned; each look is recorded and the reporter sees it."""
    agreed = ShowPhoneForm().validate()
    return show_case(
        case_id, OfficeLetterForm(), phone=agreed
    ), 200 if agreed else 422  # with the letter begun beside it


@review.post("/review/cases/<uuid:case_id>/accept")
def accept(case_id: UUID) -> ResponseReturnValue:
    """Take the report up as a case (受理)."""

    def prepare(session: Session, officer: Desk, form: AcceptForm) -> Acceptance:
        return casework.prepare_acceptance(session, house(), officer.actor, case_id, form.ruling(), now=now())

    def take(session: Session, officer: Desk, acceptance: Acceptance) -> None:
        casework.accept(session, house(), officer.actor, case_id, acceptance, now=now())

    return case_step(case_id, AcceptForm(), prepare, take)


@review.post("/review/cases/<uuid:case_id>/ask")
def ask(case_id: UUID) -> ResponseReturnValue:
    """Ask the reporter for more (待补充)."""

    def prepare(session: Session, officer: Desk, form: AskForm) -> Step:
        return triage.prepare_question(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    return case_step(case_id, AskForm(), prepare, _taking(case_id))


@review.post("/review/cases/<uuid:case_id>/decline")
def decline(case_id: UUID) -> ResponseReturnValue:
    """Turn the report away, with a reason and its article (不予受理)."""

    def prepare(session: Session, officer: Desk, form: DeclineForm) -> Step:
        return triage.prepare_refusal(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    return case_step(case_id, DeclineForm(), prepare, _taking(case_id))


@review.post("/review/cases/<uuid:case_id>/transfer")
def transfer(case_id: UUID) -> ResponseReturnValue:
    """Hand the report to another office (转办): afterwards it is not on this desk any more."""

    def prepare(session: Session, officer: Desk, form: TransferForm) -> Transferring:
        return transferring.prepare(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    def take(session: Session, officer: Desk, made: Transferring) -> None:
        transferring.transfer(session, house(), officer.actor, case_id, made, now=now())

    return case_step(case_id, TransferForm(), prepare, take)


@review.post("/review/cases/<uuid:case_id>/request")
def ask_identity(case_id: UUID) -> ResponseReturnValue:
    """Ask to learn something of the reporter's identity (申请知悉)."""
    form = RequestForm()

    def prepare(session: Session, officer: Desk, form: RequestForm) -> Prepared:
        plea = _with_files(session, officer, case_id, form.value())
        return requesting.prepare(session, house(), officer.actor, officer.ring, case_id, plea, now=now())

    def take(session: Session, officer: Desk, prepared: Prepared) -> None:
        requesting.ask(session, house(), officer.actor, case_id, form.value(), prepared, now=now())

    return case_step(case_id, form, prepare, take)


def _with_files(session: Session, officer: Desk, case_id: UUID, plea: Plea) -> Plea:
    """The words on why, and of each original that is asked for what it is: the custodian opens no letter."""
    numbers = {field.number for field in plea.fields if field.number is not None}
    files = case_files.sheets(session, house(), officer.actor, officer.ring, case_id, numbers) if numbers else ()
    said = [f"{word(IdentityField.original(one.number))} · {word(one.kind)} · {size(one.length)}" for one in files]
    return replace(plea, why="\n".join([plea.why, "", *said])) if said else plea


@review.post("/review/cases/<uuid:case_id>/reissue")
def ask_reissue(case_id: UUID) -> ResponseReturnValue:
    """Somebody has lost the code and says who they are: custody is to compare (补办查询码)."""
    form, hours = ReissueForm(), house().policies.reasons.disclosure[requesting.REISSUE].max_hours

    def prepare(session: Session, officer: Desk, form: ReissueForm) -> Prepared:
        plea = form.value(hours)
        return requesting.prepare(session, house(), officer.actor, officer.ring, case_id, plea, now=now())

    def take(session: Session, officer: Desk, prepared: Prepared) -> None:
        requesting.ask(session, house(), officer.actor, case_id, form.value(hours), prepared, now=now())

    return case_step(case_id, form, prepare, take)


@review.post("/review/cases/<uuid:case_id>/assign")
def assign(case_id: UUID) -> ResponseReturnValue:
    """Give the case to an investigator (分办)."""
    form = AssignForm()

    def prepare(session: Session, officer: Desk, form: AssignForm) -> Prepared:
        return assigning.prepare(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    def take(session: Session, officer: Desk, prepared: Prepared) -> None:
        assigning.assign(session, house(), officer.actor, case_id, form.value(), prepared, now=now())

    return case_step(case_id, form, prepare, take)


@review.post("/review/cases/<uuid:case_id>/assigned/<uuid:assignment_id>/end")
def unassign(case_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    """Take an investigator off the case: their keys go."""
    if not UnassignForm().validate():
        return show_case(case_id), 422
    with transaction() as session:
        assigning.unassign(session, house(), desk().actor, case_id, assignment_id, now=now())
    return redirect(url_for(".case", case_id=case_id, done="unassigned"), code=303)


@review.post("/review/cases/<uuid:case_id>/letter")
def write_letter(case_id: UUID) -> ResponseReturnValue:
    """Write to the reporter."""
    form = OfficeLetterForm()

    def prepare(session: Session, officer: Desk, form: OfficeLetterForm) -> Prepared:
        return casework.prepare_letter(session, house(), officer.actor, officer.ring, case_id, form.value(), now=now())

    def take(session: Session, officer: Desk, prepared: Prepared) -> None:
        casework.write(session, house(), officer.actor, case_id, form.value(), prepared)

    return case_step(case_id, form, prepare, take)


def _taking(case_id: UUID) -> Callable[[Session, Desk, Step], None]:
    """How a step of triage is taken, once it is sealed."""
    return lambda session, officer, step: triage.take(session, house(), officer.actor, case_id, step, now=now())


def nothing_to_seal(session: Session, officer: Desk, form: CaseForm) -> None:
    """For a step of which nothing is sealed."""
    del session, officer, form


def case_step(
    case_id: UUID,
    form: Form,
    prepare: Callable[[Session, Desk, Form], Sealed],
    take: Callable[[Session, Desk, Sealed], None],
) -> ResponseReturnValue:
    """Seal in a reading session, take in a writing one; a page that is no longer how things stand comes again."""
    if not form.validate():
        return show_case(case_id, form), 422
    officer = desk()
    try:
        with reading() as session:
            sealed = prepare(session, officer, form)
        with transaction() as session:
            take(session, officer, sealed)
    except StaleError as stale:
        return _stale(case_id, form, stale)
    except RefusalError as refusal:
        if not form.refuse(refusal):
            raise
        if isinstance(refusal, NotAllowedError):  # who may not is more than a slip of the pen
            enter(refusal)
        return show_case(case_id, form), 422
    if not form.stays:
        return redirect(filters.way_back(request.cookies.get(QUEUE_COOKIE), done=form.done), code=303)
    return redirect(url_for(".case", case_id=case_id, done=form.done), code=303)


def _stale(case_id: UUID, form: CaseForm, stale: StaleError) -> ResponseReturnValue:
    """The page as things stand, what is new on top, what was typed still in its place."""
    enter(stale)
    return show_case(case_id, form, stale=True), 409


def show_case(
    case_id: UUID,
    *typed: PortalForm,
    phone: bool = False,
    stale: bool = False,
    outcomes: tuple[Outcome, ...] = (),
    into: str = "",
) -> str:
    """The page of a case, with forms as they were left."""
    officer = desk()
    with transaction() as session:
        page = case_page.show(
            session, house(), officer.actor, officer.ring, case_id, current().tag, now=now(), phone=phone
        )
    policies = house().policies
    return render_template(
        "review/case.html",
        sheet=page.sheet,
        casefile=page.file,
        alarms=page.alarms,
        officer=officer.sheet,
        officer_id=officer.actor.officer_id,
        forms={kind.anchor: _of(kind, (*typed, *_chosen(page.sheet, into))) for kind in FORMS},
        outcomes=outcomes,
        back=filters.way_back(request.cookies.get(QUEUE_COOKIE)),
        changed=_changed(page.sheet, typed[0]) if stale else None,
        forbidden=tuple(policies.reasons.decline_forbidden.values()),
        never=policies.reasons.disclosure_forbidden.values(),
        kinds=policies.categories.kinds,
        divisions=policies.divisions.by_code,
    )


def _chosen(sheet: CaseSheet, into: str) -> tuple[PortalForm, ...]:
    """The form of merging with the number of a case that was picked from the page; nothing of any other."""
    number = next((one.number for one in sheet.alike if one.number and str(one.case_id) == into), None)
    if number is None:
        return ()
    form = MergeForm(formdata=None)
    form.main_number.data = number
    return (form,)


def _of(kind: type[PortalForm], typed: tuple[PortalForm, ...]) -> PortalForm:
    """The form as it was typed, or an empty one."""
    return next((form for form in typed if isinstance(form, kind)), None) or _empty(kind)  # type: ignore[arg-type]  # WTForms' classes hash as any


@cache
def _empty(kind: type[PortalForm]) -> PortalForm:
    """A form that nobody has typed into: the same on every page, drawn and never changed."""
    form = kind(formdata=None)
    form.blank = True
    return form


def _changed(sheet: CaseSheet, form: Any) -> list[Any]:
    """What happened since the page was made from which the form was sent."""
    return [step for step in sheet.steps if step.index > form.seen_index and step.event in history.MOVES]
