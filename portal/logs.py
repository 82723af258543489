"""What goes to stderr: one line per event, JSON or plain, made so that nothing about a person can be in it.

Sentences of ours are constants filled with numbers, ids and names of classes. Of what other code logs, only the place,
the level and the kind of error are told, never its words: they hold addresses, paths, SQL and what was typed.
"""

import json
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from traceback import walk_tb
from types import TracebackType
from typing import Any
from uuid import UUID

from portal.domain.errors import LedgerError, StartError

JSON, PLAIN = "json", "plain"
FORMATS = (JSON, PLAIN)
OURS, FLASKS = "portal.", "portal.app"  # Flask logs under the application's name, and writes paths
FAILED_REQUEST = "a request failed"
KEPT = frozenset(  # gunicorn's own words about its processes
    {
        FAILED_REQUEST,
        "Worker (pid:%s) was sent %s!",
        "Worker (pid:%s) was sent %s! Perhaps out of memory?",
        "Worker (pid:%s) exited with code %s.",
        "WORKER TIMEOUT (pid:%s)",
        "Shutting down: %s",
        "Reason: %s",
    }
)
SPEAKING = (LedgerError, StartError)  # their texts are ours: they name entries, variables and files
CAUSES = 4  # errors behind an error that are named

log = logging.getLogger("portal.process")


class DiscreetFormatter(logging.Formatter):
    """One line per record, without values."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._write = json.dumps if form == JSON else _plain

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return self._write(told(record))


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What may be said of a record."""
    error = record.exc_info[1] if record.exc_info else None
    return {
        "time": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "process": record.process,
        "message": _message(record),
        **(place(error) if error else getattr(record, "place", {})),
    }


def place(error: BaseException) -> dict[str, Any]:
    """The kinds of an error and of those behind it, and its frames as module:line; pass it as `extra={"place": …}`."""
    kinds, behind = [type(error).__name__], error.__cause__ or error.__context__
    while behind is not None and len(kinds) <= CAUSES:
        kinds.append(type(behind).__name__)
        behind = behind.__cause__ or behind.__context__
    return {"errors": kinds, "frames": _frames(error.__traceback__)}


def install(form: str | None) -> None:
    """Send everything that this process logs, warns of or dies from through the formatter; plain on a terminal."""
    handler = logging.StreamHandler()
    handler.setFormatter(DiscreetFormatter(form or (PLAIN if sys.stderr.isatty() else JSON)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(True)  # noqa: FBT003
    logging.raiseExceptions = False  # else a record that cannot be written is written with its arguments
    sys.excepthook = lambda _kind, error, _frames: _uncaught(error)
    threading.excepthook = lambda args: _uncaught(args.exc_value)
    sys.unraisablehook = lambda args: _uncaught(args.exc_value)


def _uncaught(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit | KeyboardInterrupt):
        log.critical("an error was not caught", extra={"place": place(error)})


def _frames(frames: TracebackType | None) -> list[str]:
    return [f"{frame.f_globals.get('__name__', '?')}:{line}" for frame, line in walk_tb(frames)]


def _message(record: logging.LogRecord) -> str:
    ours = record.name.startswith(OURS) and record.name != FLASKS
    if not (ours or record.msg in KEPT) or isinstance(record.args, Mapping):
        return f"said at {record.module}:{record.lineno}"
    try:
        return str(record.msg) % tuple(map(_plain_value, record.args or ()))
    except (TypeError, ValueError):
        return f"said at {record.module}:{record.lineno}"


def _plain_value(value: object) -> object:
    """A value that a sentence of ours may hold; of an error its kind."""
    if isinstance(value, SPEAKING):
        return str(value)
    if isinstance(value, int | float | str | UUID | Enum | None):
        return value
    return type(value).__name__


def _plain(said: Mapping[str, Any]) -> str:
    """For somebody at a terminal."""
    words = f"{said['time']} {said['level']} {said['logger']}: {said['message']}"
    if said.get("errors"):
        words += f" [{' < '.join(said['errors'])}] {' '.join(said['frames'])}"
    return " ".join(words.split())
