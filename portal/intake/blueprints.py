"""The blueprints of the public side; which has which gate stands in `web.gates`."""

from flask import Blueprint

intake = Blueprint("intake", __name__)
box = Blueprint("mailbox", __name__)
