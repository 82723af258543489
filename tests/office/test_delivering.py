"""The outbox at work: who gets what, once, in which order, and what becomes of what fails."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from portal.domain.mailing import Parcel
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import daily, delivering, doctor_post, staffing
from portal.outgoing import Outgoing
from portal.store.officers import Officer
from portal.store.outbox import Outbox
from tests.alarming import reach, watch
from tests.postbox import Gateway, Postbox, gateway, postbox, texts
from tests.staffing import Staff
from tests.world import NOON, World

pytestmark = pytest.mark.sqlite

EIGHT = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)  # eight in the morning in Changchun, the day after
WITNESS = "seal@jiwei.example.cn"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as made:
        yield made


@pytest.fixture
def rung() -> Iterator[Gateway]:
    with gateway() as made:
        yield made


def deliver(world: World, box: Postbox | None = None, rung: Gateway | None = None) -> int:
    outgoing = Outgoing(box.server if box else None, rung.hook if rung else None, 8, "https://report.example.cn")
    return delivering.deliver(world.store, world.house, outgoing, now=world.clock())


def happens(world: World, kind: str = "late", duty: Duty = Duty.INTAKE, **values: object) -> None:
    """Something at a desk of 长春."""
    desk = Staff(world).desk(duty, "office-220100")
    with world.store.transaction() as session:
        session.add(Outbox(kind=kind, desk_id=desk, created_at=world.clock(), sent_at=None, **values))


def rows(world: World, kind: Parcel) -> list[Outbox]:
    with world.store.reading() as session:
        found = list(session.scalars(select(Outbox).where(Outbox.kind == kind, Outbox.desk_id.is_(None))))
        session.expunge_all()
        return found


def join(world: World, who: str) -> None:
    """Somebody more sits at intake."""
    staff = Staff(world)
    staff.newcomer(who)
    staff.agree(MotionKind.SEAT, ("guan", "lin"), who, duty=Duty.INTAKE)


def die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_alarm_goes_at_once_to_whoever_is_on_watch(world: World, box: Postbox, rung: Gateway) -> None:
    reach(world, "lin", "gao", "qin")
    happens(world, Parcel.ALARM)
    assert deliver(world, box, rung) == 2
    assert texts(box, Parcel.ALARM) == ["lin@example.cn"]
    assert len(rung.calls) == 1
    assert deliver(world, box, rung) == 0


def test_where_nobody_is_on_watch_everybody_who_sits_there_is_rung(world: World, box: Postbox) -> None:
    join(world, "lan")
    reach(world, "lin", "lan")
    happens(world, Parcel.ALARM)
    deliver(world, box)
    assert sorted(texts(box, Parcel.ALARM)) == ["lan@example.cn", "lin@example.cn"]
    watch(world, "lan", hours=8)
    happens(world, Parcel.ALARM)
    deliver(world, box)
    assert texts(box, Parcel.ALARM)[2:] == ["lan@example.cn"]


def test_two_alarms_of_one_moment_ring_once(world: World, box: Postbox, rung: Gateway) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    happens(world, Parcel.ALARM)
    deliver(world, box, rung)
    assert (len(box.messages), len(rung.calls)) == (1, 1)


def test_everybody_with_a_desk_gets_the_digest_whether_something_happened_or_not(world: World, box: Postbox) -> None:
    reach(world, "lin", "gao", "qin")
    happens(world, "late")
    world.clock.now = EIGHT + timedelta(minutes=3)
    assert deliver(world, box) == 3
    assert sorted(texts(box, Parcel.DIGEST)) == ["gao@example.cn", "lin@example.cn", "qin@example.cn"]
    assert len({message.get_content() for message in box.messages}) == 1
    world.clock.forward(hours=23)
    assert deliver(world, box) == 0
    world.clock.forward(hours=1)
    assert deliver(world, box) == 3
    with world.store.reading() as session:
        assert set(session.scalars(select(Outbox.sent_at).where(Outbox.desk_id.is_not(None)))) != {None}


def test_a_week_without_a_server_makes_one_digest(world: World, box: Postbox) -> None:
    reach(world, "lin")
    world.clock.now = EIGHT + timedelta(days=7)
    assert deliver(world, box) == 1


def test_at_rest_nothing_is_written(world: World, box: Postbox) -> None:
    reach(world, "lin")
    deliver(world, box)
    before = (world.home / "portal.sqlite-wal").read_bytes()
    for _ in range(5):
        world.clock.forward(minutes=5)
        deliver(world, box)
    assert (world.home / "portal.sqlite-wal").read_bytes() == before


def test_while_the_server_is_away_messages_wait_longer_and_longer_and_are_given_up(world: World, box: Postbox) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    box.answers = ["451 later"] * 3
    deliver(world, box)
    (row,) = rows(world, Parcel.ALARM)
    assert (row.tries, row.next_at, row.failure) == (1, NOON + timedelta(seconds=15), "smtp-451")
    deliver(world, box)
    assert len(box.answers) == 2  # not before its time
    world.clock.forward(seconds=15)
    deliver(world, box)
    (row,) = rows(world, Parcel.ALARM)
    assert (row.tries, row.next_at) == (2, world.clock() + timedelta(seconds=30))
    world.clock.forward(hours=3)
    deliver(world, box)
    (row,) = rows(world, Parcel.ALARM)
    assert row.given_up_at == world.clock()
    world.clock.forward(hours=1)
    assert deliver(world, box) == 0


def test_what_waited_is_sent_once_the_server_is_back(world: World, box: Postbox) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    box.answers = ["451 later"]
    deliver(world, box)
    world.clock.forward(minutes=1)
    assert deliver(world, box) == 1
    (row,) = rows(world, Parcel.ALARM)
    assert (row.sent_at, row.failure) == (world.clock(), None)


def test_a_receiver_that_does_not_exist_keeps_nobody_from_theirs(world: World, box: Postbox) -> None:
    reach(world, "lin", "gao")
    world.clock.now = EIGHT
    box.answers = ["550 no such user"]
    assert deliver(world, box) == 1
    given_up = [row for row in rows(world, Parcel.DIGEST) if row.given_up_at]
    assert [row.failure for row in given_up] == ["smtp-550"]


def test_who_dies_before_marking_sends_the_same_message_again(
    world: World, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    with monkeypatch.context() as dying:
        dying.setattr(delivering, "_mark", die)
        with pytest.raises(KeyboardInterrupt):
            deliver(world, box)
    deliver(world, box)
    first, again = box.messages
    assert first["Message-ID"] == again["Message-ID"]


def test_a_witness_gets_what_has_become_public(world: World, box: Postbox) -> None:
    reach(world, "lin")
    world.sign()
    world.clock.forward(days=1)
    daily.keep(world.store, daily.Daily(world.home / "checkpoints", 3, (WITNESS,)), now=world.clock())
    deliver(world, box)
    assert texts(box, Parcel.CHECKPOINT) == [WITNESS]
    (note,) = (world.home / "checkpoints").iterdir()
    message = next(one for one in box.messages if one["To"] == WITNESS)
    assert next(message.iter_attachments()).get_content() == note.read_bytes()


def test_an_old_alarm_rings_nobody_any_more(world: World, box: Postbox) -> None:
    reach(world, "lin")
    happens(world, Parcel.ALARM)
    world.clock.forward(hours=3)
    assert deliver(world, box) == 0
    with world.store.reading() as session:
        assert session.scalars(select(Outbox.failure)).all() == ["too-late"]


def test_an_address_that_was_written_past_the_portal_says_nothing(world: World, box: Postbox) -> None:
    reach(world, "lin")
    with world.store.transaction() as session:
        session.execute(update(Officer).values(mail="lin@example.cn\r\nBcc: all@example.cn"))
    happens(world, Parcel.ALARM)
    assert deliver(world, box) == 0
    assert {row.failure for row in rows(world, Parcel.ALARM)} == {"no-address"}
    assert box.messages == []


def test_whoever_has_left_the_desk_is_not_rung(world: World, box: Postbox) -> None:
    reach(world, "lin")
    join(world, "lan")
    reach(world, "lan")
    watch(world, "lan", hours=8)
    staff = Staff(world)
    with staff.act("guan") as act:
        staffing.unseat(act, world.cast["lan"].officer_id, staff.desk(Duty.INTAKE))
    happens(world, Parcel.ALARM)
    deliver(world, box)
    assert texts(box, Parcel.ALARM) == ["lin@example.cn"]


def test_the_doctor_says_what_waits_and_what_was_given_up(world: World, box: Postbox) -> None:
    def said(outgoing: Outgoing) -> tuple[str, str]:
        with world.store.reading() as session:
            found = doctor_post.examine(session, outgoing, now=world.clock())
        return found.level, found.said

    nothing = Outgoing(None, None, 8, "https://report.example.cn")
    assert said(nothing)[0] == "warning"
    assert "PORTAL_MAIL_URL" in said(nothing)[1]
    outgoing = Outgoing(box.server, None, 8, "https://report.example.cn")
    assert "no address" in said(outgoing)[1]
    reach(world, *world.cast)
    assert said(outgoing) == ("ok", "mail leaves through 127.0.0.1; nothing waits")
    happens(world, "late")
    assert said(outgoing)[0] == "ok"
    world.clock.forward(hours=27)
    assert "27 hours" in said(outgoing)[1]
    happens(world, Parcel.ALARM)
    box.answers = ["550 no"]
    deliver(world, box)
    level, words = said(outgoing)
    assert level == "warning"
    assert "1 message was given up within a week, the last for smtp-550" in words


def test_only_uuids_name_who_waits(world: World) -> None:
    happens(world, "late")
    with world.store.reading() as session:
        row = session.scalars(select(Outbox)).one()
    assert isinstance(row.desk_id, UUID)
    assert row.officer_id is None
