"""Files of facts: what is missing is plain, what is wrong is said with its place, all of it at once."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from portal.domain.rewards import assess
from portal.domain.rewards_facts import Facts, FactsError, Grade, Insider, Reporter
from portal.domain.rewards_reading import override, read, written
from portal.domain.rewards_terms import Anonymous
from tests.domain.test_rewards_always import PAYABLE
from tests.rewarding import NATIONAL, asked, assessed, fined, shown

DEEP = b"[" * 100_000
WHOLE: dict[str, Any] = {
    "edition": "national-2018",
    "overrides": {"uplift": "0.20", "anonymous": "code_ok", "death_rates": {"general": 10000}},
    "reporter": {
        "identified": True,
        "contact": False,
        "claim_code": False,
        "insider": "proven",
        "excluded": None,
        "joint_signatories": 1,
    },
    "matter": {
        "kind": "violation",
        "verified": True,
        "fabricated": False,
        "known_before": "no",
        "earlier_named_report": False,
        "separate_hazard": False,
        "averted_casualties": False,
    },
    "penalties": [
        {"amount": "50000.00", "against": "unit", "kind": "fine", "for": "hazard", "status": "effective"},
    ],
    "accident": {"deaths": 0, "deaths_concealed": 0, "serious_injuries": 0, "direct_loss": "0.00"},
}


def faults(data: bytes | dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(FactsError) as caught:
        read(data if isinstance(data, bytes) else json.dumps(data).encode())
    return caught.value.faults


def test_a_whole_file_is_read() -> None:
    found = asked(**WHOLE)
    assert found.edition == "national-2018"
    assert found.facts.reporter == Reporter(insider=Insider.PROVEN)
    rules = override(NATIONAL, found.overrides)
    assert (rules.terms.uplift, rules.terms.anonymous) == (Decimal("0.20"), Anonymous.CODE_OK)
    assert rules.terms.death_rates[Grade.GENERAL] == 1_000_000
    assert rules.terms.death_rates[Grade.MAJOR] == NATIONAL.terms.death_rates[Grade.MAJOR]
    assert rules.changed == {"uplift", "anonymous", "death_rates"}
    assert shown(assess(found.facts, rules)) == "9000.00"


def test_an_empty_file_is_the_plainest_report() -> None:
    assert asked() == asked(reporter={}, matter={}, penalties=[], accident={}, overrides={}, edition=None)
    assert asked().facts == Facts()


@given(PAYABLE)
def test_facts_that_were_written_read_back(facts: Facts) -> None:
    assert read(json.dumps(written(facts)).encode()).facts == facts


@pytest.mark.parametrize("amount", ["50,000", "５００００", "50000.00", 50000, 5e4, "5万", "¥50,000元", " 50 000 "])
def test_sums_are_read_as_people_write_them(amount: Any) -> None:
    assert shown(assessed(penalties=[{"amount": amount}])) == "7500.00"


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("-5000", "is negative"),
        (-5000, "is negative"),
        ("0.005", "has parts of a fen"),
        (0.005, "has parts of a fen"),
        ("1000000000000", "is more than"),
        (10**12, "is more than"),
        (10**999, "is more than"),
        ("1,50", "is no sum"),
        ("五万", "is no sum"),
        ("", "is empty"),
        (True, "is no sum"),
        (None, "is no sum"),
        ([], "is no sum"),
    ],
)
def test_what_is_no_sum_is_refused(amount: Any, why: str) -> None:
    (said,) = faults({"penalties": [{"amount": "1"}, {"amount": amount}]})
    assert said.startswith("penalties[2].amount: ")
    assert why in said


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"reporter": {"insider": "maybe"}}, "reporter.insider: 'maybe' is none of no, claimed, proven"),
        ({"reporter": {"identified": "yes"}}, "reporter.identified: is neither true nor false"),
        ({"reporter": {"identified": None}}, "reporter.identified: is neither true nor false"),
        ({"reporter": {"joint_signatories": 0}}, "reporter.joint_signatories: is 0, and must be 1 or more"),
        ({"reporter": {"joint_signatories": 10**6}}, "reporter.joint_signatories: 1000000 does not lie between"),
        ({"accident": {"deaths": 1.5}}, "accident.deaths: is no whole number"),
        ({"accident": {"deaths": -1}}, "accident.deaths: -1 does not lie between 0 and 10000"),
        ({"matter": {"sort": "x"}}, "matter.sort: is not a fact that is known here"),
        ({"matter": []}, "matter: is no table of facts"),
        ({"penalties": {}}, "penalties: is no list"),
        ({"penalties": [7]}, "penalties[1]: is no table of facts"),
        ({"penalties": [{}]}, "penalties[1].amount: is missing"),
        ({"edition": 2018}, "edition: is no name of an edition"),
        ({"matters": {}}, "matters: is not a fact that is known here"),
        ({"overrides": {"rates": "0.1"}}, "overrides.rates: is no parameter of a reward rule"),
        ({"overrides": {"rate": "15"}}, "overrides.rate: 15 is above 1: write fifteen percent as 0.15"),
        ({"overrides": {"rate": "-0.15"}}, "overrides.rate: -0.15 is negative"),
        ({"overrides": {"rate": "NaN"}}, "overrides.rate: 'NaN' is no share such as 0.15"),
        ({"overrides": {"rate": "0.1234567"}}, "overrides.rate: 0.1234567 has more than 6 places"),
        ({"overrides": {"rate": None}}, "overrides.rate: is missing"),
        ({"overrides": {"cap_lifts": 1}}, "overrides.cap_lifts: is neither true nor false"),
        ({"overrides": {"death_rates": {"huge": 1}}}, "overrides.death_rates: 'huge' is none of general, larger"),
        ({"overrides": {"death_rates": 3}}, "overrides.death_rates: is no table of general, larger"),
    ],
)
def test_each_fault_names_its_place(said: dict[str, Any], fault: str) -> None:
    (found,) = faults(said)
    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "the file: is no JSON"),
        (b"\xff", "the file: is no JSON"),
        (b"[]", "the file: is no table of facts"),
        (DEEP, "the file: is nested too deeply"),
        (b'{"accident": {"deaths": NaN}}', "the file: is no JSON (NaN is no number)"),
        (b'{"matter": {"verified": true, "verified": false}}', "verified: stands there twice"),
    ],
)
def test_what_is_no_file_of_facts_is_refused(data: bytes, fault: str) -> None:
    assert faults(data)[0].startswith(fault)


def test_all_faults_are_said_together() -> None:
    found = faults({"reporter": {"insider": "x", "y": 1}, "penalties": [{"amount": "-1"}], "overrides": {"rate": "2"}})
    assert len(found) == 4


@pytest.mark.parametrize(
    ("overrides", "fault"),
    [
        ({"floor": 300001}, "overrides.floor: 300,001.00 is above the cap of 300,000.00"),
        ({"no_fine": "30万", "cap": 100000}, "overrides.no_fine: 300,000.00 is above the cap"),
        ({"death_rates": {"larger": 20000}}, "overrides.death_rates: larger is less than the grade below it"),
        ({"overall_cap": 50000}, "overrides.death_rates: extraordinary is 60,000.00, above the overall cap"),
    ],
)
def test_what_is_replaced_must_go_together(overrides: dict[str, Any], fault: str) -> None:
    with pytest.raises(FactsError) as caught:
        assessed(penalties=fined("1"), overrides=overrides)
    assert any(one.startswith(fault) for one in caught.value.faults)
