"""The blueprints of the office side; which has which gate stands in `web.gates`."""

from flask import Blueprint

signing = Blueprint("signing", __name__)
review = Blueprint("review", __name__)
