"""The worked cases of the law as a table: what each earns, and which rows decided it."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.domain.clocks import SHANGHAI
from portal.domain.rewards import Pending, Row
from portal.domain.rewards_dates import COLLECT, Casualty, claim_of, collect_by, resolve, toll_rule
from portal.domain.rewards_facts import Claim, Grade
from portal.domain.rewards_reading import written
from portal.policy.loader import load_policies
from tests.rewarding import NATIONAL, asked, assessed, fined, shown

GIVEN = json.loads((Path(__file__).parent / "reward_cases.json").read_text(encoding="utf-8"))
CASES = {one["id"]: one for one in GIVEN["cases"]}
POLICIES = load_policies()
HIDDEN: dict[str, Any] = {"kind": "concealment"}


def toll(deaths: int, concealed: int, **more: Any) -> dict[str, Any]:
    return {"matter": HIDDEN, "accident": {"deaths": deaths, "deaths_concealed": concealed, **more}}


NAMELESS = {"identified": False}
PROVEN = {"insider": "proven"}
RELATIVE = {"insider_relatives": True}
# What each case says in words, as facts; the rows that stop it; what it leaves a person to do.
FACTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "R01": ({"penalties": fined("12000")}, "", ""),
    "R02": ({"penalties": fined("20000")}, "", ""),
    "R04": ({"penalties": fined("33333")}, "", ""),
    "R05": ({"penalties": fined("50000")}, "", ""),
    "R07": ({"penalties": fined("100000")}, "", ""),
    "R09": ({"penalties": fined("2000000")}, "", ""),
    "R11": ({"matter": {"kind": "major_hazard"}}, "", "confirm_no_fine"),
    "R13": ({"matter": {"kind": "major_hazard"}}, "", "confirm_no_fine"),
    "R14": ({"matter": {"kind": "ordinary_hazard"}}, "E02", ""),
    "R16": ({"matter": {"verified": False}}, "E03", ""),
    "R18": ({"matter": {"known_before": "unhandled"}, "penalties": fined("40000")}, "", "flag_handling"),
    "R19": (toll(1, 1), "", ""),
    "R20": (toll(2, 2), "", ""),
    "R21": (toll(3, 3), "", ""),
    "R24": (toll(1, 1, serious_injuries=9), "", ""),
    "R26": (toll(1, 1, direct_loss="9,999,999"), "", ""),
    "R28": (toll(7, 7), "", ""),
    "R30": (toll(10, 1), "", ""),
    "R32": (toll(30, 4), "", ""),
    "R36": (toll(0, 0, serious_injuries=3) | {"penalties": fined("1000000")}, "", "confirm_concealment"),
    "R41": ({"penalties": fined("100000")}, "", ""),
    "R42": ({"matter": {"earlier_named_report": True}, "penalties": fined("100000")}, "E09", ""),
    "R44": ({"penalties": fined("100000")}, "", ""),
    "R45": ({"reporter": {"joint_signatories": 3}, "penalties": fined("100000")}, "", ""),
    "R46": (
        {"reporter": {"joint_signatories": 3}, "penalties": fined("100000"), "overrides": {"split_joint": True}},
        "",
        "",
    ),
    "R49": ({"reporter": NAMELESS | {"claim_code": True}, "penalties": fined("50000")}, "", ""),
    "R53": ({"reporter": NAMELESS, "penalties": fined("50000")}, "E10 E12", "ask_name"),
    "R55": ({"reporter": PROVEN, "penalties": fined("50000")}, "", ""),
    "R57": ({"reporter": PROVEN, "penalties": fined("12000")}, "", ""),
    "R60": ({"reporter": PROVEN, "penalties": fined("100000")}, "", ""),
    "R62": (
        {"reporter": PROVEN | {"insider_relative": True}, "penalties": fined("100000"), "overrides": RELATIVE},
        "",
        "",
    ),
    "R63": ({"reporter": {"excluded": "duty"}, "penalties": fined("100000")}, "E05", ""),
    "R65": ({"penalties": fined("100000")}, "", ""),
    "R67": ({"penalties": fined("100000")}, "", ""),
    "R69": ({"matter": {"fabricated": True, "verified": False}}, "E03 E04", "competent_finding"),
    "R70": ({"matter": {"verified": False}}, "E03", ""),
    "R76": ({"penalties": fined("50000", status="annulled")}, "", "confirm_no_fine"),
    "R78": ({"matter": {"defied_order": True}, "penalties": fined("100000")}, "", ""),
    "R80": (
        {"reporter": PROVEN, "matter": {"averted_casualties": True}, "penalties": fined("50000")},
        "",
        "set_uplift special_award",
    ),
}
DATED = {"R34", "R35", "R51", "R71", "R72", "R73", "R74"}  # below; R51 is a code that is typed wrong, no assessment


def of(name: str) -> dict[str, Any]:
    """The facts of a case under its profile."""
    said, _, _ = FACTS[name]
    profile = GIVEN["profiles"][CASES[name]["profile"]]
    return said | {"overrides": profile | said.get("overrides", {})}


def test_every_case_is_in_the_table() -> None:
    assert FACTS.keys() | DATED == CASES.keys()


def test_the_first_profile_is_the_national_edition() -> None:
    assert all(
        asked(overrides={name: value}).overrides[name] == getattr(NATIONAL.terms, name)
        for name, value in GIVEN["profiles"]["N18"].items()
    )


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_case_earns_what_the_law_gives_by_the_rows_that_decide(name: str) -> None:
    found, (_, unmet, pending) = assessed(**of(name)), FACTS[name]
    expected = CASES[name]["amount"]
    one_share = name == "R46"
    assert (shown(found) if not one_share else f"{found.shares[0] // 100}.{found.shares[0] % 100:02d}") == expected
    assert " ".join(found.unmet) == unmet
    assert " ".join(found.pending) == pending
    assert found.eligible is (not unmet)
    assert [one.row for one in found.rows] == list(Row)
    assert sum(found.shares) == (found.fen or 0)


def test_the_later_of_two_authorities_pays_nothing() -> None:
    assert assessed(matter={"accepted_first": False}, penalties=fined("100000")).unmet == (Row.E22,)  # R44, the city


def test_a_special_award_is_left_to_a_person_and_the_formula_is_shown() -> None:
    found = assessed(**of("R80"))
    assert (found.eligible, found.fen, found.shares) == (True, None, ())
    assert Pending.SPECIAL_AWARD in found.pending
    assert found.steps[-1].fen == 750_000


@pytest.mark.parametrize(("fire", "day", "name"), [(False, 20, "R34"), (True, 8, "R35")])
def test_who_dies_within_the_window_raises_the_grade(*, fire: bool, day: int, name: str) -> None:
    happened = date(2026, 3, 2)
    hidden = [Casualty(happened, concealed=True)] * 2 + [Casualty(happened + timedelta(days=day), concealed=True)]
    accident = resolve(happened, hidden, POLICIES.clocks.rules[toll_rule(fire_or_road=fire)])
    said = written(asked(matter=HIDDEN).facts)["accident"] | {
        "deaths": accident.deaths,
        "deaths_concealed": accident.deaths_concealed,
        "serious_injuries": accident.serious_injuries,
    }
    assert shown(assessed(matter=HIDDEN, accident=said)) == CASES[name]["amount"]
    assert accident.grade is (Grade.GENERAL if fire else Grade.LARGER)


SERVED = datetime(2026, 3, 1, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("name", "served", "claimed", "excused", "standing"),
    [
        ("R71", SERVED, datetime(2026, 4, 30, 23, 59, tzinfo=SHANGHAI), False, Claim.IN_TIME),
        ("R72", SERVED, datetime(2026, 5, 1, 0, 0, tzinfo=SHANGHAI), False, Claim.LATE),
        ("R73", SERVED, datetime(2026, 5, 15, 9, tzinfo=SHANGHAI), True, Claim.EXCUSED),
        (
            "R74",
            datetime(2026, 8, 2, 9, tzinfo=SHANGHAI),
            datetime(2026, 10, 8, 9, tzinfo=SHANGHAI),
            False,
            Claim.IN_TIME,
        ),
    ],
)
def test_an_award_is_collected_within_sixty_days(
    *, name: str, served: datetime, claimed: datetime, excused: bool, standing: Claim
) -> None:
    due = collect_by(served, NATIONAL.terms, POLICIES.clocks.rules[COLLECT], POLICIES.holidays)
    found = claim_of(due, claimed, claimed, excused=excused, terms=NATIONAL.terms)
    assert found is standing
    paid = assessed(penalties=fined("50000"), process={"claim": found})
    assert shown(paid) == CASES[name]["amount"]
