"""`/review/ledger/…`: sums over a period: who looked at what, pictures, what stands out, a sheet for inspections."""

import base64
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.office import overseeing_figures, overseeing_signs
from portal.office.overseeing import Look
from portal.review.blueprints import review
from portal.review.views.ledger import ids, looking
from portal.web.i18n import current
from portal.web.requests import desk

BY = ("events", "cases")


def _days() -> int:
    asked = request.args.get("days", "")
    return next((one for one in overseeing_figures.DAYS if str(one) == asked), overseeing_figures.DAYS[1])


def _drawn(page: str, sheet: Any, **more: Any) -> str:
    return render_template(
        f"review/ledger/{page}.html", officer=desk().sheet, sheet=sheet, periods=overseeing_figures.DAYS, **more
    )


@review.get("/review/ledger/matrix")
def show_matrix() -> ResponseReturnValue:
    """Officers down, kinds of access or cases across."""
    by, days = request.args.get("by", ""), _days()
    by = by if by in BY else BY[0]
    sheet = looking(
        lambda act, scope: (
            overseeing_figures.matrix(act, scope, days, by),
            Look("matrix", wanted=f"days={days}&by={by}"),
        )
    )
    return _drawn("matrix", sheet, ways=BY)


@review.get("/review/ledger/figures")
def show_figures() -> ResponseReturnValue:
    """Accesses by day and duty, refusals by day, requests by reason and office."""
    days = _days()
    sheet = looking(
        lambda act, scope: (
            overseeing_figures.figures(act, scope, days, current().tag),
            Look("figures", wanted=f"days={days}"),
        )
    )
    return _drawn("figures", sheet)


@review.get("/review/ledger/signs")
def show_signs() -> ResponseReturnValue:
    """What stands out by the rules in force, each with the entries it comes from."""
    days = _days()
    sheet = looking(
        lambda act, scope: (
            found := overseeing_signs.signs(act, scope, days, current().tag),
            Look("signs", ids(line for one in found.findings for line in one.entries), wanted=f"days={days}"),
        )
    )
    return _drawn("signs", sheet)


@review.get("/review/ledger/inspection")
def show_inspection() -> ResponseReturnValue:
    """A page to print for whoever comes to inspect; it names nobody."""
    days = _days()
    sheet = looking(
        lambda act, scope: (
            overseeing_signs.inspection(act, scope, days, current().tag),
            Look("inspection", wanted=f"days={days}"),
        )
    )
    published = base64.b64encode(bytes.fromhex(sheet.root)).decode()  # as a checkpoint writes it
    return _drawn("inspection", sheet, published=published)
