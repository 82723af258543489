"""Messages as they leave: fixed sentences by mail (RFC 5321, 5322), and a fixed line for the office's SMS gateway.

A message holds no case, no office and no moment: its date is a full hour, its id says nothing but that it is the same
message when it comes twice. What goes wrong becomes a code; what a server answered is repeated nowhere.
"""

import hashlib
import hmac
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from crypto import primitives
from portal.domain.audit import hour_of
from portal.domain.errors import PortalError
from portal.domain.mailing import Parcel, require_address
from portal.outgoing import AlarmHook, MailServer

SECONDS = 15  # for a server to answer
PERMANENT = 500
BODY = b'{"v":1,"alarm":true}'
ID_HEADER, MAC_HEADER = "X-Shaoyin-Message", "X-Shaoyin-Signature"
NOTE_NAME = "checkpoint.note"
TEXTS = Path(__file__).resolve().parent.parent


class UndeliveredError(PortalError):
    """A message did not leave; `code` says why, and unless `lasting` it is tried again."""

    def __init__(self, code: str, *, lasting: bool = False) -> None:
        super().__init__(code)
        self.code, self.lasting = code, lasting


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every message of an installation has in common."""

    sender: str
    url: str  # of the portal
    secret: bytes = field(repr=False)  # of the installation: ids are keyed with it


def compose(head: Letterhead, kind: Parcel, to: str, message_id: UUID, at: datetime, note: bytes = b"") -> EmailMessage:
    """The message of a kind. Raises MailAddressError for an address that could say more than an address."""
    subject, _, text = _text(kind).format(url=head.url).partition("\n")
    said = EmailMessage(policy=policy.SMTP)
    said["From"], said["To"], said["Subject"] = require_address(head.sender), require_address(to), subject
    said["Date"] = format_datetime(hour_of(at))
    said["Message-ID"] = f"<{_mark(head.secret, message_id)}@{head.sender.rpartition('@')[2]}>"
    said["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
    said.set_content(text, charset="utf-8", cte="base64")
    if note:
        said.add_attachment(note, maintype="application", subtype="octet-stream", filename=NOTE_NAME)
    return said


def _text(kind: Parcel) -> str:
    inside = TEXTS / "templates"
    folder = inside if inside.is_dir() else TEXTS.parent / "templates"
    return (folder / "mail" / f"{kind}.txt").read_text(encoding="utf-8")


def _mark(secret: bytes, message_id: UUID) -> str:
    return primitives.mac(secret, b"message", message_id.bytes).hex()[:32]


class Mailer:
    """A connection to a mail server, opened with the first message and kept for the others."""

    def __init__(self) -> None:
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Nothing is opened before the first message."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take leave, if the server still listens."""
        self._drop()

    def send(self, server: MailServer, message: EmailMessage) -> None:
        """Hand one message over. Raises UndeliveredError."""

        def hand_over() -> None:
            if self._open is None:
                self._open = _connect(server)
            self._open.send_message(message)

        try:
            _coded(hand_over)
        except UndeliveredError:
            self._drop()
            raise

    def _drop(self) -> None:
        made, self._open = self._open, None
        if made is not None:
            with suppress(smtplib.SMTPException, OSError):
                made.quit()
            made.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    """A connection with TLS where it is demanded, signed in where there is a user."""
    context, name = ssl.create_default_context(), server.sender.rpartition("@")[2]
    if server.implicit:
        made: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=SECONDS, context=context)
    else:
        made = smtplib.SMTP(server.host, server.port, name, timeout=SECONDS)
    try:
        if server.starttls:
            made.starttls(context=context)
        if server.username is not None:
            made.login(server.username, server.password)
    except BaseException:
        made.close()
        raise
    return made


def _coded(work: Callable[[], object]) -> None:
    """Do it, with a code for what went wrong. A refused receiver is refused for good; a server can be put right."""
    try:
        work()
    except smtplib.SMTPRecipientsRefused as error:
        code = max(answer for answer, _ in error.recipients.values())
        raise UndeliveredError(f"smtp-{code}", lasting=code >= PERMANENT) from None
    except smtplib.SMTPAuthenticationError:
        raise UndeliveredError("not-signed-in") from None
    except smtplib.SMTPNotSupportedError:
        raise UndeliveredError("no-tls-or-no-sign-in") from None
    except smtplib.SMTPDataError as error:
        raise UndeliveredError(f"smtp-{error.smtp_code}", lasting=error.smtp_code >= PERMANENT) from None
    except smtplib.SMTPResponseException as error:
        raise UndeliveredError(f"smtp-{max(error.smtp_code, 0)}") from None
    except smtplib.SMTPException:
        raise UndeliveredError("broken-off") from None
    except ssl.SSLCertVerificationError:
        raise UndeliveredError("certificate") from None
    except ssl.SSLError:
        raise UndeliveredError("tls") from None
    except OSError:
        raise UndeliveredError("unreachable") from None


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere but where it was told."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """No."""


def ring(hook: AlarmHook, message_id: UUID, secret: bytes) -> None:
    """Tell the gateway that there is an alarm, and nothing else. Raises UndeliveredError.

    The signature is HMAC-SHA256 over the message's id, a full stop and the body; the id stays when it comes again.
    """
    mark = _mark(secret, message_id)
    signature = hmac.new(hook.secret, mark.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", ID_HEADER: mark, MAC_HEADER: f"sha256={signature}"}
    request = urllib.request.Request(hook.url, BODY, headers, method="POST")  # noqa: S310 — settings allow http(s) alone
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        error.close()
        raise UndeliveredError(f"http-{error.code}") from None
    except urllib.error.URLError as error:
        trusted = not isinstance(error.reason, ssl.SSLCertVerificationError)
        raise UndeliveredError("unreachable" if trusted else "certificate") from None
    except (OSError, HTTPException):
        raise UndeliveredError("broken-off") from None
