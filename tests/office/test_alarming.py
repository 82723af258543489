"""Alarms: what raises them, whom they ring, who answers, and what happens when nobody does."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.alarms import AlarmKind
from portal.domain.case_vocabulary import Lane
from portal.domain.errors import IllegalTransitionError, LedgerError, NotAllowedError, StaleError, StrangerError
from portal.domain.vocabulary import CaseState, ClockState, Duty, GrantState, Ongoing
from portal.office import alarming, disposing
from portal.store.cases import Case, Clock
from portal.store.outbox import Outbox
from portal.store.reports import KeyGrant
from tests.alarming import alarms, by_hand
from tests.office.test_transferring import hand
from tests.sending import accept, arrive, box, decline, open_case
from tests.staffing import Staff
from tests.world import NOON, World

MINUTES = timedelta(minutes=1)


def danger(world: World, **changes: object):
    return arrive(world, ongoing=Ongoing.NOW, **changes)


def sign_off(world: World, who: str, alarm_id: UUID) -> None:
    with world.store.transaction() as session:
        alarming.sign_off(session, world.house, world.actor(who), alarm_id, now=world.clock())


def stand_down(world: World, who: str, alarm_id: UUID, reason: str = "mistaken") -> None:
    with world.store.transaction() as session:
        alarming.stand_down(session, world.house, world.actor(who), alarm_id, reason, now=world.clock())


def dispose(world: World, who: str, case_id: UUID, text: str = "已经打开出口，王队带两人到场。") -> None:
    with world.store.reading() as session:
        made = disposing.prepare(
            session, world.house, world.actor(who), world.ring(who), case_id, text, now=world.clock()
        )
    with world.store.transaction() as session:
        disposing.dispose(session, world.house, world.actor(who), case_id, made, now=world.clock())


def dues(world: World) -> dict[str, datetime]:
    with world.store.reading() as session:
        return dict(session.execute(select(Clock.rule, Clock.due_at)).all())


def states(world: World) -> dict[str, ClockState]:
    with world.store.reading() as session:
        return dict(session.execute(select(Clock.rule, Clock.state)).all())


def rung(world: World) -> list[tuple[str, Duty]]:
    """Which desks were rung, in their order: office and duty."""
    directory = Staff(world).directory()
    with world.store.reading() as session:
        rows = session.scalars(select(Outbox.desk_id).where(Outbox.kind == "alarm").order_by(Outbox.created_at))
        places = [directory.places[desk_id] for desk_id in rows if desk_id]
    return sorted((directory.codes[authority], duty) for authority, duty in places)


HOME = [("office-220100", Duty.INTAKE), ("office-220100", Duty.LEAD)]
PROVINCE = ("office-220000", Duty.LEAD)


def test_a_danger_of_now_rings_both_desks_with_the_report_and_starts_two_hours(world: World) -> None:
    world.clock.forward(minutes=7, seconds=3)
    danger(world)
    (alarm,) = alarms(world)
    assert (alarm.kind, alarm.level, alarm.raised_at) == (AlarmKind.DANGER, 0, world.clock())
    assert rung(world) == HOME
    assert dues(world)["C06"] == world.clock() + timedelta(hours=2)
    assert world.events() == ["submitted", "identity_given", "alarm_raised"]
    said = world.entries()[-1]
    assert said["facts"]["alarms"] == ["danger"]
    assert said["facts"]["clocks"] == {"C06": "2026-03-02T06:07:03Z"}
    assert world.entries()[0]["at"] == "2026-03-02T04:00:00Z"


@pytest.mark.sqlite
@pytest.mark.parametrize("ongoing", [Ongoing.PAST])
def test_a_danger_that_is_past_rings_nobody(world: World, ongoing: Ongoing) -> None:
    arrive(world, ongoing=ongoing)
    assert alarms(world) == []
    assert rung(world) == []
    assert set(dues(world)) == {"C02"}


@pytest.mark.sqlite
def test_a_concealed_accident_raises_two_and_rings_once(world: World) -> None:
    arrive(world, category="ACCIDENT-01", ongoing=Ongoing.PAST)
    assert [one.kind for one in alarms(world)] == [AlarmKind.CONCEALMENT, AlarmKind.DEATH]
    assert {"C07": NOON + timedelta(hours=2), "C10": NOON + timedelta(hours=24)}.items() <= dues(world).items()
    assert rung(world) == HOME


@pytest.mark.sqlite
def test_retaliation_raises_one_whether_past_or_not(world: World) -> None:
    arrive(world, category="RETALIATE-01", ongoing=Ongoing.PAST)
    (alarm,) = alarms(world)
    assert alarm.kind is AlarmKind.RETALIATION
    assert dues(world)["C27"] == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)


@pytest.mark.sqlite
def test_the_case_stands_first_in_the_queue_by_its_two_hours(world: World) -> None:
    _, case_id = danger(world)
    with world.store.reading() as session:
        case = session.get_one(Case, case_id)
        assert (case.due_at, case.lane) == (NOON + timedelta(hours=2), Lane.URGENT)


def test_whoever_was_rung_signs_off_once(world: World) -> None:
    danger(world)
    (alarm,) = alarms(world)
    sign_off(world, "lin", alarm.id)
    (alarm,) = alarms(world)
    assert (alarm.signed_off_at, alarm.signed_off_by) == (NOON, world.cast["lin"].officer_id)
    said = world.entries()[-1]
    assert (said["event"], said["facts"], said["actor"]["duty"]) == ("alarm_signed_off", {"kind": "danger"}, "intake")
    with pytest.raises(StaleError):
        sign_off(world, "gao", alarm.id)
    world.clock.forward(hours=1)
    world.tick()
    assert "alarm_escalated" not in world.events()
    world.sign()
    world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize("who", ["qin", "chen", "he", "shen", "sheng-lead"])
def test_nobody_else_signs_off(world: World, who: str) -> None:
    danger(world)
    with pytest.raises(StrangerError):
        sign_off(world, who, alarms(world)[0].id)


def test_nobody_for_half_an_hour_and_the_desk_above_is_rung_and_reads(world: World) -> None:
    _, case_id = danger(world)
    world.clock.forward(minutes=29, seconds=59)
    world.tick()
    assert "alarm_escalated" not in world.events()
    world.clock.forward(seconds=1)
    world.tick()
    world.tick()
    assert world.events().count("alarm_escalated") == 1
    said = next(one for one in world.entries() if one["event"] == "alarm_escalated")
    lead = Staff(world).desk(Duty.LEAD, "office-220000")
    assert said["facts"] == {"kind": "danger", "level": 1, "desk": str(lead), "grants": 1}
    assert rung(world) == sorted([*HOME, PROVINCE])
    assert open_case(world, "sheng-lead", case_id).case_id == case_id
    sign_off(world, "sheng-lead", alarms(world)[0].id)
    world.sign()
    world.verify()


@pytest.mark.sqlite
def test_at_the_top_it_rings_until_somebody_signs_off(world: World) -> None:
    danger(world)
    world.clock.forward(minutes=31)
    world.tick()
    world.clock.forward(minutes=31)
    world.tick()
    assert world.events().count("alarm_escalated") == 1
    sign_off(world, "lin", alarms(world)[0].id)  # whoever was rung first may still come


@pytest.mark.sqlite
def test_a_tick_a_week_late_rings_one_desk_higher_and_not_two(world: World) -> None:
    danger(world)
    world.clock.forward(days=7)
    world.tick()
    (alarm,) = alarms(world)
    assert (alarm.level, alarm.rung_at) == (1, world.clock())


@pytest.mark.sqlite
def test_a_danger_nobody_went_to_is_late_after_two_hours_and_goes_up(world: World) -> None:
    danger(world)
    sign_off(world, "lin", alarms(world)[0].id)
    world.clock.forward(hours=2, seconds=1)
    world.tick()
    late, escalated = world.entries()[-2:]
    assert late["facts"]["rule"] == "C06"
    assert escalated["facts"] == {"rule": "C06", "grants": 1}
    world.sign()
    world.verify()


def test_a_lead_says_that_there_was_nothing_and_no_time_limit_stops(world: World) -> None:
    danger(world)
    (alarm,) = alarms(world)
    with pytest.raises(NotAllowedError):
        stand_down(world, "lin", alarm.id)
    stand_down(world, "gao", alarm.id)
    said = world.entries()[-1]
    assert (said["event"], said["reason"]) == ("alarm_stood_down", "mistaken")
    assert states(world)["C06"] is ClockState.RUNNING
    world.sign()
    world.verify()


def test_what_was_done_on_the_spot_stops_the_clock_and_triage_goes_on(world: World) -> None:
    key, case_id = danger(world)
    world.clock.forward(minutes=40)
    dispose(world, "lin", case_id)
    assert states(world) == {"C02": ClockState.RUNNING, "C06": ClockState.STOPPED}
    assert [one["event"] for one in world.entries()[-2:]] == ["alarm_signed_off", "disposed"]
    assert world.entries()[-1]["at"] == "2026-03-02T04:40:00Z"
    with world.store.reading() as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.due_at) == (CaseState.RECEIVED, dues(world)["C02"])
    assert "王队" in str(open_case(world, "gao", case_id).letters)
    assert "王队" not in str(box(world, key))
    accept(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError):
        dispose(world, "lin", case_id)
    world.sign()
    world.verify()


@pytest.mark.sqlite
def test_a_danger_taken_up_keeps_its_two_hours(world: World) -> None:
    _, case_id = danger(world)
    accept(world, "lin", case_id)
    with world.store.reading() as session:
        assert session.get_one(Case, case_id).due_at == NOON + timedelta(hours=2)
    dispose(world, "lin", case_id)
    with world.store.reading() as session:
        assert session.get_one(Case, case_id).due_at == dues(world)["C05"]
    world.sign()
    world.verify()


@pytest.mark.sqlite
def test_turning_a_danger_away_silences_no_alarm(world: World) -> None:
    _, case_id = danger(world)
    decline(world, "lin", case_id, "REPEAT_SAME_PERSON")
    assert states(world)["C06"] is ClockState.RUNNING
    world.clock.forward(minutes=31)
    world.tick()
    assert "alarm_escalated" in world.events()
    world.sign()
    world.verify()


def test_an_officer_raises_one_by_hand_and_its_clock_starts(world: World) -> None:
    _, case_id = arrive(world)
    world.clock.forward(days=1)
    by_hand(world, "lin", case_id)
    with pytest.raises(StaleError):
        by_hand(world, "gao", case_id)
    assert dues(world)["C06"] == world.clock() + timedelta(hours=2)
    said = world.entries()[-1]
    assert (said["event"], said["reason"], said["actor"]["duty"]) == ("alarm_raised", "told", "intake")
    assert rung(world) == HOME
    with world.store.reading() as session:
        assert session.get_one(Case, case_id).lane is Lane.URGENT
    world.sign()
    world.verify()


@pytest.mark.sqlite
def test_a_second_alarm_of_a_kind_starts_no_second_clock(world: World) -> None:
    _, case_id = danger(world)
    sign_off(world, "lin", alarms(world)[0].id)
    world.clock.forward(minutes=5)
    by_hand(world, "gao", case_id)
    assert world.entries()[-1]["facts"]["clocks"] == {}
    assert len(alarms(world)) == 2
    world.sign()
    world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(("who", "refused"), [("qin", StrangerError), ("chen", StrangerError), ("he", StrangerError)])
def test_nobody_else_raises_one(world: World, who: str, refused: type[Exception]) -> None:
    _, case_id = arrive(world)
    with pytest.raises(refused):
        by_hand(world, who, case_id)


def test_an_alarm_goes_with_its_case_and_rings_there_anew(world: World) -> None:
    _, case_id = danger(world)
    world.clock.forward(minutes=20)
    hand(world, case_id)
    (alarm,) = alarms(world)
    assert (alarm.level, alarm.rung_at) == (0, world.clock() - timedelta(seconds=1))  # handing on takes one
    assert rung(world) == sorted([*HOME, ("office-220300", Duty.INTAKE), ("office-220300", Duty.LEAD)])
    with pytest.raises(StrangerError):
        sign_off(world, "lin", alarm.id)
    world.clock.forward(minutes=29)
    world.tick()
    assert "alarm_escalated" not in world.events()
    sign_off(world, "qin", alarm.id)
    world.sign()
    world.verify()


@pytest.mark.sqlite
def test_an_alarm_that_was_put_back_is_not_answered(world: World) -> None:
    """Whoever writes to the database makes a signed alarm ring again, or another desk's."""
    danger(world)
    (alarm,) = alarms(world)
    with world.store.transaction() as session:
        row = session.get_one(type(alarm), alarm.id)
        row.desk_id = Staff(world).desk(Duty.INTAKE, "office-220300")
    with pytest.raises(LedgerError):
        sign_off(world, "qin", alarm.id)


@pytest.mark.sqlite
def test_how_many_ring_is_counted_for_whoever_may_answer(world: World) -> None:
    danger(world)
    danger(world)

    def ringing(who: str) -> int:
        with world.store.reading() as session:
            return alarming.ringing(session, world.actor(who))

    assert [ringing(who) for who in ("lin", "gao", "qin", "chen", "sheng-lead")] == [2, 2, 0, 0, 0]
    sign_off(world, "lin", alarms(world)[0].id)
    assert ringing("gao") == 1


@pytest.mark.sqlite
def test_the_desk_above_stands_by_until_it_is_rung(world: World) -> None:
    danger(world)
    with world.store.reading() as session:
        assert GrantState.STANDBY in session.scalars(select(KeyGrant.state)).all()
    world.clock.forward(minutes=30)
    world.tick()
    with world.store.reading() as session:
        assert GrantState.STANDBY not in session.scalars(select(KeyGrant.state)).all()
