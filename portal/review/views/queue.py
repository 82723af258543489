"""`/review/`: the queue of the officer's desks. Reveals: one `listed` entry per page."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from portal.office import queue
from portal.office.queue import Cursor
from portal.review.blueprints import review
from portal.web.requests import desk, house, now, transaction


@review.get("/review/")
def show_queue() -> ResponseReturnValue:
    """One page, recorded before it is shown."""
    officer = desk()
    if not officer.actor.desks(*queue.DUTIES):
        return render_template("review/no_queue.html", officer=officer.sheet)
    with transaction() as session:
        sheet = queue.show(
            session,
            house(),
            officer.actor,
            officer.ring,
            now=now(),
            after=Cursor.parse(request.args.get("after")),
            before=Cursor.parse(request.args.get("before")),
        )
    return render_template(
        "review/queue.html", sheet=sheet, officer=officer.sheet, kinds=house().policies.categories.kinds
    )
