"""What stands out, by rules alone: bursts, odd hours, other people's cases, releases that nobody read."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.audit import Effect
from portal.domain.clocks import DayKind
from portal.domain.oversight import SPANNED, TESTS, Deed, Hours, Rule, Sign, examine

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # ten in the morning in Changchun
LIN, GAO = UUID(int=1), UUID(int=2)
CASE = UUID(int=100)


class Week:
    """Saturday and Sunday are rest days."""

    def kind(self, day):
        return DayKind(day.weekday() >= 5, provisional=False)


HOURS = Hours(time(7, 30), time(18, 30), Week())


def rule(sign: Sign, count: int, minutes: int | None = None) -> Rule:
    return Rule(sign.name, sign, count, minutes, "x", "x", "x", "x", "C")


def deed(event: str = "opened", at: datetime = MONDAY, who: UUID | None = LIN, **more) -> Deed:
    effect = {
        "refused": Effect.REFUSES,
        "accepted": Effect.CHANGES,
        "identity_requested": Effect.CHANGES,
        "identity_released": Effect.CHANGES,
    }.get(event, Effect.REVEALS)
    said = {"near": True, "object_id": None, "case_id": CASE, **more}
    return Deed(uuid4(), at, who, event=event, effect=effect, **said)


def found(deeds, *rules, now: datetime = MONDAY + timedelta(days=1)):
    return examine(deeds, rules, HOURS, now=now)


def minutes(*numbers: float, **more) -> list[Deed]:
    return [deed(at=MONDAY + timedelta(minutes=number), **more) for number in numbers]


def different(deeds: list[Deed]) -> list[Deed]:
    return [replace(one, case_id=UUID(int=1000 + number)) for number, one in enumerate(deeds)]


def test_every_sign_has_its_test() -> None:
    assert set(TESTS) == set(Sign)


def test_many_cases_in_little_time_stand_out_once_with_all_that_belongs_to_it() -> None:
    deeds = different(minutes(0, 1, 2, 3, 4))
    (one,) = found(deeds, rule(Sign.MANY_CASES, 3, 10))
    assert (one.officer_id, one.number, one.first, one.last) == (LIN, 5, deeds[0].at, deeds[-1].at)
    assert set(one.entries) == {deed.entry_id for deed in deeds}


def test_the_same_case_again_and_again_is_one_case() -> None:
    assert found(minutes(0, 1, 2, 3, 4), rule(Sign.MANY_CASES, 3, 10)) == ()


def test_what_is_spread_over_the_day_is_no_crowd() -> None:
    assert found(different(minutes(0, 30, 60, 90)), rule(Sign.MANY_CASES, 3, 10)) == ()


def test_two_crowds_with_a_pause_between_are_two() -> None:
    deeds = different(minutes(0, 1, 2, 300, 301, 302))
    assert [one.number for one in found(deeds, rule(Sign.MANY_CASES, 3, 10))] == [3, 3]


def test_two_officers_are_no_crowd_together() -> None:
    deeds = different([*minutes(0, 1), *minutes(0.5, 1.5, who=GAO)])
    assert found(deeds, rule(Sign.MANY_CASES, 3, 10)) == ()


def test_refusals_and_lists_are_counted_each_for_itself() -> None:
    refused = minutes(0, 1, 2, event="refused", case_id=None)
    lists = minutes(0, 1, event="listed", case_id=None)
    rules = (rule(Sign.REFUSALS, 3, 60), rule(Sign.MANY_LISTS, 3, 60))
    assert [one.rule.sign for one in found([*refused, *lists], *rules)] == [Sign.REFUSALS]


@pytest.mark.parametrize(
    ("at", "stands"),
    [
        ("2026-03-02T07:29:59+08:00", True),
        ("2026-03-02T07:30:00+08:00", False),
        ("2026-03-02T18:29:59+08:00", False),
        ("2026-03-02T18:30:00+08:00", True),
        ("2026-03-07T12:00:00+08:00", True),  # a Saturday
    ],
)
@pytest.mark.parametrize(
    ("event", "sign"), [("opened", Sign.OUTSIDE_HOURS), ("identity_requested", Sign.NIGHT_REQUEST)]
)
def test_outside_office_hours_and_on_rest_days(at, stands, event, sign) -> None:
    moment = datetime.fromisoformat(at)
    later = moment + timedelta(days=1)
    assert bool(found([deed(event, moment)], rule(sign, 1), now=later)) is stands


def test_looking_late_is_counted_day_by_day() -> None:
    night = MONDAY + timedelta(hours=12)
    deeds = [deed(at=night), deed(at=night), deed(at=night + timedelta(days=1))]
    (one,) = found(deeds, rule(Sign.OUTSIDE_HOURS, 2))
    assert one.number == 2


def test_an_auditors_own_looking_is_no_looking_at_cases() -> None:
    night = MONDAY + timedelta(hours=12)
    assert found([deed("ledger_read", night, case_id=None)] * 9, rule(Sign.OUTSIDE_HOURS, 1)) == ()


def test_a_case_of_neither_the_own_office_nor_one_below_stands_out() -> None:
    assert found([deed(near=True)], rule(Sign.FAR, 1)) == ()
    (one,) = found([deed(near=False)], rule(Sign.FAR, 1))
    assert one.number == 1


def test_looking_for_days_without_a_step_stands_out_and_a_step_of_ones_own_explains_it() -> None:
    days = [deed(at=MONDAY + timedelta(days=number)) for number in range(4)]
    rules = (rule(Sign.ONLY_LOOKING, 4),)
    assert [one.number for one in found(days, *rules)] == [4]
    assert found([*days, deed("accepted")], *rules) == ()
    assert len(found([*days, deed("accepted", who=GAO)], *rules)) == 1


def test_a_release_that_nobody_read_stands_out_when_its_time_is_over() -> None:
    released = deed("identity_released", object_id=UUID(int=7))
    read = deed("identity_read", object_id=UUID(int=7))
    rules = (rule(Sign.UNREAD, 1, 60),)
    assert found([released], *rules, now=MONDAY + timedelta(minutes=59)) == ()
    assert len(found([released], *rules, now=MONDAY + timedelta(minutes=60))) == 1
    assert found([released, read], *rules) == ()


EVENTS = st.sampled_from(["opened", "listed", "refused", "accepted", "identity_requested", "identity_released"])
DEEDS = st.lists(
    st.builds(
        lambda event, minute, who, case, near: deed(
            event, MONDAY + timedelta(minutes=minute), who, case_id=case, object_id=case, near=near
        ),
        EVENTS,
        st.integers(0, 4000),
        st.sampled_from([LIN, GAO]),
        st.sampled_from([UUID(int=number) for number in range(5)]),
        st.booleans(),
    ),
    max_size=30,
)


def rules_of(count: int) -> list[Rule]:
    return [rule(sign, count, 120 if sign in SPANNED else None) for sign in Sign]


def said(findings) -> set[tuple[object, ...]]:
    return {(one.rule.code, one.officer_id, one.number, frozenset(one.entries)) for one in findings}


@given(DEEDS, st.randoms(use_true_random=False))
def test_the_order_in_which_deeds_come_changes_nothing(deeds: list[Deed], dice) -> None:
    shuffled = deeds[:]
    dice.shuffle(shuffled)
    assert said(found(deeds, *rules_of(2))) == said(found(shuffled, *rules_of(2)))


@given(DEEDS)
def test_whatever_stands_out_is_of_one_officer_reaches_its_threshold_and_names_its_entries(deeds: list[Deed]) -> None:
    known = {one.entry_id: one for one in deeds}
    for one in found(deeds, *rules_of(2)):
        assert one.number >= one.rule.count or one.rule.sign is Sign.UNREAD
        assert {known[entry].officer_id for entry in one.entries} == {one.officer_id}
        assert one.first == min(known[entry].at for entry in one.entries)
        assert one.last == max(known[entry].at for entry in one.entries)


@given(DEEDS, DEEDS)
def test_what_others_do_changes_nothing_for_an_officer(mine: list[Deed], theirs: list[Deed]) -> None:
    mine = [replace(one, officer_id=LIN, object_id=None) for one in mine]
    theirs = [replace(one, officer_id=GAO, object_id=None) for one in theirs]
    alone = said(found(mine, *rules_of(2)))
    assert {one for one in said(found([*mine, *theirs], *rules_of(2))) if one[1] == LIN} == alone


@given(DEEDS, st.integers(1, 5))
def test_a_higher_threshold_never_finds_more_entries(deeds: list[Deed], count: int) -> None:
    few, many = found(deeds, *rules_of(count + 1)), found(deeds, *rules_of(count))
    for sign in set(Sign) - {Sign.UNREAD}:
        named = [{entry for one in each if one.rule.sign is sign for entry in one.entries} for each in (few, many)]
        assert named[0] <= named[1]
