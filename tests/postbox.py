"""A real mail server on this machine, and a gateway that is rung, for tests: they keep what they were given."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.domain.mailing import Parcel
from portal.outgoing import AlarmHook, MailServer

USER, PASSWORD, SENDER = "portal", "p:w/1@x", "shaoyin@example.cn"


def plain(port: int, *, tls: bool, user: str | None = None, password: str = "") -> MailServer:
    """A server on this machine."""
    return MailServer("127.0.0.1", port, implicit=False, starttls=tls, username=user, password=password, sender=SENDER)


@dataclass
class Postbox:
    """What a mail server received; `answers` are what it says to the next messages instead of taking them."""

    server: MailServer
    messages: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    signed_in: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_data:
            return self.at_data.pop(0)
        said = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(said, EmailMessage)
        assert [said["To"]] == envelope.rcpt_tos
        self.messages.append(said)
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        self.signed_in.append(data.login)
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


class _Server(Controller):
    """At a port that was free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def postbox(certificate: Path | None = None, *, user: str | None = None, password: str = PASSWORD) -> Iterator[Postbox]:
    """A server that takes mail; with a certificate it takes it after STARTTLS alone, with a user after AUTH."""
    box = Postbox(
        MailServer(
            "127.0.0.1",
            0,
            implicit=False,
            starttls=certificate is not None,
            username=user,
            password=password,
            sender=SENDER,
        )
    )
    tls = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        tls = {"tls_context": context, "require_starttls": True}
    auth = {"authenticator": box.authenticate, "auth_required": True, "auth_require_tls": bool(certificate)}
    made = _Server(box, hostname="127.0.0.1", port=0, **tls, **(auth if user else {}))
    made.start()
    try:
        box.server = MailServer(
            "127.0.0.1",
            made.port,
            implicit=False,
            starttls=certificate is not None,
            username=user,
            password=password,
            sender=SENDER,
        )
        yield box
    finally:
        made.stop()


def certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """A key and a certificate that it signs itself, good for a day."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@dataclass
class Gateway:
    """What a gateway was told; `answers` are its next status codes, 200 when there are none."""

    hook: AlarmHook
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def gateway(secret: str = "s" * 32) -> Iterator[Gateway]:
    """An address that is rung."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.calls.append((dict(self.headers), body))
            status = made.answers.pop(0) if made.answers else 200
            self.send_response(status)
            if status in {301, 302, 307}:
                self.send_header("Location", made.hook.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Gateway(AlarmHook.of(f"http://127.0.0.1:{server.server_port}/alarm", secret))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def texts(box: Postbox, kind: Parcel) -> list[str]:
    """Whom messages of a kind went to."""
    subject = {Parcel.ALARM: "签收", Parcel.DIGEST: "每日提醒", Parcel.CHECKPOINT: "检查点"}[kind]
    return [str(one["To"]) for one in box.messages if subject in str(one["Subject"])]
