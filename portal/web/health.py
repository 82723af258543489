"""`/healthz` and `/readyz`, for machines that watch: one line per check, no number, no name, no entry."""

from flask import Blueprint, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError, NotStoredError, StartError, UnsignedError
from portal.office import checkpoints
from portal.store.authorities import Installation
from portal.web.requests import house, now, reading

machines = Blueprint("machines", __name__)


@machines.get("/healthz")
def alive() -> Response:
    """This process answers; nothing else is asked."""
    return _said(200, "ok")


@machines.get("/readyz")
def ready() -> Response:
    """Reports can be received and read: the database answers, and the ledger is being signed.

    Where files cannot be taken, a line says so; reports can, and no host is taken out of service for it.
    """
    try:
        with reading() as session:
            session.execute(select(Installation.generation)).one()
            ledger = _ledger(session)
    except NotStoredError:
        return _said(503, "database: away")
    return _said(200 if ledger == "ok" else 503, "database: ok", f"ledger: {ledger}", f"files: {_files()}")


def _ledger(session: Session) -> str:
    try:
        checkpoints.require_signed(session, house(), now=now())
    except (UnsignedError, LedgerError):
        return "not being signed"
    return "ok"


def _files() -> str:
    try:
        house().blobs.ready()
    except StartError:
        return "not being taken"
    return "ok"


def _said(status: int, *lines: str) -> Response:
    return Response("\n".join(lines) + "\n", status, mimetype="text/plain")
