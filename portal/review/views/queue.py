"""`/review/`: the queue of the officer's desks. Reveals: one `listed` entry per page."""

from flask import make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.domain import lifecycle
from portal.domain.case_vocabulary import View
from portal.office import assigning, disclosures, overseeing, queue
from portal.review import filters
from portal.review.blueprints import review
from portal.web.i18n import current
from portal.web.requests import QUEUE_COOKIE, desk, house, now, transaction


@review.get("/review/")
def show_queue() -> ResponseReturnValue:
    """One page, recorded before it is shown."""
    officer = desk()
    if not officer.actor.desks(*queue.DUTIES):
        if officer.actor.desks(*assigning.INVESTIGATORS):
            return redirect("/review/assigned", code=303)
        if officer.actor.desks(*disclosures.DUTIES):
            return redirect("/review/disclosures", code=303)
        if officer.actor.desks(*overseeing.AUDITORS):
            return redirect("/review/ledger", code=303)
        return render_template("review/no_queue.html", officer=officer.sheet)
    asked = filters.read(request.args)
    with transaction() as session:
        sheet = queue.show(
            session,
            house(),
            officer.actor,
            officer.ring,
            current().tag,
            asked.filters,
            now=now(),
            after=asked.after,
            before=asked.before,
        )
    categories = house().policies.categories
    page = render_template(
        "review/queue.html",
        sheet=sheet,
        officer=officer.sheet,
        asked=asked,
        views=tuple(View),
        states=lifecycle.states_of(asked.filters.view),
        days=filters.DAYS,
        kinds=categories.kinds,
        tops=[(top, [kind for kind in categories.kinds.values() if kind.top == top.code]) for top in categories.tops],
    )
    return filters.remember(make_response(page), asked, request.cookies.get(QUEUE_COOKIE))
