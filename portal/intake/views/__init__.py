"""The public side, one module per page; which blueprint has which gate stands in `web.gates`."""

from flask import Blueprint

intake = Blueprint("intake", __name__)
box = Blueprint("mailbox", __name__)

from portal.intake.views import demo, home, mailbox, privacy, report  # noqa: E402, F401 — they register themselves
