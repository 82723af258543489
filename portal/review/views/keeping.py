"""`/review/keeping`: identities that stayed behind when their case went to another office (移交保管)."""

from collections.abc import Callable
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.office import rehoming
from portal.office.acting import Act
from portal.review.blueprints import review
from portal.review.staff_forms import CodeForm, MoveForm, OfferForm, StaffForm
from portal.review.views.staff import acting, hand, step
from portal.web.requests import desk, house, reading

PAGE = "/review/keeping"


@review.get(PAGE)
def list_kept() -> ResponseReturnValue:
    """What this officer's desks keep: nothing of it is sealed."""
    return _page()


@review.post("/review/keeping/<uuid:report_id>/offer")
def offer_keeping(report_id: UUID) -> ResponseReturnValue:
    """The lead's halves go on their way."""
    return _hand_on(OfferForm, report_id, rehoming.prepare_offer, rehoming.offer)


@review.post("/review/keeping/<uuid:report_id>/move")
def move_keeping(report_id: UUID) -> ResponseReturnValue:
    """The custodian's halves follow, and both are the other office's."""
    return _hand_on(MoveForm, report_id, rehoming.prepare_move, rehoming.move)


def _hand_on(
    kind: type[CodeForm], report_id: UUID, prepare: Callable[..., rehoming.Sealed], store: Callable[..., None]
) -> ResponseReturnValue:
    """Seal the halves that this officer's desk holds, and store what was sealed."""
    form = kind(about=_about(report_id))

    def work(act: Act) -> str:
        own = hand(form)
        sealed = prepare(act.session, act.house, act.actor, own.ring, report_id, own.code, now=act.now)
        store(act.session, act.house, act.actor, sealed, now=act.now)
        return PAGE

    return step(form, _page, work)


def _about(report_id: UUID) -> str:
    return f"-{report_id.hex[:12]}"


def _page(typed: StaffForm | None = None) -> str:
    with reading() as session:
        lines = rehoming.listed(session, acting(session).actor)
    return render_template(
        "review/keeping.html",
        officer=desk().sheet,
        rows=[(line, _form(line.report_id, typed, offers=line.offers)) for line in lines],
        kinds=house().policies.categories.kinds,
        typed=typed,
    )


def _form(report_id: UUID, typed: StaffForm | None, *, offers: bool) -> CodeForm:
    """The form of a line: as it was sent, if it was this one."""
    form = (OfferForm if offers else MoveForm)(formdata=None, about=_about(report_id))
    return typed if isinstance(typed, CodeForm) and typed.anchor == form.anchor else form
