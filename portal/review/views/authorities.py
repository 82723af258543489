"""`/review/admin/authorities`: the tree of offices (主管部门), an office more, another name from a day on."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain.vocabulary import MotionKind
from portal.office import authority_sheets, counters, motions, registry
from portal.office.acting import Act
from portal.office.proposals import Wanted
from portal.review.admin_forms import CounterForm, NameForm, OfficeForm
from portal.review.blueprints import review
from portal.review.staff_forms import StaffForm
from portal.review.views.staff import acting, hand, step
from portal.web.i18n import current
from portal.web.requests import desk, house, reading


@review.get("/review/admin/authorities")
def list_authorities() -> ResponseReturnValue:
    """One's own authorities as a tree, and the form that proposes another."""
    return _list()


@review.post("/review/admin/authorities")
def propose_office() -> ResponseReturnValue:
    """Propose an office below an existing one."""
    form = OfficeForm()

    def work(act: Act) -> str:
        wanted = Wanted(MotionKind.FOUND, UUID(form.superior.data), content=form.office().encoded())
        return f"/review/motions/{motions.propose(act, hand(form), wanted)}"

    return step(form, _list, work)


@review.get("/review/admin/authorities/<uuid:authority_id>")
def show_authority(authority_id: UUID) -> ResponseReturnValue:
    """One of them: its names, its desks, and the form that proposes a new name."""
    return _page(authority_id)


@review.post("/review/admin/authorities/<uuid:authority_id>/name")
def propose_name(authority_id: UUID) -> ResponseReturnValue:
    """Propose a new name from a day on."""
    form = NameForm()

    def work(act: Act) -> str:
        authority_sheets.authority(act, authority_id, current().tag)  # one of theirs, or a page that is not there
        wanted = Wanted(MotionKind.RENAME, authority_id, content=form.name().encoded())
        return f"/review/motions/{motions.propose(act, hand(form), wanted)}"

    return step(form, lambda typed: _page(authority_id, typed), work)


@review.post("/review/admin/authorities/<uuid:authority_id>/counter")
def propose_counter(authority_id: UUID) -> ResponseReturnValue:
    """Propose where its rewards are collected from a day on."""
    form = CounterForm()

    def work(act: Act) -> str:
        authority_sheets.authority(act, authority_id, current().tag)  # one of theirs, or a page that is not there
        wanted = Wanted(MotionKind.LOCATE, authority_id, content=form.counter().encoded())
        return f"/review/motions/{motions.propose(act, hand(form), wanted)}"

    return step(form, lambda typed: _page(authority_id, typed), work)


def _list(typed: StaffForm | None = None) -> str:
    with reading() as session:
        act = acting(session)
        lines, rooms = authority_sheets.tree(act, current().tag), authority_sheets.rooms(act)
        offices = registry.offices(act, current().tag)
    form = typed if isinstance(typed, OfficeForm) else OfficeForm(formdata=None)
    return render_template(
        "review/authorities.html", officer=desk().sheet, lines=lines, rooms=rooms, offices=offices, form=form
    )


def _page(authority_id: UUID, typed: StaffForm | None = None) -> str:
    with reading() as session:
        line = authority_sheets.authority(acting(session), authority_id, current().tag)
        places = counters.of(session, house(), authority_id)
    return render_template(
        "review/authority.html",
        officer=desk().sheet,
        line=line,
        places=places,
        form=typed if isinstance(typed, NameForm) else NameForm(formdata=None),
        counter_form=typed if isinstance(typed, CounterForm) else CounterForm(formdata=None),
    )
