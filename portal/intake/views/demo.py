"""`/demo`: five steps to try, the cast with live codes, and one row as the disk holds it."""

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from portal.intake import tour
from portal.intake.blueprints import intake
from portal.web.requests import house, now, reading


@intake.get("/demo")
def demo() -> ResponseReturnValue:
    """Only a demonstration has this page."""
    if not house().demo:
        abort(404)
    with reading() as session:
        shown = tour.show(session, current_app.extensions["portal.settings"], now=now())
    return render_template("demo.html", steps=tour.steps(), shown=shown)
