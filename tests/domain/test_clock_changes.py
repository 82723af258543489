"""What changes of a clock: dates counted by hand, what is refused and with which article, and what always holds."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import clock_changes
from portal.domain.clock_changes import FIXED, Flaw, Standing, extend, recount, reminder_days, still_until, stood
from portal.domain.clocks import Unit, day_of, due
from portal.domain.errors import TimeLimitError
from portal.domain.vocabulary import ClockState
from portal.policy.editions import HolidayTable
from portal.policy.loader import load_policies, read_holidays
from portal.policy.reason_lists import ExtensionEffect
from tests.editions import NOTICE

POLICIES = load_policies()
RULES, HOLIDAYS, REASONS = POLICIES.clocks.rules, POLICIES.holidays, POLICIES.reasons.extension
OFFICIAL = HolidayTable({**HOLIDAYS.years, 2027: read_holidays("2027.toml", NOTICE.encode())})
SPAN = timedelta(days=700)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
starts = st.timedeltas(timedelta(0), SPAN).map(FIRST.__add__)
STANDING = sorted(code for code, rule in RULES.items() if clock_changes.may_stand(rule))
EXTENDABLE = sorted(code for code, rule in RULES.items() if clock_changes.ceiling(rule))


@dataclass(frozen=True)
class Anything:
    """A reason for every time limit."""

    only: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def standing(code: str, start: datetime, state: ClockState = ClockState.RUNNING, **more: int) -> Standing:
    one = Standing(RULES[code], start, start, state, **more)
    return replace(one, due_at=one.count(HOLIDAYS).due_at)


def refused(step, *given, **named) -> TimeLimitError:
    with pytest.raises(TimeLimitError) as caught:
        step(*given, **named)
    return caught.value


def test_extensions_are_counted_anew_from_the_start():
    assert extend(RULES["C05"], at("2026-02-02T10:00:00+08:00"), HOLIDAYS, by=30).due_at.date() == date(2026, 5, 6)
    assert extend(RULES["C21"], at("2026-02-10T10:00:00+08:00"), HOLIDAYS, by=10).due_at.date() == date(2026, 3, 23)


def test_days_that_a_clock_stood_still_are_added():
    """60 days from 2 February are over on 3 April; ten days in March stood still: 13 April."""
    since, until = at("2026-03-02T09:00:00+08:00"), at("2026-03-12T17:00:00+08:00")
    assert stood(RULES["C05"], since, until, HOLIDAYS) == 10
    longer = standing("C05", at("2026-02-02T10:00:00+08:00"), stood=10)
    assert longer.count(HOLIDAYS).due_at.date() == date(2026, 4, 13)


def test_of_working_days_only_working_days_are_added():
    """15 from 14 September end on Saturday 10 October; 30 September, 8 and 9 October stood still: the 14th."""
    start = at("2026-09-14T10:00:00+08:00")
    assert due(RULES["C21"], start, HOLIDAYS).due_at.date() == date(2026, 10, 10)
    still = stood(RULES["C21"], at("2026-09-29T10:00:00+08:00"), at("2026-10-09T10:00:00+08:00"), HOLIDAYS)
    assert still == 3
    assert standing("C21", start, stood=still).count(HOLIDAYS).due_at.date() == date(2026, 10, 14)


def test_a_suspension_ends_with_its_last_day_in_shanghai():
    assert still_until(at("2026-03-01T15:59:59Z"), 15).isoformat() == "2026-03-16T23:59:59+08:00"
    assert still_until(at("2026-03-01T16:00:00Z"), 15).isoformat() == "2026-03-17T23:59:59+08:00"


NOW = at("2026-03-02T12:00:00+08:00")
RUNS = standing("C05", at("2026-02-02T10:00:00+08:00"))
ROLLED = standing("C05", at("2026-11-24T10:00:00+08:00"))


@pytest.mark.parametrize(
    ("clock", "ground", "by", "flaw"),
    [
        (RUNS, Anything(), 31, Flaw.TOO_LONG),
        (RUNS, Anything(), 0, Flaw.TOO_LONG),
        (RUNS, Anything(), -1, Flaw.TOO_LONG),
        (replace(RUNS, extended=1), Anything(), 1, Flaw.TWICE),
        (replace(RUNS, state=ClockState.LATE), Anything(), 1, Flaw.LATE),
        (replace(RUNS, due_at=NOW - timedelta(seconds=1)), Anything(), 1, Flaw.LATE),  # before any tick
        (replace(RUNS, state=ClockState.SUSPENDED), Anything(), 1, Flaw.STANDS),
        (RUNS, Anything(only=("C14",)), 1, Flaw.REASON),
        (RUNS, Anything(not_for=("C05",)), 1, Flaw.REASON),
        (ROLLED, Anything(), 1, Flaw.NOTHING),
        (ROLLED, Anything(), 2, Flaw.NOTHING),
        (standing("C02", NOW), Anything(), 1, Flaw.NO_EXTENSION),
        (standing("C07", NOW), Anything(), 1, Flaw.FIXED),
    ],
)
def test_an_extension_that_is_not_allowed_is_refused_with_its_article(clock, ground, by, flaw):
    error = refused(clock_changes.require_extension, clock, ground, by, HOLIDAYS, now=NOW)
    assert (error.flaw, error.rule) == (flaw, clock.rule.code)
    assert error.basis in {clock.rule.basis, clock.rule.extension and clock.rule.extension.basis}


def test_up_to_the_last_second_and_to_the_ceiling_it_is_allowed():
    clock_changes.require_extension(RUNS, Anything(), 30, HOLIDAYS, now=RUNS.due_at)


def test_a_day_more_than_what_had_rolled_over_is_an_extension():
    """60 days from Tuesday 24 November 2026 end on a Saturday, and so on Monday 25 January: three more, Tuesday."""
    assert day_of(ROLLED.due_at) == date(2027, 1, 25)
    clock_changes.require_extension(ROLLED, Anything(), 3, HOLIDAYS, now=NOW)
    assert day_of(ROLLED.count(HOLIDAYS, extended=3).due_at) == date(2027, 1, 26)


@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        *((code, Flaw.FIXED) for code in ("C06", "C07", "C08", "C10")),
        *((code, Flaw.A_RIGHT) for code in ("C12", "C14", "C23")),
        *((code, Flaw.NOT_DAYS) for code in ("C16", "C27")),
    ],
)
def test_what_never_stands_still(code, flaw):
    error = refused(clock_changes.require_suspension, standing(code, NOW), Anything(), 180, now=NOW)
    assert error.flaw == flaw
    assert not clock_changes.may_stand(RULES[code])


def test_a_reason_for_one_time_limit_is_for_its_later_steps_too():
    hearing = REASONS["PETITION_HEARING"]
    clock_changes.require_suspension(standing("C14-LAST", NOW), hearing, 180, now=NOW)
    assert refused(clock_changes.require_suspension, RUNS, hearing, 180, now=NOW).flaw == Flaw.REASON
    waiting = REASONS["WAIT_REPORTER"]
    clock_changes.require_suspension(RUNS, waiting, 180, now=NOW)
    assert {one.effect for one in (hearing, waiting)} == {ExtensionEffect.SUSPEND}


def test_nothing_stands_still_for_ever_by_turns():
    clock_changes.require_suspension(replace(RUNS, stood=179), Anything(), 180, now=NOW)
    error = refused(clock_changes.require_suspension, replace(RUNS, stood=180), Anything(), 180, now=NOW)
    assert (error.flaw, error.most) == (Flaw.OFTEN, 180)


def test_what_runs_does_not_run_on():
    assert refused(clock_changes.require_still, RUNS).flaw == Flaw.RUNS
    clock_changes.require_still(replace(RUNS, state=ClockState.SUSPENDED))


def test_an_official_calendar_moves_what_was_a_guess():
    """C02 from 29 January 2027: day 15 is a Saturday. A guess: Monday the 15th; announced: Sunday is worked."""
    clock = standing("C02", at("2027-01-29T12:00:00+08:00"))
    assert clock.due_at.date() == date(2027, 2, 15)
    found = recount(clock, OFFICIAL, now=at("2027-02-01T12:00:00+08:00"))
    assert (found.due_at.date(), found.provisional) == (date(2027, 2, 14), False)


def test_one_that_becomes_shorter_leaves_the_next_working_day():
    """Told on the 14th itself: not due that very day, but on the 15th, as it was."""
    clock = standing("C02", at("2027-01-29T12:00:00+08:00"))
    assert recount(clock, OFFICIAL, now=at("2027-02-14T12:00:00+08:00")).due_at == clock.due_at


def test_of_somebodys_right_nothing_is_taken():
    clock = standing("C12", at("2027-02-04T12:00:00+08:00"))  # day 10 is Sunday 14 February, worked once announced
    assert clock.due_at.date() == date(2027, 2, 15)
    assert recount(clock, OFFICIAL, now=at("2027-02-05T12:00:00+08:00")).due_at == clock.due_at


def test_one_that_becomes_longer_does():
    clock = standing("C11", at("2027-01-31T12:00:00+08:00"))  # day 10 is Wednesday 10 February
    assert clock.due_at.date() == date(2027, 2, 10)
    found = recount(clock, OFFICIAL, now=at("2027-02-01T12:00:00+08:00"))
    assert found.due_at.date() == date(2027, 2, 14)  # the holiday lasts to the 12th, the 13th is a Saturday


def test_reminders_come_working_days_before_and_together_for_a_holiday():
    """On 24 September, before Mid-Autumn: 28, 29 and 30 are three working days on."""
    found = reminder_days(date(2026, 9, 24), 3, HOLIDAYS)
    assert max(found) == date(2026, 9, 30)
    assert found[date(2026, 9, 30)] == date(2026, 9, 24)
    assert found[date(2026, 9, 28)] == date(2026, 9, 22)
    assert reminder_days(date(2026, 9, 30), 3, HOLIDAYS)[date(2026, 10, 8)] == date(2026, 9, 28)


@given(code=st.sampled_from(EXTENDABLE), start=starts, by=st.integers(1, 30))
def test_an_extended_clock_is_later_by_no_more_than_its_ceiling_and_the_rest_days_behind_it(code, start, by):
    rule = RULES[code]
    by = min(by, clock_changes.ceiling(rule) or 0)
    plain, longer = due(rule, start, HOLIDAYS), extend(rule, start, HOLIDAYS, by=by)
    assert plain.due_at <= longer.due_at
    assert not HOLIDAYS.kind(longer.due_at.date()).rest
    if rule.unit is Unit.DAYS:
        counted = day_of(start) + timedelta(days=(rule.length or 0) + by)
        rests = (longer.due_at.date() - counted).days
        assert all(HOLIDAYS.kind(counted + timedelta(days=number)).rest for number in range(rests))


@given(code=st.sampled_from(STANDING), start=starts, wait=st.integers(0, 60), still=st.integers(0, 90))
def test_what_was_left_when_it_stood_still_is_left_when_it_runs_on(code, start, wait, still):
    rule = RULES[code]
    since = start + timedelta(days=wait)
    until = since + timedelta(days=still)
    added = stood(rule, since, until, HOLIDAYS)
    assert left(rule, start, since, 0) == left(rule, start, until, added)


def left(rule, start: datetime, moment: datetime, added: int) -> int:
    """Units of the rule that are left of its length on a day."""
    return (rule.length or 0) + added - stood(rule, start, moment, HOLIDAYS)


@given(code=st.sampled_from(STANDING), start=starts, later=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_changed_clocks_too_are_never_due_earlier_for_starting_later(code, start, later):
    first, second = standing(code, start, extended=3, stood=5), standing(code, start + later, extended=3, stood=5)
    assert first.due_at <= second.due_at


@given(code=st.sampled_from(STANDING), start=starts, extended=st.integers(0, 30), still=st.integers(0, 60))
def test_counting_what_is_stored_twice_gives_the_same(code, start, extended, still):
    one = standing(code, start, extended=extended, stood=still)
    assert one.count(HOLIDAYS) == one.count(HOLIDAYS)
    assert one.count(HOLIDAYS).due_at == one.due_at
    assert recount(one, HOLIDAYS, now=start).due_at == one.due_at


@given(code=st.sampled_from(STANDING), days=st.integers(0, 240), now=st.integers(0, 39))
def test_a_new_calendar_takes_away_nothing_of_today_and_the_next_working_day(code, days, now):
    start = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(days=days)
    clock, moment = standing(code, start), start + timedelta(days=now)
    if moment > clock.due_at:
        return
    found = recount(clock, OFFICIAL, now=moment)
    assert found.due_at >= min(clock.due_at, moment)
    assert found.due_at.date() >= min(clock.due_at.date(), day_of(moment) + timedelta(days=1))


def test_the_fixed_ones_are_those_of_the_law():
    assert sorted(FIXED) == ["C06", "C07", "C08", "C10"]
    assert all(RULES[code].extension is None for code in FIXED)
