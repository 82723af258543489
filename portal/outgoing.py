"""Where messages go: the mail server and the alarm's address, as the settings name them. It opens no connection.

Whatever makes no sense is refused in one line, which never repeats a password.
"""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from portal.domain.errors import StartError
from portal.domain.mailing import ADDRESS
from portal.environment import HOST_NAME, is_loopback

PORTS = {"smtp": 587, "smtps": 465}
LOOKS = "PORTAL_MAIL_URL must look like smtp://user:password@mail.example.cn:587?from=shaoyin@example.cn"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, how to reach it, and in whose name."""

    host: str
    port: int
    implicit: bool  # TLS from the first byte
    starttls: bool  # demanded; on loopback only where it is asked for
    username: str | None
    password: str = field(repr=False)
    sender: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `smtp://user:password@host:587?from=address`; StartError where it makes no sense.

        TLS is demanded of every server but one on this machine, where `&tls=yes` asks for it.
        """
        parts, port = _split(text, LOOKS)
        host, asked = parts.hostname or "", parse_qs(parts.query, keep_blank_values=True)
        if parts.scheme not in PORTS or not (is_loopback(host) or HOST_NAME.fullmatch(host)):
            raise StartError(LOOKS)
        if parts.path not in {"", "/"} or parts.fragment or not asked.keys() <= {"from", "tls"}:
            raise StartError(LOOKS)
        sender, tls = asked.get("from", [""]), asked.get("tls", [""])
        if len(sender) != 1 or ADDRESS.fullmatch(sender[0]) is None:
            raise StartError(f"{LOOKS}; `from` is the address it writes from")
        if tls not in ([""], ["yes"]):
            raise StartError("PORTAL_MAIL_URL: tls=yes asks a server on this machine for TLS; others always get it")
        if (parts.username is None) != (parts.password is None):
            raise StartError("PORTAL_MAIL_URL names a user without a password, or a password without a user")
        implicit = parts.scheme == "smtps"
        return cls(
            host=host,
            port=port or PORTS[parts.scheme],
            implicit=implicit,
            starttls=not implicit and (not is_loopback(host) or tls == ["yes"]),
            username=unquote(parts.username) if parts.username is not None else None,
            password=unquote(parts.password or ""),
            sender=sender[0],
        )

    @property
    def place(self) -> str:
        """Where it leads, without who goes there and with which password."""
        return f"{'smtps' if self.implicit else 'smtp'}://{self.host}:{self.port}?from={self.sender}"


@dataclass(frozen=True, slots=True)
class AlarmHook:
    """The address of the office's SMS gateway, and the secret that shows it who calls."""

    url: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, text: str, secret: str | None) -> Self:
        """https, or http on this machine; StartError where it makes no sense."""
        looks = "PORTAL_ALARM_URL must look like https://sms.example.cn/alarm"
        parts, _ = _split(text, looks)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or parts.fragment:
            raise StartError(looks)
        if parts.scheme == "http" and not is_loopback(host):
            raise StartError(f"{looks}; plain http reaches this machine alone")
        if secret is None:
            raise StartError("PORTAL_ALARM_URL needs PORTAL_ALARM_SECRET_FILE; `openssl rand -hex 32` makes a secret")
        return cls(text, secret.encode())


@dataclass(frozen=True, slots=True)
class Outgoing:
    """All that leaves by itself: whom to, through what, and when the digest does."""

    mail: MailServer | None
    hook: AlarmHook | None
    hour: int  # of the day, China time, at which everybody gets the digest
    public_url: str

    def __bool__(self) -> bool:
        """Whether anything can leave."""
        return self.mail is not None or self.hook is not None


def _split(text: str, looks: str) -> tuple[SplitResult, int | None]:
    if not text.isascii() or any(char <= " " for char in text):
        raise StartError(looks)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise StartError(looks) from None
    return parts, port
