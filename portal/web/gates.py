"""Which area needs what: one table, closed by default. A blueprint without a gate answers 404."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import cast

from flask import Flask, abort, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from portal.web import requests

Gate = Callable[[], ResponseReturnValue | None]


def everybody() -> None:
    """Public pages: whether a mailbox is open is nothing to them."""


def strangers() -> None:
    """The office's door: nobody is signed in yet, or somebody signs in anew."""


def reporters() -> ResponseReturnValue | None:
    """An open mailbox, or back to its door."""
    g.mailbox = requests.find_mailbox()
    return None if g.mailbox else _door("/mailbox", "intake.ended")


def officers() -> ResponseReturnValue | None:
    """A signed-in officer, or the office's door."""
    g.desk = requests.find_desk()
    return None if g.desk else _door("/review/login", "signing.ended")


def _door(address: str, ended: str) -> ResponseReturnValue:
    """The way in; whoever was sending something finds it carried there."""
    if request.method == "POST":
        return cast("ResponseReturnValue", current_app.view_functions[ended]())
    return redirect(address, code=303)


GATES: Mapping[str, Gate] = MappingProxyType(
    {
        "machines": everybody,
        "intake": everybody,
        "mailbox": reporters,
        "signing": strangers,
        "review": officers,
    }
)


def install(app: Flask) -> None:
    """Ask the gate of the blueprint before each view."""
    app.before_request(_ask)


def _ask() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    gate = GATES.get(request.blueprint or "")
    if gate is None:
        abort(404)
    return gate()
