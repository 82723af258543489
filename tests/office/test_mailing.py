"""Messages as they leave, to a real mail server and a real gateway: what they say, what they never say, what fails."""

import hashlib
import hmac
import socket
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from portal.domain.mailing import MailAddressError, Parcel
from portal.office import mailing
from portal.office.mailing import Letterhead, Mailer, UndeliveredError
from portal.outgoing import AlarmHook, MailServer
from tests.postbox import SENDER, USER, certificate, gateway, postbox

pytestmark = pytest.mark.sqlite

HEAD = Letterhead(SENDER, "https://report.example.cn", b"s" * 32)
AT = datetime(2026, 3, 2, 4, 37, 12, tzinfo=UTC)
MESSAGE = UUID(int=7)


def say(kind: Parcel = Parcel.ALARM, to: str = "lin@example.cn", note: bytes = b"", at: datetime = AT):
    return mailing.compose(HEAD, kind, to, MESSAGE, at, note)


def code_of(server: MailServer) -> str:
    with pytest.raises(UndeliveredError) as failed, Mailer() as mailer:
        mailer.send(server, say())
    return failed.value.code


def test_a_message_arrives_as_it_was_written() -> None:
    with postbox() as box:
        with Mailer() as mailer:
            mailer.send(box.server, say())
            mailer.send(box.server, say(Parcel.DIGEST, "gao@example.cn"))
        alarm, digest = box.messages
    assert (alarm["From"], alarm["To"]) == (SENDER, "lin@example.cn")
    assert "请马上登录签收" in alarm["Subject"]
    assert "https://report.example.cn/review/alarms" in alarm.get_content()
    assert "30 minutes" in alarm.get_content()
    assert digest["To"] == "gao@example.cn"


def test_a_message_tells_no_minute_and_the_same_message_has_the_same_id() -> None:
    first, again, other = (
        say(),
        say(at=AT.replace(minute=59)),
        mailing.compose(HEAD, Parcel.ALARM, "a@b.cn", uuid4(), AT),
    )
    assert first["Date"] == "Mon, 02 Mar 2026 04:00:00 +0000"
    assert bytes(first) == bytes(again)
    assert first["Message-ID"] != other["Message-ID"]
    assert MESSAGE.hex not in str(first["Message-ID"])


def test_every_digest_has_the_same_shape_on_every_day() -> None:
    quiet, busy = say(Parcel.DIGEST), say(Parcel.DIGEST, at=AT.replace(day=3))
    assert quiet.get_content() == busy.get_content()
    assert len(bytes(quiet)) == len(bytes(busy))


def test_a_witness_gets_the_checkpoint_beside() -> None:
    note = "origin\n5\nroot\n\n— origin sig\n".encode()
    with postbox() as box:
        with Mailer() as mailer:
            mailer.send(box.server, say(Parcel.CHECKPOINT, note=note))
        (attached,) = box.messages[0].iter_attachments()
    assert attached.get_content() == note


@pytest.mark.parametrize(
    "address",
    [
        "lin@example.cn\r\nBcc: all@example.cn",
        "lin@example.cn,all@example.cn",
        "lin <all@example.cn>",
        "",
        "lin",
        "a@b",
    ],
)
def test_an_address_can_say_nothing_but_an_address(address: str) -> None:
    with pytest.raises(MailAddressError):
        say(to=address)


def test_with_tls_and_a_user(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with postbox(pem, user=USER) as box:
        with Mailer() as mailer:
            mailer.send(box.server, say())
        assert (box.encrypted, box.signed_in) == ([True], [USER.encode()])


def test_a_wrong_password_is_tried_again_later(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with postbox(pem, user=USER, password="wrong") as box:
        assert code_of(box.server) == "not-signed-in"
        assert box.messages == []


def test_a_certificate_that_nobody_vouches_for_gets_no_message_and_no_password(tmp_path) -> None:
    with postbox(certificate(tmp_path), user=USER) as box:
        assert code_of(box.server) == "certificate"
        assert (box.messages, box.signed_in) == ([], [])


def test_a_certificate_of_another_host_gets_nothing(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path, "127.0.0.9")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with postbox(pem) as box:
        assert code_of(box.server) == "certificate"


def test_a_server_without_tls_gets_nothing_where_tls_is_demanded() -> None:
    with postbox() as box:
        server = MailServer(
            "127.0.0.1", box.server.port, implicit=False, starttls=True, username=None, password="", sender=SENDER
        )
        assert code_of(server) == "no-tls-or-no-sign-in"
        assert box.messages == []


def test_a_server_that_is_away_is_told_as_such() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        server = MailServer(
            "127.0.0.1",
            taken.getsockname()[1],
            implicit=False,
            starttls=False,
            username=None,
            password="",
            sender=SENDER,
        )
        assert code_of(server) == "unreachable"


@pytest.mark.parametrize(
    ("answer", "code", "lasting"),
    [("450 busy", "smtp-450", False), ("550 no such user", "smtp-550", True)],
)
def test_a_server_that_does_not_take_it(answer: str, code: str, *, lasting: bool) -> None:
    with postbox() as box, Mailer() as mailer:
        box.answers.append(answer)
        with pytest.raises(UndeliveredError) as failed:
            mailer.send(box.server, say())
        assert (failed.value.code, failed.value.lasting) == (code, lasting)
        assert "user" not in str(failed.value)
        mailer.send(box.server, say())
        box.at_data.append("451 disk full")
        with pytest.raises(UndeliveredError, match="smtp-451"):
            mailer.send(box.server, say())
        assert len(box.messages) == 1


def test_the_gateway_is_told_one_line_and_who_calls() -> None:
    with gateway() as rung:
        mailing.ring(rung.hook, MESSAGE, HEAD.secret)
        mailing.ring(rung.hook, MESSAGE, HEAD.secret)
    (headers, body), (again, _) = rung.calls
    mark = headers["X-Shaoyin-Message"]
    assert body == b'{"v":1,"alarm":true}'
    assert again["X-Shaoyin-Message"] == mark
    signed = hmac.new(b"s" * 32, mark.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Shaoyin-Signature"] == f"sha256={signed}"


@pytest.mark.parametrize(("status", "code"), [(500, "http-500"), (404, "http-404"), (302, "http-302")])
def test_a_gateway_that_does_not_take_it_and_one_that_sends_on(status: int, code: str) -> None:
    with gateway() as rung:
        rung.answers.append(status)
        with pytest.raises(UndeliveredError, match=code):
            mailing.ring(rung.hook, MESSAGE, HEAD.secret)
    assert len(rung.calls) == 1


def test_a_gateway_that_is_away() -> None:
    with pytest.raises(UndeliveredError, match="unreachable"):
        mailing.ring(AlarmHook.of("http://127.0.0.1:1/", "s" * 32), MESSAGE, HEAD.secret)
