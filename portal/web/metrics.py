"""`/metrics`: for this machine itself, or for whoever knows the token; to everybody else there is no such page.

It knows who may ask and on which side a request counts; what is counted is `portal/measures.py`.
"""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request

from crypto.primitives import same
from portal.domain.errors import NotStoredError
from portal.environment import is_loopback
from portal.measures import FORMAT, Figure, Measures
from portal.office import watching
from portal.settings import Settings
from portal.web.address import ASKED_HOST
from portal.web.health import machines
from portal.web.requests import house, now, reading

OFFICE = frozenset({"signing", "review"})
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
METHODS = frozenset({"GET", "HEAD", "POST"})


def install(app: Flask, measures: Measures) -> None:
    """Measure each request from the moment it is taken up; installed before whatever else is asked of one."""
    app.extensions["portal.measures"] = measures
    app.before_request(_begin)
    app.after_request(_end)


@machines.get("/metrics")
def metrics() -> Response:
    """Figures of all processes of this server."""
    if not (_knows_token() or _is_local()):
        abort(404)
    return Response(_measures().told(_figures()), content_type=FORMAT)


def _measures() -> Measures:
    found: Measures = current_app.extensions["portal.measures"]
    return found


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    if request.blueprint in OFFICE:
        method = request.method if request.method in METHODS else "other"
        _measures().office(method, response.status_code, seconds)
    elif request.blueprint != machines.name:
        _measures().public(response.status_code, seconds)
    return response


def _knows_token() -> bool:
    settings: Settings = current_app.extensions["portal.settings"]
    said = request.authorization
    if settings.metrics_token is None or said is None or said.type != "bearer" or said.token is None:
        return False
    return same(said.token.encode(), settings.metrics_token.encode())


def _is_local() -> bool:
    """A program of this machine asks, directly and by this machine's name: no proxy, and no page in a browser.

    Where others reach the portal there is a proxy, and not every proxy says that it is one: there it takes the token.
    """
    settings: Settings = current_app.extensions["portal.settings"]
    if not is_loopback(urlsplit(settings.public_url).hostname or ""):
        return False
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        asked = urlsplit(f"//{request.environ.get(ASKED_HOST) or ''}").hostname
    except ValueError:
        return False
    return is_loopback(request.remote_addr or "") and is_loopback(asked or "")


def _figures() -> Iterator[Figure]:
    try:
        with reading() as session:
            seen = watching.watch(session, house(), now=now())
    except NotStoredError:
        yield Figure("portal_database_up", "Whether the database answers.", 0)
        return
    yield Figure("portal_database_up", "Whether the database answers.", 1)
    yield Figure("portal_ledger_signed", "Whether the ledger is being signed in time.", seen.signed)
    if seen.overdue is not None:
        said = "How long ago the oldest unsigned entry should have been signed."
        yield Figure("portal_ledger_overdue_seconds", said, seen.overdue.total_seconds())
    yield Figure("portal_clocks_late", "Time limits passed at the last full hour, 10,000 at most.", seen.late)
    yield Figure("portal_clocks_unmarked", "Those of them that no tick has marked late.", seen.unmarked)
