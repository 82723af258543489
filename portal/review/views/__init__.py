"""The office side, one module per page; which blueprint has which gate stands in `web.gates`."""

from flask import Blueprint

signing = Blueprint("signing", __name__)
review = Blueprint("review", __name__)

from portal.review.views import case, queue, sign_in  # noqa: E402, F401 — they register themselves
