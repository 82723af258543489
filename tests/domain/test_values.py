"""Frozen values at the border: what is sealed comes back as it was, and what they hold does not leak by being shown."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.values import Identity, Narrative, Submission
from portal.domain.vocabulary import IdentityField, Mode, Ongoing

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
NARRATIVES = st.builds(
    Narrative,
    category=TEXT,
    division=TEXT,
    respondent=TEXT,
    place=TEXT,
    ongoing=st.sampled_from(Ongoing),
    occurred_on=st.none() | st.dates(),
    description=TEXT,
    mode=st.sampled_from(Mode),
    concerns_office=st.booleans(),
    superior=st.booleans(),
    may_phone=st.booleans(),
)


def narrative(**changes: object) -> Narrative:
    said = {
        "category": "EXIT-01",
        "division": "220102",
        "respondent": "蓝鲸",
        "place": "地下二层",
        "ongoing": Ongoing.NOW,
        "occurred_on": None,
        "description": "门锁着",
        "mode": Mode.IDENTIFIED,
        "concerns_office": False,
        "superior": False,
        "may_phone": False,
    }
    return Narrative(**{**said, **changes})


@given(NARRATIVES)
def test_a_narrative_comes_back_as_it_was_told(told: Narrative) -> None:
    sealed = json.dumps(told.as_json(), ensure_ascii=False).encode()
    assert Narrative.from_json(json.loads(sealed)) == told


@given(NARRATIVES)
def test_a_line_is_one_line_and_short(told: Narrative) -> None:
    words = " ".join(told.description.split())
    line = told.line()
    assert len(line) <= len(told.respondent or told.place[:30] + "…") + 42
    assert line.endswith("：" + (words if len(words) <= 40 else words[:40] + "…"))


def test_a_line_that_was_cut_says_so() -> None:
    assert narrative(description="字" * 40).line() == "蓝鲸：" + "字" * 40
    assert narrative(description="字" * 41).line() == "蓝鲸：" + "字" * 40 + "…"
    assert narrative(respondent="", place="层" * 31, description="锁\n着").line() == "层" * 30 + "…：锁 着"


def test_a_line_without_a_respondent_begins_with_the_place() -> None:
    assert narrative(respondent="").line() == "地下二层：门锁着"
    assert narrative().line() == "蓝鲸：门锁着"


def test_a_day_is_kept_as_a_day() -> None:
    told = narrative(occurred_on=date(2026, 3, 1))
    assert told.as_json()["occurred_on"] == "2026-03-01"
    assert Narrative.from_json(told.as_json()) == told


@pytest.mark.parametrize("name", ["mode", "ongoing"])
def test_a_word_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="elsewhere"):
        Narrative.from_json({**narrative().as_json(), name: "elsewhere"})


def test_an_identity_shows_its_fields_and_not_what_they_say() -> None:
    identity = Identity({IdentityField.NAME: "周小明", IdentityField.PHONE: "13800000000"})
    assert repr(identity) == "Identity(name, phone)"


@pytest.mark.parametrize(
    ("may_phone", "fields", "number"),
    [
        (True, {IdentityField.PHONE: "138"}, "138"),
        (False, {IdentityField.PHONE: "138"}, None),
        (True, {}, None),
    ],
)
def test_the_number_is_for_the_desk_only_when_it_may_call(may_phone: bool, fields, number) -> None:  # noqa: FBT001
    one = Submission("token", narrative(may_phone=may_phone), Identity(fields), marked=False)
    assert one.phone == number
