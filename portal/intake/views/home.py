"""`/`: what can be reported, how one is protected, and the two ways on."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.intake.blueprints import intake
from portal.intake.views.report import choices


@intake.get("/")
def home() -> ResponseReturnValue:
    """The first page."""
    offered = choices()
    return render_template("intake/home.html", open=offered.open, tops=offered.tops)
