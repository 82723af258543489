"""Sessions of officers and mailboxes: a random token whose one derivation finds the row and whose other opens it.

The database holds neither token nor key, so a copy of it opens nothing (DESIGN §4).
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from crypto import envelope, primitives
from crypto.errors import CryptoError
from crypto.keys import OfficerKeys, SecretKey, SigningKey
from portal.domain.vocabulary import OfficerState, ReceiptState
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.store.driving import Question, asked, first
from portal.store.insertion import insert_rows
from portal.store.officers import MailboxSession, Officer, OfficerSession
from portal.store.passkeys import Passkey
from portal.store.reports import Receipt

TOKEN = 32
OFFICER_IDLE, OFFICER_LIFE = timedelta(minutes=20), timedelta(hours=8)
MAILBOX_IDLE, MAILBOX_LIFE = timedelta(minutes=10), timedelta(minutes=60)
TOUCH_AFTER = timedelta(minutes=1)  # last use is written at most this often
# What a session's body holds, in bytes. Officers: id, seed, seed, secret of codes, when it
# began (a row put back later must not begin anew). Mailboxes: report, receipt, seed.
PARTS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"officer_sessions": (16, 32, 32, 20, 8), "mailbox_sessions": (16, 16, 32)}
)
SKEW = timedelta(minutes=1)  # by which two hosts of one installation may differ
_OFFICERS = (
    select(OfficerSession, Officer, exists().where(Passkey.officer_id == OfficerSession.officer_id))
    .join(Officer, Officer.id == OfficerSession.officer_id)
    .where(OfficerSession.id == bindparam("id"))
)
_MAILBOXES = select(MailboxSession).where(MailboxSession.id == bindparam("id"))
_RECEIPTS = select(Receipt).where(Receipt.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Token:
    """What the cookie holds."""

    raw: bytes = field(repr=False)

    @classmethod
    def new(cls) -> "Token":
        """Draw one: 256 bits."""
        return cls(primitives.random_bytes(TOKEN))

    @classmethod
    def parse(cls, text: str | None) -> "Token | None":
        """Read a cookie; None when it is none of ours."""
        try:
            raw = base64.urlsafe_b64decode((text or "") + "=")
        except (binascii.Error, ValueError):
            return None
        return cls(raw) if len(raw) == TOKEN else None

    @property
    def id(self) -> bytes:
        """Finds the row."""
        return primitives.derive(self.raw, "session-row")

    def key(self, secret: bytes) -> bytes:
        """Opens the row.

        The installation's secret goes in, so that whoever can only write to the database can't make one up.
        """
        return primitives.derive(self.raw, "session-key", salt=secret)

    @property
    def csrf(self) -> bytes:
        """Binds forms to this session."""
        return primitives.derive(self.raw, "session-csrf")

    def uploads(self, secret: bytes) -> bytes:
        """Opens the tokens of files that come in pieces while this mailbox is open."""
        return primitives.derive(self.raw, "session-uploads", salt=secret)

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self.raw).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An officer's open session."""

    officer: Officer
    secret: SecretKey = field(repr=False)
    signing: SigningKey = field(repr=False)
    otp: bytes = field(repr=False)  # the secret of the one-time codes, for steps that ask for a fresh one
    stale: bool  # the time of last use wants writing
    passkey: bool  # the officer has one, so that pages ask for it


@dataclass(frozen=True, slots=True)
class OpenMailbox:
    """A reporter's open mailbox."""

    reporter: ReporterKey
    stale: bool


def open_officer(session: Session, house: House, officer_id: UUID, keys: OfficerKeys, *, now: datetime) -> Token:
    """Begin an officer's session."""
    token = Token.new()
    session.add(
        OfficerSession(
            id=token.id,
            officer_id=officer_id,
            body=_seal(
                house,
                token,
                "officer_sessions",
                officer_id.bytes,
                keys.secret.seed,
                keys.signing.seed,
                keys.otp,
                _begun(now),
            ),
            opened_at=now,
            used_at=now,
        )
    )
    return token


def resume_officer(session: Session, house: House, token: Token, *, now: datetime) -> SignedIn | None:
    """The session behind a cookie; None when it has ended, was closed, or the officer may no longer sign in."""
    row, officer, passkey = next(iter(asked(session, _OFFICERS, id=token.id)), (None, None, False))
    if row is None or _ended(row, OFFICER_IDLE, OFFICER_LIFE, now):
        return None
    if officer is None or officer.state is not OfficerState.ACTIVE:
        return None
    parts = _unseal(house, token, "officer_sessions", row.body)
    if parts is None or (parts[0], parts[4]) != (row.officer_id.bytes, _begun(row.opened_at)):
        return None
    stale = now - row.used_at > TOUCH_AFTER
    return SignedIn(officer, SecretKey(parts[1]), SigningKey(parts[2]), parts[3], stale, bool(passkey))


def looks(token: Token) -> Question:
    """What `resume_officer` asks."""
    return _OFFICERS, {"id": token.id}


def open_mailbox(session: Session, house: House, reporter: ReporterKey, *, now: datetime) -> Token:
    """Begin a reporter's session: it holds the key derived from the receipt, never the receipt."""
    token, minute = Token.new(), now.replace(second=0, microsecond=0)
    parts = (reporter.report_id.bytes, reporter.receipt_id.bytes, reporter.secret.seed)
    body = _seal(house, token, "mailbox_sessions", *parts)
    row = {"id": token.id, "body": body, "opened_at": minute, "used_at": minute}
    insert_rows(session, MailboxSession, (row,))
    return token


def resume_mailbox(session: Session, house: House, token: Token, *, now: datetime) -> OpenMailbox | None:
    """The mailbox behind a cookie; None when it has ended, or its receipt was replaced."""
    row = first(session, _MAILBOXES, id=token.id)
    if row is None or _ended(row, MAILBOX_IDLE + TOUCH_AFTER, MAILBOX_LIFE, now):
        return None
    parts = _unseal(house, token, "mailbox_sessions", row.body)
    if parts is None:
        return None
    reporter = ReporterKey(UUID(bytes=parts[0]), UUID(bytes=parts[1]), SecretKey(parts[2]))
    receipt = first(session, _RECEIPTS, id=reporter.receipt_id)
    if receipt is None or receipt.state is not ReceiptState.ACTIVE:
        return None
    return OpenMailbox(reporter, now - row.used_at > TOUCH_AFTER)


def _begun(moment: datetime) -> bytes:
    return int(moment.timestamp()).to_bytes(8, "big")


def _ended(row: OfficerSession | MailboxSession, idle: timedelta, life: timedelta, now: datetime) -> bool:
    """Whether a session is over; also when it began in a time that has not come.

    Then the clock went back, and nobody knows how long it has been open: it must not stay so until that time.
    """
    return now - row.used_at > idle or not -SKEW <= now - row.opened_at <= life


def touch(session: Session, kind: type[OfficerSession] | type[MailboxSession], token: Token, *, now: datetime) -> None:
    """Write the time of last use."""
    moment = now if kind is OfficerSession else now.replace(second=0, microsecond=0)
    session.execute(update(kind).where(kind.id == token.id).values(used_at=moment))


def close(session: Session, kind: type[OfficerSession] | type[MailboxSession], token: Token) -> None:
    """End a session; the row goes, and with it the only place where its keys lay."""
    session.execute(delete(kind).where(kind.id == token.id))


def sweep(session: Session, *, now: datetime) -> None:
    """Remove sessions that have ended by themselves."""
    session.execute(
        delete(OfficerSession).where(
            (OfficerSession.used_at < now - OFFICER_IDLE)
            | (OfficerSession.opened_at < now - OFFICER_LIFE)
            | (OfficerSession.opened_at > now + SKEW)
        )
    )
    session.execute(
        delete(MailboxSession).where(
            (MailboxSession.used_at < now - MAILBOX_IDLE - TOUCH_AFTER)
            | (MailboxSession.opened_at < now - MAILBOX_LIFE)
            | (MailboxSession.opened_at > now + SKEW)
        )
    )


def _seal(house: House, token: Token, table: str, *parts: bytes) -> bytes:
    return envelope.seal(token.key(house.secret), b"".join(parts), house.binding(table, token.id, "body"))


def _unseal(house: House, token: Token, table: str, body: bytes) -> tuple[bytes, ...] | None:
    """The parts, or None for a row that this token does not open: swapped or altered in the database."""
    try:
        plain = envelope.unseal(token.key(house.secret), body, house.binding(table, token.id, "body"))
    except CryptoError:
        return None
    ends = list(accumulate(PARTS[table]))
    if len(plain) != ends[-1]:  # of another version
        return None
    return tuple(plain[end - size : end] for size, end in zip(PARTS[table], ends, strict=True))
