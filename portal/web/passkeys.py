"""What a page needs to ask for a passkey: a challenge that belongs to this browser's session, and the one script.

Who is at the door is not known: the same is offered to everybody there, and before somebody has signed in no page says
which passkeys there are.
"""

import base64
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, g, request, session

from crypto.primitives import fields
from portal.office import challenges
from portal.office.challenges import Kind
from portal.office.house import Site
from portal.web import requests, security
from portal.web.forms import csrf_token


@dataclass(frozen=True, slots=True)
class Offer:
    """What the script is told."""

    challenge: str  # base64url
    host: str
    seconds: int  # for which the challenge is good


def install(app: Flask) -> None:
    """Let templates offer a passkey."""
    app.jinja_env.globals.update(passkey_offer=offer)


def binding() -> bytes:
    """What a challenge belongs to: the officer's session, where there is one, and the form token of this browser."""
    csrf_token()  # draws the browser's where it has none
    return fields(requests.csrf_binding(), str(session.get("csrf_token", "")).encode())


def offer() -> Offer | None:
    """A passkey in place of a one-time code: at the door to everybody, later to officers who have one."""
    desk: requests.Desk | None = g.get("desk")
    return _offer(Kind.GET) if desk is None or desk.sheet.passkey else None


def new() -> Offer | None:
    """Making a passkey; None where the address is none that browsers make passkeys for."""
    return _offer(Kind.CREATE)


def site() -> Site:
    """Where passkeys are good."""
    return requests.house().site


def _offer(kind: Kind) -> Offer | None:
    if not site().host or urlsplit(request.host_url).hostname != site().host:
        return None
    security.ask_script("passkey.js")
    challenge = challenges.issue(requests.house(), kind, binding(), now=requests.now())
    return Offer(text(challenge), site().host, int(challenges.LIFE.total_seconds()))


def text(raw: bytes) -> str:
    """Bytes as WebAuthn writes them: base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
