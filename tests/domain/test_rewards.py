"""Rewards at every boundary, and what holds whatever the facts are."""

from dataclasses import replace
from typing import Any

import pytest

from portal.domain.rewards import Pending, Row, assess
from portal.domain.rewards_facts import (
    Accident,
    Claim,
    Facts,
    FactsError,
    Grade,
    Matter,
    Process,
    Reporter,
    RewardKind,
)
from tests.rewarding import NATIONAL, assessed, fined, shown, with_terms


@pytest.mark.parametrize(
    ("fine", "award"),
    [
        ("0.01", "3000.00"),
        ("19999.99", "3000.00"),
        ("20000", "3000.00"),
        ("20000.03", "3000.00"),  # 3,000.0045
        ("20000.07", "3000.01"),  # 3,000.0105
        ("1999999.99", "300000.00"),
        ("2000000", "300000.00"),
        ("2000000.07", "300000.00"),
        ("1000000000", "300000.00"),
        ("33333.30", "5000.00"),  # 4,999.995 is half a fen up
    ],
)
def test_floor_cap_and_rounding(fine: str, award: str) -> None:
    assert shown(assessed(penalties=fined(fine))) == award


@pytest.mark.parametrize(
    ("rounding", "award"),
    [("fen_half_up", "5000.00"), ("fen_down", "4999.99"), ("yuan_half_up", "5000.00"), ("yuan_down", "4999.00")],
)
def test_rounding_is_the_editions(rounding: str, award: str) -> None:
    assert shown(assessed(penalties=fined("33333.30"), overrides={"rounding": rounding})) == award


def test_a_fine_of_nothing_is_no_fine() -> None:
    assert assessed(penalties=fined("0")).pending == (Pending.CONFIRM_NO_FINE,)


@pytest.mark.parametrize(
    ("overrides", "award"),
    [
        ({}, "9900.00"),
        ({"fine_base": "unit"}, "8400.00"),
        ({"daily_fines": False}, "9000.00"),
        ({"confiscation": True}, "12900.00"),
        ({"fine_base": "unit", "daily_fines": False}, "7500.00"),
    ],
)
def test_what_counts_as_a_fine_is_the_editions(overrides: dict[str, Any], award: str) -> None:
    said = [
        *fined("50000"),
        *fined("10000", against="person"),
        *fined("6000", kind="daily_fine"),
        *fined("20000", kind="confiscation"),
        *fined("90000", status="annulled"),
    ]
    assert shown(assessed(penalties=said, overrides=overrides)) == award


def test_a_fine_that_is_only_proposed_leaves_the_sum_open() -> None:
    found = assessed(penalties=[*fined("50000"), *fined("9", status="proposed")])
    assert (found.eligible, found.fen, found.pending) == (True, None, (Pending.AWAIT_PENALTY,))


def test_no_fine_pays_nothing_where_the_edition_says_so() -> None:
    found = assessed(overrides={"no_fine": 0})
    assert (found.eligible, found.fen, found.unmet, found.steps) == (False, 0, (Row.E16,), ())


@pytest.mark.parametrize(
    ("said", "overrides", "award"),
    [
        ({}, {}, "120000.00"),  # the fine is for the same fact
        ({"separate_hazard": True}, {}, "127500.00"),
        ({"separate_hazard": True}, {"overall_cap": 125000, "cap": 50000}, "125000.00"),
        ({"separate_hazard": True}, {"overall_cap": 125000}, "127500.00"),  # the cap of one limb is higher
        ({"separate_hazard": True}, {"two_limbs": "larger"}, "120000.00"),
        ({"separate_hazard": True}, {"two_limbs": "deaths"}, "120000.00"),
    ],
)
def test_two_limbs(said: dict[str, Any], overrides: dict[str, Any], award: str) -> None:
    found = assessed(
        matter={"kind": "concealment", **said},
        accident={"deaths": 3, "deaths_concealed": 3},
        penalties=[*fined("50000"), *fined("2000000", **{"for": "concealment"})],
        overrides=overrides,
    )
    assert shown(found) == award


@pytest.mark.parametrize(
    ("deaths", "injuries", "loss", "grade"),
    [
        (2, 9, 9_999_999, Grade.GENERAL),
        (3, 0, 0, Grade.LARGER),
        (0, 10, 0, Grade.LARGER),
        (0, 0, 10_000_000, Grade.LARGER),
        (9, 49, 49_999_999, Grade.LARGER),
        (10, 0, 0, Grade.MAJOR),
        (0, 50, 0, Grade.MAJOR),
        (1, 0, 50_000_000, Grade.MAJOR),
        (29, 99, 99_999_999, Grade.MAJOR),
        (30, 0, 0, Grade.EXTRAORDINARY),
        (0, 100, 0, Grade.EXTRAORDINARY),
        (0, 0, 100_000_000, Grade.EXTRAORDINARY),
    ],
)
def test_the_highest_of_three_tests_is_the_grade(deaths: int, injuries: int, loss: int, grade: Grade) -> None:
    assert Accident(deaths, 0, injuries, loss * 100).grade is grade


@pytest.mark.parametrize(("people", "shares"), [(1, [10000]), (3, [3334, 3333, 3333]), (7, [1432, *[1428] * 6])])
def test_what_does_not_divide_is_the_first_signatorys(people: int, shares: list[int]) -> None:
    rules = with_terms(split_joint=True, no_fine=10000)
    assert assess(Facts(Reporter(joint_signatories=people)), rules).shares == tuple(shares)


@pytest.mark.parametrize(
    ("overrides", "award"),
    [
        ({"uplift": "0.30"}, "300000.00"),
        ({"uplift": "0.30", "cap_lifts": True}, "390000.00"),
        ({"uplift": None}, "300000.00"),
        ({"uplift": "0.30", "uplift_order": "before", "cap_lifts": True}, "390000.00"),
    ],
)
def test_an_insider_at_the_cap(overrides: dict[str, Any], award: str) -> None:
    said = {"reporter": {"insider": "proven"}, "penalties": fined("2500000")}
    assert shown(assessed(**said, overrides=overrides)) == award


def test_an_uplift_before_the_floor_may_vanish_in_it() -> None:
    said: dict[str, Any] = {"reporter": {"insider": "proven"}, "penalties": fined("12000")}
    assert shown(assessed(**said, overrides={"uplift": "0.20"})) == "3600.00"
    assert shown(assessed(**said, overrides={"uplift": "0.20", "uplift_order": "before"})) == "3000.00"


@pytest.mark.parametrize(
    ("reporter", "overrides", "pending"),
    [
        ({"insider": "claimed"}, {"uplift": "0.20"}, Pending.PROVE_INSIDER),
        ({"insider": "proven"}, {}, Pending.SET_UPLIFT),
    ],
)
def test_an_uplift_that_is_open_comes_on_top_later(
    reporter: dict[str, Any], overrides: dict[str, Any], pending: Pending
) -> None:
    found = assessed(reporter=reporter, penalties=fined("50000"), overrides=overrides)
    assert (shown(found), found.eligible, found.pending) == ("7500.00", True, (pending,))


@pytest.mark.parametrize(
    ("anonymous", "reporter", "unmet"),
    [
        ("named_only", {"contact": True}, "E10 E11"),
        ("named_only", {"claim_code": True}, "E10 E11"),
        ("named_only", {}, "E10 E12"),
        ("contact_ok", {"contact": True}, ""),
        ("contact_ok", {"claim_code": True}, "E10 E11"),
        ("contact_ok", {}, "E10 E12"),
        ("code_ok", {"contact": True}, ""),
        ("code_ok", {"claim_code": True}, ""),
        ("code_ok", {}, "E10 E12"),
    ],
)
def test_who_is_paid_without_a_name(anonymous: str, reporter: dict[str, Any], unmet: str) -> None:
    found = assessed(reporter={"identified": False} | reporter, overrides={"anonymous": anonymous})
    assert " ".join(found.unmet) == unmet
    assert (Pending.ASK_NAME in found.pending) is bool(unmet)


def test_a_name_is_not_asked_for_where_it_would_not_help() -> None:
    assert assessed(reporter={"identified": False}, matter={"verified": False}).pending == ()


def test_above_the_ceiling_a_code_is_not_enough_to_collect() -> None:
    said: dict[str, Any] = {"reporter": {"identified": False, "claim_code": True}, "penalties": fined("50000")}
    for ceiling, pending in (("7500", ()), ("7499.99", (Pending.IDENTITY_ABOVE_CEILING,))):
        found = assessed(**said, overrides={"anonymous": "code_ok", "code_ceiling": ceiling})
        assert (found.eligible, found.pending) == (True, pending)


UNKNOWN: list[tuple[dict[str, Any], Row]] = [
    ({"matter": {"other_rule": None}}, Row.E01),
    ({"matter": {"verified": None}}, Row.E03),
    ({"matter": {"fabricated": None}}, Row.E04),
    ({"reporter": {"excluded": "unit_safety_manager"}}, Row.E06),
    ({"matter": {"known_before": None}}, Row.E07),
    ({"matter": {"earlier_named_report": None}}, Row.E09),
    ({"matter": {"earlier_named_report": True, "merit": "own"}}, Row.E09),
    ({"matter": {"merit": "other"}}, Row.E09),
    ({"matter": {"withdrawn": True}}, Row.E25),
    ({"matter": {"collusion": "suspected"}}, Row.E27),
]


@pytest.mark.parametrize(("said", "row"), UNKNOWN)
def test_what_nobody_knows_yet_is_left_to_a_person(said: dict[str, Any], row: Row) -> None:
    found = assessed(**said)
    assert (found.eligible, found.fen, found.shares) == (None, None, ())
    assert row in found.unknown
    assert len(found.pending) == 2  # that one, and the floor where nobody was fined


def test_one_stop_settles_what_else_is_unknown() -> None:
    found = assessed(matter={"verified": None, "earlier_named_report": True})
    assert (found.eligible, found.fen) == (False, 0)


STOPS: list[tuple[dict[str, Any], Row]] = [
    ({"matter": {"other_rule": True}}, Row.E01),
    ({"matter": {"kind": "other"}}, Row.E02),
    ({"reporter": {"excluded": "near_relative"}}, Row.E05),
    ({"reporter": {"excluded": "instigated"}}, Row.E05),
    ({"reporter": {"excluded": "unit_safety_manager"}, "overrides": {"unit_safety_manager": "excluded"}}, Row.E06),
    ({"matter": {"known_before": "handled"}}, Row.E07),
    ({"matter": {"awarded": True}}, Row.E09),
    ({"matter": {"earlier_named_report": True, "merit": "own", "awarded": True}}, Row.E09),
    ({"matter": {"kind": "concealment"}, "overrides": {"concealed_no_deaths": "nothing"}}, Row.E14),
    ({"process": {"signed": False}}, Row.E23),
    ({"process": {"claim": "late"}}, Row.E24),
    ({"process": {"claim": "excused"}, "overrides": {"late_claims": False}}, Row.E24),
    ({"matter": {"collusion": "proven"}}, Row.E27),
]


@pytest.mark.parametrize(("said", "row"), STOPS)
def test_what_stops_an_award(said: dict[str, Any], row: Row) -> None:
    found = assessed(**said)
    assert (found.eligible, found.fen, found.shares, found.steps, found.unmet) == (False, 0, (), (), (row,))


def test_after_it_was_paid_a_fine_that_falls_is_looked_at_by_a_person() -> None:
    found = assessed(penalties=fined("50000", status="annulled"), process={"paid": True})
    assert (found.eligible, found.fen) == (True, None)
    assert Pending.REASSESS_PAID in found.pending


def test_a_whole_life_leaves_no_row_open() -> None:
    assert assessed(penalties=fined("50000"), process={"signed": True, "claim": "in_time"}).unknown == ()


def test_an_edition_that_nobody_has_read_says_so() -> None:
    found = assessed(replace(NATIONAL, confirmed=False), penalties=fined("50000"))
    assert (shown(found), found.pending) == ("7500.00", (Pending.CONFIRM_EDITION,))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Facts(Reporter(joint_signatories=0)),
        lambda: Facts(Reporter(joint_signatories=2, identified=False)),
        lambda: Facts(Reporter(insider_relative=True)),
        lambda: Facts(accident=Accident(2, 3)),
        lambda: Facts(matter=Matter(RewardKind.OTHER), accident=Accident(1, 1)),
        lambda: Facts(process=Process(signed=False, claim=Claim.IN_TIME)),
    ],
)
def test_facts_that_contradict_each_other_are_refused(make: Any) -> None:
    with pytest.raises(FactsError, match=r"^\w+\.\w+: "):
        make()
