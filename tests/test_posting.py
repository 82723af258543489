"""Messages leave beside the requests: by `portal tick`, or by a thread; one process at a time."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime

import pytest

from portal import posting
from portal.domain.errors import StartError
from portal.domain.mailing import PATIENCE, Parcel
from portal.jobs import Clock
from portal.outgoing import AlarmHook, MailServer
from portal.posting import Post
from portal.settings import Settings
from tests.alarming import reach
from tests.office.test_delivering import happens
from tests.postbox import postbox
from tests.world import World

pytestmark = pytest.mark.sqlite

WHOLE = "smtp://portal:p%40ss@mail.example.cn:2525/?from=shaoyin@example.cn"


def settings_of(world: World, port: int) -> Settings:
    return replace(world.settings, mail=MailServer.parse(f"smtp://127.0.0.1:{port}?from=shaoyin@example.cn"))


def test_tick_sends_what_is_due_and_a_portal_without_mail_opens_nothing(world: World) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    assert posting.once(world.settings, now=world.clock()) == 0
    with postbox() as box:
        assert posting.once(settings_of(world, box.server.port), now=world.clock()) == 1
    assert posting.start(world.settings) is None


def test_of_two_processes_one_sends(world: World) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    with postbox() as box, closing(Post.of(settings_of(world, box.server.port))) as first:
        assert first.deliver(now=world.clock()) == 1
        happens(world, Parcel.ALARM)
        with closing(Post.of(settings_of(world, box.server.port))) as second:
            assert second.deliver(now=world.clock()) == 0
        assert first.deliver(now=world.clock()) == 1


def test_the_loop_sends_and_goes_on_after_what_goes_wrong(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    real, wrong = Post.deliver, [StartError("once"), RuntimeError("twice"), None, KeyboardInterrupt()]

    def deliver(post: Post, *, now: datetime) -> int:
        error = wrong.pop(0)
        if error is not None:
            raise error
        return real(post, now=now)

    monkeypatch.setattr(posting, "EVERY", 0.01)
    monkeypatch.setattr(Post, "deliver", deliver)
    with postbox() as box:
        with pytest.raises(KeyboardInterrupt):
            posting._loop(settings_of(world, box.server.port), Clock(now=world.clock))
        assert len(box.messages) == 1
    assert wrong == []


def test_an_address_of_a_mail_server_says_all_that_sending_takes() -> None:
    server = MailServer.parse(WHOLE)
    assert (server.host, server.port, server.username, server.password) == ("mail.example.cn", 2525, "portal", "p@ss")
    assert (server.implicit, server.starttls) == (False, True)
    assert MailServer.parse("smtps://mail.example.cn?from=a@b.cn").port == 465
    assert not MailServer.parse("smtp://localhost?from=a@b.cn").starttls
    assert MailServer.parse("smtp://localhost?from=a@b.cn&tls=yes").starttls
    assert "p@ss" not in repr(server) + server.place


@pytest.mark.parametrize(
    "text",
    [
        *("smtp://mail.example.cn", "smtp://mail.example.cn?from=a", "smtp://?from=a@b.cn", "imap://m.cn?from=a@b.cn"),
        *("smtp://mail.example.cn?from=a@b.cn&tls=no", "smtp://u@mail.example.cn?from=a@b.cn"),
        *("smtp://mail.example.cn?from=a@b.cn&to=c@d.cn", "smtp://mail.example.cn:0x1?from=a@b.cn"),
        *("smtp://mail example.cn?from=a@b.cn", "smtp://mail.example.cn/in?from=a@b.cn"),
    ],
)
def test_an_address_that_says_less_or_more_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(StartError, match=r"^PORTAL_MAIL_URL.*$"):
        MailServer.parse(text)


@pytest.mark.parametrize("text", ["http://sms.example.cn/", "ftp://sms.example.cn/", "https://u:p@sms.example.cn/", ""])
def test_a_gateway_is_reached_by_https_or_on_this_machine(text: str) -> None:
    with pytest.raises(StartError, match="PORTAL_ALARM_URL"):
        AlarmHook.of(text, "s" * 32)
    with pytest.raises(StartError, match="PORTAL_ALARM_SECRET_FILE"):
        AlarmHook.of("https://sms.example.cn/", None)


def test_alarms_are_tried_for_an_hour_and_the_rest_for_a_day() -> None:
    for kind, hours in ((Parcel.ALARM, 1.0), (Parcel.DIGEST, 24.0)):
        tries = range(1, PATIENCE[kind].tries)
        total = sum(PATIENCE[kind].after(number).total_seconds() for number in tries) / 3600
        assert hours * 0.7 < total < hours * 1.3, (kind, total)
        assert PATIENCE[kind].after(PATIENCE[kind].tries) is None
