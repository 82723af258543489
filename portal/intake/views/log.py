"""`/log/checkpoint` and `/log/tile/…`: the public copy of the ledger's tree, for other people's programs."""

from flask import Response, abort, current_app
from sqlalchemy.orm import Session

from portal.intake.blueprints import intake
from portal.office import publishing
from portal.settings import Settings
from portal.store.ledger import Checkpoint
from portal.web import security
from portal.web.requests import now, reading


@intake.get("/log/checkpoint")
def log_checkpoint() -> Response:
    """The signed root of the last night; it moves once a day."""
    with reading() as session:
        note = _public(session).note
    return Response(note, content_type="text/plain; charset=utf-8")


@intake.get("/log/tile/<level>/<path:index>")
def log_tile(level: str, index: str) -> Response:
    """Hashes of the tree under it; nothing beyond, and no entry, whatever is asked."""
    with reading() as session:
        hashes = publishing.tile(session, _public(session).size, level, index)
    if hashes is None:
        abort(404)
    security.keep_for_ever()
    return Response(hashes, content_type="application/octet-stream")


def _public(session: Session) -> Checkpoint:
    settings: Settings = current_app.extensions["portal.settings"]
    found = publishing.public(session, hour=settings.log_hour, now=now())
    if found is None:
        abort(404)
    return found
