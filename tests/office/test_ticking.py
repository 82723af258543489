"""What time does by itself: on the right day, once, however often and however late it is run."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from portal.domain.vocabulary import CaseState, ClockState, GrantState
from portal.office import deadlines, sessions, ticking
from portal.office.keyring import ReporterKey
from portal.store.cases import Case, Clock
from portal.store.officers import MailboxSession, OfficerSession
from portal.store.outbox import Outbox, RefusalCount
from portal.store.reports import ContentKey, KeyGrant
from tests.sending import accept, arrive, run
from tests.world import NOON, World

LAST_DAY = datetime(2026, 3, 17, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Changchun, 15 days after the second of March


def tick(world: World) -> int:
    with world.store.transaction() as session:
        return ticking.tick(session, world.house, now=world.clock())


def state(world: World, rule: str = "C02") -> ClockState:
    with world.store.reading() as session:
        return session.scalars(select(Clock.state).where(Clock.rule == rule)).one()


def grants(world: World) -> dict[GrantState, int]:
    with world.store.reading() as session:
        rows = session.execute(select(KeyGrant.state, func.count()).group_by(KeyGrant.state))
        return dict(rows.all())


def messages(world: World) -> list[str]:
    with world.store.reading() as session:
        return sorted(session.scalars(select(Outbox.kind)))


def test_nothing_is_late_before_its_last_day_has_ended(world: World) -> None:
    arrive(world)
    world.clock.now = LAST_DAY
    assert tick(world) == 0
    assert state(world) is ClockState.RUNNING


def test_the_triage_clock_turns_late_at_midnight_in_changchun(world: World) -> None:
    key, _ = arrive(world)
    world.clock.now = LAST_DAY + timedelta(seconds=1)
    assert tick(world) == 1
    assert state(world) is ClockState.LATE
    late = next(entry for entry in world.entries() if entry["event"] == "late")
    assert late["facts"] == {"rule": "C02", "due": "2026-03-17T15:59:59Z"}
    assert late["object"] == ["reports", str(key.report_id)]
    assert late["actor"]["kind"] == "system"


def test_a_last_day_on_a_rest_day_rolls_over(world: World) -> None:
    """Received on Friday the 6th; the 15th day is Saturday the 21st, so Monday the 23rd."""
    world.clock.forward(days=4)
    arrive(world)
    world.clock.now = datetime(2026, 3, 23, 15, 59, 59, tzinfo=UTC)
    assert tick(world) == 0
    world.clock.forward(seconds=1)
    assert tick(world) == 1


def test_a_report_nobody_took_up_wakes_the_desk_above(world: World) -> None:
    key, _ = arrive(world)
    assert grants(world)[GrantState.STANDBY] == 1
    world.clock.now = LAST_DAY + timedelta(days=1)
    tick(world)
    assert GrantState.STANDBY not in grants(world)
    entry = world.entries()[-1]
    assert (entry["event"], entry["facts"]) == ("escalated", {"rule": "C02", "grants": 1})
    assert [table for table, _, _ in entry["rows"]] == ["cases", "key_grants"]
    with world.store.reading() as session:
        ids = session.scalars(select(ContentKey.id).where(ContentKey.report_id == key.report_id)).all()
        assert len(world.ring("sheng-lead").open(session, world.house, ids)) == 1
        assert world.ring("sheng-custody").open(session, world.house, ids) == {}


def test_both_desks_are_told_without_content(world: World) -> None:
    arrive(world)
    world.clock.now = LAST_DAY + timedelta(days=1)
    tick(world)
    assert messages(world) == ["escalated", "late"]


def test_ticking_again_changes_nothing(world: World) -> None:
    arrive(world)
    world.clock.now = LAST_DAY + timedelta(days=1)
    tick(world)
    before = (world.events(), messages(world))
    world.clock.forward(days=1)
    assert tick(world) == 0
    assert (world.events(), messages(world)) == before


def test_a_tick_months_late_does_what_was_due(world: World) -> None:
    arrive(world)
    arrive(world)
    world.clock.forward(days=100)
    assert tick(world) == 2
    assert world.events().count("late") == 2
    assert world.events().count("escalated") == 2


def test_the_ledger_holds_after_it(world: World) -> None:
    arrive(world)
    world.clock.forward(days=20)
    tick(world)
    world.sign()
    assert world.verify().unsigned == 0


def test_a_report_taken_up_in_time_is_not_late_nor_escalated(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    world.clock.now = LAST_DAY + timedelta(days=1)
    assert tick(world) == 0
    assert grants(world)[GrantState.STANDBY] == 2  # of the report, and of the case file


def test_a_verification_that_takes_too_long_is_late_and_wakes_the_desk_above(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    world.clock.forward(days=200)
    tick(world)
    assert state(world, "C05") is ClockState.LATE
    late = next(entry for entry in world.entries() if entry["event"] == "late")
    assert late["object"] == ["cases", str(case_id)]
    assert world.entries()[-1]["facts"] == {"rule": "C05", "grants": 2}  # the report's and the case file's


def test_a_late_report_can_still_be_taken_up_and_its_clock_stops(world: World) -> None:
    _, case_id = arrive(world)
    world.clock.forward(days=20)
    tick(world)
    accept(world, "lin", case_id)
    assert state(world) is ClockState.STOPPED
    with world.store.reading() as session:
        assert session.get_one(Case, case_id).state is CaseState.ACCEPTED


def test_more_than_a_batch_is_done_by_ticking_until_it_is_not_full(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadlines, "BATCH", 2)
    for _ in range(3):
        arrive(world)
    world.clock.forward(days=20)
    assert [tick(world), tick(world), tick(world)] == [2, 1, 0]


def test_ended_sessions_are_swept(world: World) -> None:
    with world.store.transaction() as session:
        member = world.cast["lin"]
        sessions.open_officer(session, world.house, member.officer_id, member.keys, now=NOON)
        reporter = ReporterKey(uuid4(), uuid4(), member.keys.secret)
        sessions.open_mailbox(session, world.house, reporter, now=NOON)
    world.clock.forward(hours=9)
    tick(world)
    with world.store.reading() as session:
        assert session.scalars(select(OfficerSession.id)).all() == []
        assert session.scalars(select(MailboxSession.id)).all() == []
    assert world.events() == []


def refuse(world: World, kind: str, count: int) -> None:
    with world.store.transaction() as session:
        session.add(RefusalCount(kind=kind, hour=NOON, count=count, entered=False))


def test_refusals_without_a_session_are_entered_once_the_hour_is_over(world: World) -> None:
    refuse(world, "too_often", 3)
    refuse(world, "TokenError", 5)
    world.clock.forward(minutes=59)
    tick(world)
    assert world.events() == []
    world.clock.forward(minutes=1)
    tick(world)
    tick(world)
    said = [entry["facts"] for entry in world.entries()]
    assert sorted(said, key=lambda one: one["count"]) == [
        {"kind": "too_often", "hour": "2026-03-02T04:00:00Z", "count": 3},
        {"kind": "TokenError", "hour": "2026-03-02T04:00:00Z", "count": 5},
    ]


def test_the_outbox_names_a_desk_and_a_kind_and_nothing_more(world: World) -> None:
    arrive(world)
    world.clock.forward(days=20)
    tick(world)
    for kind, desk in run(world, "SELECT kind, desk_id FROM outbox"):
        assert kind in {"late", "escalated"}
        assert UUID(bytes=desk)
