"""`/review/search`: the cases of one's own desks by words. Reveals: one `searched` entry per page of what was found."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.domain import access
from portal.office import queue, searching
from portal.office.desk_sheets import SearchSheet
from portal.review.blueprints import review
from portal.review.search_forms import ADDRESS, SearchForm
from portal.web.i18n import current
from portal.web.requests import desk, house, now, transaction


@review.get(ADDRESS)
def show_search() -> ResponseReturnValue:
    """The form alone."""
    return page(SearchForm(formdata=None))


@review.post(ADDRESS)
def search() -> ResponseReturnValue:
    """One page of what was found, recorded before it is shown; the words come back in the form and nowhere else."""
    form, officer = SearchForm(), desk()
    access.require_seat(officer.actor, queue.DUTIES)
    if not form.validate():
        return page(form), 422
    with transaction() as session:
        sheet = searching.search(
            session,
            house(),
            officer.actor,
            officer.ring,
            current().tag,
            form.terms,
            now=now(),
            after=form.place,
        )
    return page(form, sheet)


def page(form: SearchForm, sheet: SearchSheet | None = None) -> str:
    """The form, and what was found. Raises NotAllowedError for duties that have no queue."""
    access.require_seat(desk().actor, queue.DUTIES)
    kinds = house().policies.categories.kinds
    return render_template("review/search.html", officer=desk().sheet, form=form, sheet=sheet, kinds=kinds)
