"""What a view asks for: the house, the one transaction, the time, and whose session this is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session

from crypto.keys import SigningKey
from portal.domain import clocks
from portal.domain.access import Actor
from portal.office import alarming, sessions, shut_codes, signing_in
from portal.office.desk_sheets import OfficerSheet
from portal.office.house import House
from portal.office.keyring import Keyring, ReporterKey
from portal.office.sessions import Token
from portal.store.driving import ahead
from portal.store.officers import MailboxSession, OfficerSession
from portal.store.session import Store
from portal.web.i18n import current

OFFICE_COOKIE, MAILBOX_COOKIE, DEVICE_COOKIE = "__Host-office", "__Host-mailbox", "__Host-device"
QUEUE_COOKIE = "__Host-queue"  # where in the queue an officer is: the codes of its address
REWARDS_COOKIE, PAYOUTS_COOKIE = "__Host-rewards", "__Host-payouts"  # the same of two other lists
LISTS = (QUEUE_COOKIE, REWARDS_COOKIE, PAYOUTS_COOKIE)


@dataclass(frozen=True, slots=True)
class Portal:
    """What the factory leaves on the app."""

    store: Store
    house: House
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Desk:
    """An officer at work: who, and what their keys open."""

    token: Token
    actor: Actor
    ring: Keyring
    signing: SigningKey = field(repr=False)
    otp: bytes = field(repr=False)
    sheet: OfficerSheet


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A reporter at their mailbox."""

    token: Token
    reporter: ReporterKey


def portal() -> Portal:
    """The app's own."""
    found: Portal = current_app.extensions["portal"]
    return found


def house() -> House:
    """The installation."""
    return portal().house


def now() -> datetime:
    """The moment of this request: one for all that it does."""
    if "now" not in g:
        g.now = portal().clock()
    moment: datetime = g.now
    return moment


def system_clock() -> datetime:
    """The time of the machine, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def reading() -> AbstractContextManager[Session]:
    """A session that only looks."""
    return portal().store.reading()


def transaction() -> AbstractContextManager[Session]:
    """The transaction of this request; what is shown is rendered after it."""
    return portal().store.transaction()


def desk() -> Desk:
    """The officer who is signed in; the gate has made sure that there is one."""
    found: Desk = g.desk
    return found


def mailbox() -> Mailbox:
    """The open mailbox; the gate has made sure that there is one."""
    found: Mailbox = g.mailbox
    return found


def find_desk() -> Desk | None:
    """The officer behind the cookie."""
    token = Token.parse(request.cookies.get(OFFICE_COOKIE))
    return desk_of(token) if token else None


def desk_of(token: Token) -> Desk | None:
    """The officer behind a token, with seats and keys as they are now."""
    with reading() as session:
        with ahead(session, sessions.looks(token), signing_in.looks(token), house().directories.looks()):
            signed_in = sessions.resume_officer(session, house(), token, now=now())
            if signed_in is None:
                return None
            actor, ring = signing_in.resumed(session, house(), token, signed_in)
            directory = house().directories.read(session, today=now().astimezone(clocks.SHANGHAI).date())
        ringing = alarming.ringing(session, actor)
        shut = shut_codes.told(session, actor, directory, current().tag)
    if signed_in.stale:
        with transaction() as session:
            sessions.touch(session, OfficerSession, token, now=now())
    duties = tuple(sorted({seat.duty for seat in actor.seats}))
    authority = directory.name(actor.authority_id, current().tag)
    sheet = OfficerSheet(actor.username, authority, duties, signed_in.passkey, ringing, shut)
    return Desk(token, actor, ring, signed_in.signing, signed_in.otp, sheet)


def find_mailbox() -> Mailbox | None:
    """The mailbox behind the cookie."""
    token = Token.parse(request.cookies.get(MAILBOX_COOKIE))
    if token is None:
        return None
    with reading() as session:
        opened = sessions.resume_mailbox(session, house(), token, now=now())
    if opened is None:
        return None
    if opened.stale:
        with transaction() as session:
            sessions.touch(session, MailboxSession, token, now=now())
    return Mailbox(token, opened.reporter)


def open_cookie(response: Response, name: str, value: str, *, seconds: int | None = None) -> Response:
    """Hand a token to the browser: this host, this site, https or loopback, no script."""
    response.set_cookie(name, value, max_age=seconds, secure=True, httponly=True, samesite="Strict", path="/")
    return response


def close_cookie(response: Response, name: str) -> Response:
    """Take it back."""
    response.delete_cookie(name, secure=True, httponly=True, samesite="Strict", path="/")
    return response


def public_bindings() -> tuple[bytes, ...]:
    """What a public form may have been bound to: no session, or the mailbox whose cookie came with it."""
    token = Token.parse(request.cookies.get(MAILBOX_COOKIE))
    return (b"", token.csrf) if token else (b"",)


def csrf_binding() -> bytes:
    """What binds this request's forms to its session; nothing where there is none."""
    opened: Desk | Mailbox | None = g.get("desk") or g.get("mailbox")
    return opened.token.csrf if opened else b""
