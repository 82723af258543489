"""The rules of oversight as a file: each sign has one, in three languages; what cannot hold is refused by place."""

import re
import tomllib
from datetime import date, time
from importlib.resources import files

import pytest

from portal.domain.errors import PolicyError
from portal.domain.oversight import Sign
from portal.policy import loader

NAME = "oversight/jilin-1.toml"
SHIPPED = (files("portal.policy") / NAME).read_text("utf-8")


def read(text: str):
    return loader.read_oversight("o.toml", text.encode())


def test_each_sign_has_one_rule_in_three_languages_with_its_basis() -> None:
    edition = read(SHIPPED)
    assert [rule.sign for rule in edition.rules] == list(map(Sign, _signs()))
    assert {rule.sign for rule in edition.rules} == set(Sign)
    for rule in edition.rules:
        assert re.search(r"[\u4e00-\u9fff]", rule.zh)
        assert re.search(r"[\uac00-\ud7a3]", rule.ko)
        assert rule.en[0].isupper()
        assert rule.basis
    assert (edition.opens, edition.closes) == (time(7, 30), time(18, 30))


def _signs() -> list[str]:
    return [rule["sign"] for rule in tomllib.loads(SHIPPED)["signs"]]


def test_the_edition_in_force_comes_with_the_policies_and_its_hours_know_rest_days() -> None:
    policies = loader.load_policies(on=date(2026, 3, 2))
    assert policies.oversight.heading.edition == "jilin-1"
    assert policies.hours().calendar is policies.holidays


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('opens = "07:30"', 'opens = "7 Uhr"', "opens: is not an hour"),
        ('opens = "07:30"', 'opens = "19:30"', "closes: does not go with opens"),
        ('sign = "far"', 'sign = "near"', r"signs\[FAR\].sign: 'near' is none of"),
        ("count = 15", "count = 0", r"signs\[MANY_CASES\].count: is no number"),
        ("count = 15", 'count = "15"', r"signs\[MANY_CASES\].count: is not a int"),
        ("minutes = 1440", "minutes = 0", r"signs\[UNREAD\].minutes: does not go with unread"),
        ('sign = "far"', 'sign = "far"\nminutes = 5', r"signs\[FAR\].minutes: does not go with far"),
        ('code = "FAR"', 'code = "UNREAD"', "signs: UNREAD stands there twice"),
        ('sign = "far"', 'sign = "far"\nhow = "x"', r"signs\[FAR\].how: is not a key"),
    ],
)
def test_a_mistake_is_named_with_its_place(before: str, after: str, said: str) -> None:
    assert before in SHIPPED
    with pytest.raises(PolicyError, match=f"^o.toml: {said}"):
        read(SHIPPED.replace(before, after, 1))
