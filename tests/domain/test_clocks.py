"""Due days, counted by hand on the calendars of 2026 and 2027, and what must hold for every start."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.clock_changes import extend
from portal.domain.clocks import SHANGHAI, Unit, days_left, due, is_late, target
from portal.domain.errors import PolicyError, RefusalError
from portal.policy.loader import load_policies

POLICIES = load_policies()
RULES = POLICIES.clocks.rules
HOLIDAYS = POLICIES.holidays
COUNTED = sorted(code for code, rule in RULES.items() if rule.unit is not Unit.ORDERED)
ROLLING = [code for code in COUNTED if RULES[code].rolls and RULES[code].unit in {Unit.DAYS, Unit.WORKING_DAYS}]

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 12, 30, tzinfo=UTC)
starts = st.timedeltas(timedelta(0), LAST - FIRST).map(FIRST.__add__)


def at(text):
    return datetime.fromisoformat(text)


def last_day(code, start):
    found = due(RULES[code], at(start), HOLIDAYS).due_at
    assert found.strftime("%H:%M:%S%z") == "23:59:59+0800"
    return found.date().isoformat()


@pytest.mark.parametrize(
    ("code", "start", "day"),
    [
        ("C02", "2026-03-02T09:00:00+08:00", "2026-03-17"),  # an ordinary fortnight and a day
        ("C02", "2026-02-01T10:00:00+08:00", "2026-02-24"),  # day 15 lies in Spring Festival
        ("C02", "2026-01-30T10:00:00+08:00", "2026-02-14"),  # a Saturday worked for Spring Festival
        ("C02", "2026-02-13T10:00:00+08:00", "2026-02-28"),  # the other one
        ("C02", "2026-09-16T10:00:00+08:00", "2026-10-08"),  # day 15 is 1 October
        ("C02", "2026-09-05T10:00:00+08:00", "2026-09-20"),  # a Sunday worked for National Day
        ("C02", "2026-12-17T10:00:00+08:00", "2027-01-04"),  # New Year's Day, then a weekend
        ("C03", "2026-02-11T18:00:00+08:00", "2026-02-25"),  # 12, 13, Sat 14, 24, 25
        ("C03", "2026-09-28T08:00:00+08:00", "2026-10-10"),  # 29, 30, 8, 9, Sat 10
        ("C03", "2026-09-18T08:00:00+08:00", "2026-09-24"),  # Sun 20, 21, 22, 23, 24
        ("C03", "2026-12-30T08:00:00+08:00", "2027-01-07"),  # 31, 4, 5, 6, 7
        ("C03", "2025-09-29T08:00:00+08:00", "2025-10-13"),  # 30, 9, 10, Sat 11, 13
        ("C05", "2026-02-01T10:00:00+08:00", "2026-04-02"),
        ("C05", "2026-08-03T10:00:00+08:00", "2026-10-08"),  # day 60 is 2 October
        ("C05", "2026-12-01T10:00:00+08:00", "2027-02-01"),  # day 60 is a Saturday
        ("C05", "2026-12-07T10:00:00+08:00", "2027-02-09"),  # day 60 is New Year's Eve of the lunar year
        ("C09-FIRE", "2026-03-02T10:00:00+08:00", "2026-03-09"),
        ("C15", "2026-04-30T10:00:00+08:00", "2026-05-06"),  # day 3 lies in the Labour Day holiday
        ("C18", "2026-02-01T10:00:00+08:00", "2026-05-06"),
        ("C23", "2026-03-01T10:00:00+08:00", "2026-04-30"),  # the 60th day itself
        ("C23", "2026-08-02T10:00:00+08:00", "2026-10-08"),  # the 60th day is 1 October
        ("C20-FIX", "2026-03-02T10:00:00+08:00", "2027-03-02"),
        ("C27", "2026-10-03T10:00:00+08:00", "2026-10-03"),  # protection knows no rest day
        ("C29", "2026-08-31T10:00:00+08:00", "2027-02-28"),  # no 31 February: the last of the month
        ("C29", "2026-03-31T10:00:00+08:00", "2026-09-30"),
        ("C29", "2026-01-31T10:00:00+08:00", "2026-07-31"),
        ("C29", "2026-04-03T10:00:00+08:00", "2026-10-03"),  # keeping rolls over no rest day
        ("C30", "2028-02-29T10:00:00+08:00", "2031-02-28"),
        ("C31", "2026-03-02T10:00:00+08:00", "2026-06-10"),
        ("C31", "2026-06-10T10:00:00+08:00", "2026-06-10"),
        ("C31", "2026-06-11T10:00:00+08:00", "2026-06-30"),
        ("C31", "2026-10-01T10:00:00+08:00", "2027-06-10"),
    ],
)
def test_the_last_day_is_the_one_counted_by_hand(code, start, day):
    assert last_day(code, start) == day


def test_a_day_begins_at_midnight_in_shanghai():
    assert last_day("C12", "2026-03-01T15:59:59Z") == "2026-03-11"
    assert last_day("C12", "2026-03-01T16:00:00Z") == "2026-03-12"
    assert last_day("C12", "2026-03-02T00:00:00+08:00") == "2026-03-12"


def test_hours_run_exactly_from_the_event_in_whatever_zone():
    start = at("2026-02-28T23:30:00.250000-05:00")
    assert due(RULES["C16"], start, HOLIDAYS).due_at.isoformat() == "2026-03-02T12:30:00.250000+08:00"
    assert due(RULES["C07"], start, HOLIDAYS).due_at - start == timedelta(hours=2)


def test_at_once_means_the_event_itself():
    start = at("2026-02-28T23:30:00Z")
    assert due(RULES["C01"], start, HOLIDAYS).due_at == start


def test_a_due_day_says_what_it_was_counted_by():
    found = due(RULES["C05"], at("2026-02-01T02:00:00Z"), HOLIDAYS)
    assert (found.rule, found.unit, found.start.isoformat()) == ("C05", "days", "2026-02-01T10:00:00+08:00")
    assert found.basis == "安监总财〔2018〕19号 10(6)"
    assert found.due_at.isoformat() == "2026-04-02T23:59:59+08:00"


def test_only_days_without_an_official_arrangement_are_provisional():
    assert not due(RULES["C05"], at("2026-10-30T10:00:00+08:00"), HOLIDAYS).provisional
    assert due(RULES["C05"], at("2026-12-01T10:00:00+08:00"), HOLIDAYS).provisional
    assert due(RULES["C05"], at("2026-12-03T10:00:00+08:00"), HOLIDAYS).provisional  # a Monday, no roll
    assert due(RULES["C03"], at("2026-12-30T10:00:00+08:00"), HOLIDAYS).provisional


def test_acceptance_has_an_inner_target_of_five_working_days():
    inner = target(RULES["C02"], at("2026-02-11T10:00:00+08:00"), HOLIDAYS)
    assert inner is not None
    assert (inner.due_at.isoformat(), inner.unit) == ("2026-02-25T23:59:59+08:00", "working_days")
    assert target(RULES["C05"], at("2026-02-11T10:00:00+08:00"), HOLIDAYS) is None


def test_an_extension_is_counted_anew_from_the_start():
    start = at("2026-02-01T10:00:00+08:00")
    longer = extend(RULES["C05"], start, HOLIDAYS, by=30)
    assert longer.due_at.date() == date(2026, 5, 6)  # day 90 is 2 May
    assert extend(RULES["C23"], start, HOLIDAYS, by=75).due_at.date() == date(2026, 6, 16)


@pytest.mark.parametrize(("code", "by"), [("C05", 31), ("C05", 0), ("C05", -1), ("C02", 1), ("C10", 1), ("C19", 5)])
def test_an_extension_that_the_rule_does_not_allow_is_refused(code, by):
    with pytest.raises(RefusalError, match=code):
        extend(RULES[code], at("2026-02-01T10:00:00+08:00"), HOLIDAYS, by=by)


def test_danger_death_and_concealment_are_never_extended():
    assert all(RULES[code].extension is None for code in ("C06", "C07", "C08", "C10"))


def test_an_ordered_day_is_taken_as_it_stands():
    start = at("2026-09-01T10:00:00+08:00")
    found = due(RULES["C19"], start, HOLIDAYS, ordered=date(2026, 10, 3))
    assert found.due_at.isoformat() == "2026-10-03T23:59:59+08:00"
    with pytest.raises(RefusalError, match="the order names"):
        due(RULES["C19"], start, HOLIDAYS)
    with pytest.raises(RefusalError, match="before it starts"):
        due(RULES["C19"], start, HOLIDAYS, ordered=date(2026, 8, 31))


@pytest.mark.parametrize("code", ["C01", "C05", "C07", "C19"])
def test_an_instant_without_a_zone_is_refused(code):
    naive = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        due(RULES[code], naive, HOLIDAYS)
    with pytest.raises(ValueError, match="zone"):
        days_left(due(RULES["C05"], at("2026-03-02T09:30:00Z"), HOLIDAYS), naive)


def test_beyond_the_known_years_nothing_is_guessed():
    with pytest.raises(PolicyError, match="no holiday arrangement for 2029"):
        due(RULES["C05"], at("2028-12-01T10:00:00+08:00"), HOLIDAYS)


def test_days_left_fall_to_zero_on_the_last_day_and_below_afterwards():
    clock = due(RULES["C12"], at("2026-03-02T10:00:00+08:00"), HOLIDAYS)
    assert days_left(clock, at("2026-03-02T23:59:59+08:00")) == 10
    assert days_left(clock, at("2026-03-12T00:00:00+08:00")) == 0
    assert days_left(clock, at("2026-03-12T16:00:00Z")) == -1


def test_a_clock_is_late_only_after_its_last_second():
    clock = due(RULES["C12"], at("2026-03-02T10:00:00+08:00"), HOLIDAYS)
    assert not is_late(clock, at("2026-03-12T23:59:59.999999+08:00"))
    assert is_late(clock, at("2026-03-13T00:00:00+08:00"))


@given(code=st.sampled_from(COUNTED), start=starts)
def test_nothing_is_due_before_it_starts(code, start):
    assert due(RULES[code], start, HOLIDAYS).due_at >= start.replace(microsecond=0)


@given(code=st.sampled_from(COUNTED), start=starts, later=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_start_is_never_due_earlier(code, start, later):
    second = min(start + later, LAST)
    first, second = sorted([start, second])
    assert due(RULES[code], first, HOLIDAYS).due_at <= due(RULES[code], second, HOLIDAYS).due_at


@given(code=st.sampled_from(ROLLING), start=starts)
def test_the_last_day_is_never_a_rest_day(code, start):
    assert not HOLIDAYS.kind(due(RULES[code], start, HOLIDAYS).due_at.date()).rest


@given(code=st.sampled_from(ROLLING), start=starts)
def test_only_rest_days_lie_between_the_counted_day_and_the_due_day(code, start):
    rule, found = RULES[code], due(RULES[code], start, HOLIDAYS)
    first = start.astimezone(SHANGHAI).date()
    days = [first + timedelta(days=n + 1) for n in range((found.due_at.date() - first).days)]
    worked = [day for day in days if not HOLIDAYS.kind(day).rest]
    if rule.unit is Unit.WORKING_DAYS:
        assert len(worked) == rule.length
    else:
        assert not [day for day in worked[:-1] if day >= first + timedelta(days=rule.length)]


@given(code=st.sampled_from(COUNTED), start=starts, offset=st.integers(-12, 14))
def test_the_same_instant_gives_the_same_day_however_it_is_written(code, start, offset):
    elsewhere = start.astimezone(timezone(timedelta(hours=offset)))
    assert due(RULES[code], start, HOLIDAYS) == due(RULES[code], elsewhere, HOLIDAYS)


@given(start=starts, by=st.integers(1, 30))
def test_an_extended_clock_is_never_due_earlier(start, by):
    plain = due(RULES["C05"], start, HOLIDAYS)
    assert extend(RULES["C05"], start, HOLIDAYS, by=by).due_at >= plain.due_at
