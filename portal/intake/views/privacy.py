"""`/privacy`: what is kept and who can read it, generated from the schema itself."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.intake import holdings
from portal.intake.blueprints import intake


@intake.get("/privacy")
def privacy() -> ResponseReturnValue:
    """The page that promises nothing the schema does not keep."""
    return render_template("intake/privacy.html", tables=holdings.tables())
