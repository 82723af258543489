"""`/review/ledger`: the audit trail for auditors; each page is recorded in their own trail before it is shown."""

from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from crypto.primitives import sha256
from portal.domain.errors import SignInError
from portal.office import overseeing, overseeing_lines, overseeing_pages, overseeing_queries, signing_in
from portal.office.acting import Act
from portal.office.overseeing import Look, Scope
from portal.office.overseeing_sheets import LedgerSheet, Line
from portal.office.recording import Draft, record
from portal.review import ledger_csv, ledger_filters
from portal.review.blueprints import review
from portal.review.ledger_filters import Asked
from portal.review.ledger_forms import ExportForm
from portal.review.views.staff import acting, hand
from portal.web.errors import enter
from portal.web.i18n import current
from portal.web.requests import desk, now, reading, transaction

EXPORTED = 5000  # entries in one file

T = TypeVar("T")


def looking(work: Callable[[Act, Scope], tuple[T, Look]]) -> T:
    """Read, then record that it was read, then give it out: nothing is written while the reading takes its time.

    `work` returns the sheet, and what the ledger says of the look.
    """
    with reading() as session:
        act = acting(session)
        scope = overseeing.admit(act)
        sheet, look = work(act, scope)
    with transaction() as session:
        overseeing.looked(acting(session), scope, look)
    return sheet


def ids(lines: Iterable[Line]) -> tuple[UUID, ...]:
    """What is shown of them, for the entry about the look."""
    return tuple(line.id for line in lines)


@review.get("/review/ledger")
def show_ledger() -> ResponseReturnValue:
    """One page of entries, the newest first."""
    asked, sheet = looking(_list)
    return render_template("review/ledger/list.html", officer=desk().sheet, sheet=sheet, asked=asked)


def _list(act: Act, scope: Scope) -> tuple[tuple[Asked, LedgerSheet], Look]:
    asked = ledger_filters.read(act, scope, request.args)
    sheet = overseeing_pages.listed(act, scope, asked.wanted, current().tag, after=asked.after, before=asked.before)
    return (asked, sheet), Look("list", ids(sheet.lines), wanted=str(asked.wanted))


@review.get("/review/ledger/entries/<uuid:entry_id>")
def show_entry(entry_id: UUID) -> ResponseReturnValue:
    """One entry whole: what it says, its leaf, what signs it, the rows it vouches for."""
    sheet = looking(
        lambda act, scope: (
            overseeing_pages.entry(act, scope, entry_id, current().tag),
            Look("entry", (entry_id,), entry_id),
        )
    )
    return render_template("review/ledger/entry.html", officer=desk().sheet, sheet=sheet)


@review.get("/review/ledger/cases/<uuid:case_id>")
def show_life(case_id: UUID) -> ResponseReturnValue:
    """The life of a case, and who looked at it."""
    sheet = looking(
        lambda act, scope: (
            life := overseeing_pages.life(act, scope, case_id, current().tag),
            Look("case", ids(life.lines), case_id),
        )
    )
    return render_template("review/ledger/case.html", officer=desk().sheet, sheet=sheet)


@review.get("/review/ledger/officers/<uuid:officer_id>")
def show_day(officer_id: UUID) -> ResponseReturnValue:
    """One day of an officer."""
    day = ledger_filters.day(request.args)
    sheet = looking(
        lambda act, scope: (
            found := overseeing_pages.day(act, scope, officer_id, day, current().tag),
            Look("officer", ids(found.lines), officer_id, str(found.day)),
        )
    )
    return render_template("review/ledger/officer.html", officer=desk().sheet, sheet=sheet)


@review.get("/review/ledger/export")
def ask_export() -> ResponseReturnValue:
    """How much would leave the portal, and the form that asks for a code."""
    return _export_page(ExportForm(formdata=None))


@review.post("/review/ledger/export")
def export_ledger() -> ResponseReturnValue:
    """The filtered list as a file, entered with its digest; nothing is handed out that could not be entered."""
    form = ExportForm()
    if not form.validate():
        return _export_page(form), 422
    with reading() as session:
        act = acting(session)
        scope = overseeing.admit(act)
        lines = _lines(act, scope)
    file = ledger_csv.written(lines)
    try:
        with transaction() as session:
            act = acting(session).entered()
            signing_in.require_code(session, act.house, act.actor, hand(form).fresh, now=now())
            facts = {"kind": "csv", "count": len(lines), "digest": sha256(file).hex()}
            record(session, act.house.entry_key, Draft("exported", now(), overseeing.party(act, scope), facts=facts))
    except SignInError as refusal:
        form.refuse(refusal)
        enter(refusal)
        return _export_page(form), 422
    response = make_response(file)
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="ledger-{now():%Y%m%d-%H%M%S}.csv"'
    return response


def _lines(act: Act, scope: Scope) -> tuple[Line, ...]:
    asked = ledger_filters.read(act, scope, request.args)
    found = overseeing_queries.newest(act.session, scope, asked.wanted, EXPORTED)
    return overseeing_lines.read(act, scope, [index for _, index in found], current().tag)


def _export_page(form: ExportForm) -> str:
    def work(act: Act, scope: Scope) -> tuple[tuple[Asked, int], Look]:
        asked = ledger_filters.read(act, scope, request.args)
        count = overseeing_queries.count(act.session, scope, asked.wanted)
        return (asked, count), Look("export", wanted=str(asked.wanted))

    asked, count = looking(work)
    return render_template(
        "review/ledger/export.html", officer=desk().sheet, asked=asked, count=count, form=form, most=EXPORTED
    )
