"""Editions of reward rules: what is shipped, what is wrong with one, and which counts on a day."""

import re
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import EditionError, PolicyError
from portal.domain.rewards import Row, assess
from portal.domain.rewards_facts import Facts
from portal.domain.rewards_values import TERMS
from portal.domain.vocabulary import EditionKind
from portal.policy import adopting
from portal.policy.adopting import Flaw, Standing, standings
from portal.policy.loader import Volume, assemble, carried, load_policies, read_rewards
from portal.policy.reader import BETWEEN

NATIONAL = (files("portal.policy") / "rewards/national-2018.toml").read_text(encoding="utf-8")
SHELF = [one for one in carried() if one.kind is EditionKind.REWARDS]
SHIPPED = next(one for one in SHELF if not one.unconfirmed)


def faults(text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        read_rewards("r.toml", text.encode())
    return [one.removeprefix("r.toml: ") for one in str(caught.value).split(BETWEEN)]


def changed(*lines: tuple[str, str]) -> str:
    text = NATIONAL
    for before, after in lines:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def test_the_national_measures_are_in_force_and_jilins_wait_for_somebody_who_has_read_them() -> None:
    policies = load_policies()
    assert policies.rewards.heading.edition == "national-2018"
    jilin = policies.rewards_of("jilin")
    assert not jilin.confirmed
    assert jilin.rules.terms == policies.rewards.rules.terms
    assert not any(one.settled for one in (*jilin.rules.provisions.values(), *jilin.rules.rows.values()))
    assert standings(SHELF, date(2026, 3, 2))[Standing.UNCONFIRMED] == [one for one in SHELF if one.unconfirmed]


def test_each_term_and_each_row_has_its_article() -> None:
    rules = load_policies().rewards.rules
    assert rules.provisions.keys() == TERMS.keys()
    assert list(rules.rows) == list(Row)
    assert all(one.basis and one.sure for one in (*rules.provisions.values(), *rules.rows.values()))


def test_an_edition_that_nobody_has_is_refused_by_name() -> None:
    with pytest.raises(PolicyError, match="no edition x of the rewards is there, only jilin, national-2018"):
        load_policies().rewards_of("x")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('value = "3000"', 'value = "300001"', "terms.floor: 300,001.00 is above the cap of 300,000.00"),
        ('value = "3000"', 'value = "-1"', "terms.floor.value: '-1' is negative"),
        ('value = "3000"', 'value = "0.005"', "terms.floor.value: '0.005' has parts of a fen"),
        ('value = "0.15"', 'value = "1.5"', "terms.rate.value: 1.5 is above 1: write fifteen percent as 0.15"),
        ('value = "0.15"', "value = 0.15", "terms.rate.value: is a rounded number"),
        ('value = "0.15"\n', "", "terms.rate.value: is missing"),
        ("[terms.rate]", "[terms.rates]", "terms.rate: is missing"),
        ('larger = "40000", ', "", "terms.death_rates: larger is missing"),
        ("effective = 2018-01-04", 'effective = "soon"', "effective: is not a date such as 2026-03-02"),
        ("confirmed = true", 'confirmed = "yes"', "confirmed: is not a bool"),
        ('sure = "A"', 'sure = "D"', "terms.rate.sure: 'D' is none of A, B, C, R"),
        ('sure = "A"', 'shure = "A"', "terms.rate.sure: is missing"),
        ("E01 = {", "E00 = {", "rows.E01: is missing"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(before: str, after: str, fault: str) -> None:
    assert faults(changed((before, after)))[0].startswith(fault)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = changed(
        ("effective = 2018-01-04", "effective = 4"),
        ('value = "0.15"', 'value = "2"'),
        ("confirmed = true", "confirmed = true\nconfirm = true"),
        ('value = "3000"', 'value = "-3"'),
        ("[terms.cap]", "[terms.roof]"),
        ("E02 = {", "E99 = {"),
    )
    assert [re.split(":", one)[0] for one in faults(text)] == [
        "effective",
        "terms.rate.value",
        "terms.floor.value",
        "terms.cap",
        "terms.roof",
        "rows.E02",
        "rows.E99",
        "confirm",
    ]


def edition(name: str, day: date) -> Volume:
    """The national measures under another name, from another day on."""
    text = changed(('"national-2018"', f'"{name}"'), ("2018-01-04", day.isoformat()))
    return adopting.read(EditionKind.REWARDS, text)


def test_two_editions_that_begin_on_one_day_overlap() -> None:
    with pytest.raises(PolicyError, match="national-2018 and other overlap from 2018-01-04 on"):
        assemble([*carried(), edition("other", date(2018, 1, 4))], None)


@pytest.mark.parametrize(
    ("name", "day", "flaw"),
    [
        ("national-2018", date(2026, 4, 1), Flaw.NAME_TAKEN),
        ("other", date(2018, 1, 4), Flaw.DAY_TAKEN),
        ("other", date(2026, 3, 2), Flaw.TOO_EARLY),
    ],
)
def test_an_edition_is_adopted_ahead_of_its_day_and_under_its_own_name(name: str, day: date, flaw: Flaw) -> None:
    with pytest.raises(EditionError) as caught:
        adopting.require_adoptable(carried(), edition(name, day), today=date(2026, 3, 2), codes={})
    assert caught.value.flaw is flaw


def test_an_edition_that_is_adopted_counts_from_its_day_and_what_was_assessed_keeps_its_own() -> None:
    new = edition("jilin-2026", date(2026, 4, 1))
    adopting.require_adoptable(carried(), new, today=date(2026, 3, 2), codes={})
    assert adopting.followed(carried(), new) == SHIPPED
    shelf = [*carried(), new]
    assert assemble(shelf, date(2026, 3, 31)).rewards.heading.edition == "national-2018"
    later = assemble(shelf, date(2026, 4, 1))
    assert later.rewards.heading.edition == "jilin-2026"
    assert later.rewards_of("national-2018") == load_policies().rewards


@given(st.lists(st.integers(1, 900), max_size=4, unique=True), st.integers(0, 900))
def test_replay_by_an_editions_name_is_stable_whatever_comes_later(days: list[int], on: int) -> None:
    start = date(2026, 3, 2)
    more = [
        replace(
            SHIPPED,
            edition=replace(
                SHIPPED.edition, heading=replace(SHIPPED.heading, edition=f"e{n}", effective=start + timedelta(n))
            ),
        )
        for n in days
    ]
    policies = assemble([*carried(), *more], start + timedelta(on))
    again = policies.rewards_of("national-2018").rules
    assert assess(Facts(), again) == assess(Facts(), load_policies().rewards.rules)
