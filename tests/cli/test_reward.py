"""`portal reward assess`: the contract other programs rely on."""

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from portal.domain.rewards import Row
from portal.domain.vocabulary import MotionKind
from tests.editions import rewards
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite


@pytest.fixture
def judge(ask: Callable[..., tuple[int, str, str]], tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    def judged(said: Any, *options: str) -> tuple[int, str, str]:
        path = tmp_path / "facts.json"
        path.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
        return ask("reward", "assess", str(path), *options)

    return judged


def test_one_json_object_with_the_sum_its_rows_and_its_steps(judge) -> None:
    status, out, err = judge({"penalties": [{"amount": "12,000"}]}, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert list(found) == ["eligible", "amount", "shares", "rules", "arithmetic", "pending"]
    assert (found["eligible"], found["amount"], found["shares"], found["pending"]) == (True, "3000.00", ["3000.00"], [])
    assert [one["id"] for one in found["rules"]] == list(Row)
    assert all(set(one) == {"id", "met", "basis", "why"} for one in found["rules"])
    assert [(one["step"], one["value"]) for one in found["arithmetic"]] == [
        ("base", "12000.00"),
        ("rate", "1800.00"),
        ("floor", "3000.00"),
        ("award", "3000.00"),
    ]


def test_nothing_is_an_answer_too_and_says_why(judge) -> None:
    status, out, _ = judge({"matter": {"verified": False}}, "--json")
    found = json.loads(out)
    assert (status, found["eligible"], found["amount"], found["arithmetic"]) == (0, False, "0.00", [])
    assert next(one for one in found["rules"] if one["met"] is False)["id"] == "E03"


def test_what_a_person_must_rule_is_null(judge) -> None:
    _, out, _ = judge({"reporter": {"excluded": "unit_safety_manager"}}, "--json")
    found = json.loads(out)
    assert (found["eligible"], found["amount"], found["shares"]) == (None, None, [])
    assert len(found["pending"]) == 2


def test_an_edition_is_named_and_its_terms_replaced(judge) -> None:
    said = {
        "edition": "jilin",
        "overrides": {"split_joint": True},
        "reporter": {"joint_signatories": 3},
        "penalties": [{"amount": "66666.67"}],
    }
    _, out, _ = judge(said, "--json")
    found = json.loads(out)
    assert found["shares"] == ["3333.34", "3333.33", "3333.33"]
    assert found["pending"] == ["这一版规定的原文还没有确认。"]


def test_a_person_reads_the_same_as_a_table(judge) -> None:
    status, out, err = judge({"penalties": [{"amount": "5万"}], "reporter": {"insider": "proven"}})
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "national-2018  可以奖励 eligible  7,500.00"
    assert "? E19  是内部举报人，应当提高，但是省里的比例还没有定；定了再补。  [应急〔2020〕69号 7]" in lines
    assert lines[-1] == "→ 请省里定内部举报人提高的比例。"
    assert "乘以 15%" in out


@pytest.mark.parametrize(
    ("said", "part"),
    [
        (b"{", "is no JSON"),
        ({"edition": "x"}, "no edition x of the rewards is there, only jilin, national-2018"),
        ({"accident": {"deaths": 1, "deaths_concealed": 2}}, "accident.deaths_concealed: 2 are more than the 1"),
        ({"overrides": {"floor": "30万", "cap": "1000"}}, "overrides.floor"),
        ({"penalties": [{"amount": "0.005"}, {"amount": "-1"}]}, "penalties[2].amount: '-1' is negative"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_facts_that_cannot_be_are_bad_usage_and_one_line(judge, said: Any, part: str, options: tuple[str, ...]) -> None:
    status, out, err = judge(said, *options)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert part in err


def test_terms_adopted_in_an_installation_judge_as_its_page_does(
    judge, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Staff(world).new(MotionKind.ADOPT, "office-220000", rewards(rate='"0.20"'))
    said = {"edition": "jilin", "penalties": [{"amount": "50000.00"}]}
    assert judge(said, "--edition", "jilin-2026")[0] == 2, "the package does not have it"
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    monkeypatch.setenv("PORTAL_DATABASE_URL", world.settings.database_url)
    before = len(world.entries())
    status, out, err = judge(said, "--edition", "jilin-2026")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "jilin-2026  可以奖励 eligible  10,000.00"
    found = json.loads(judge(said, "--edition", "jilin-2026", "--json")[1])
    assert found["amount"] == "10000.00"
    page = unescape(world.visitor().get("/policy?edition=jilin-2026&kind=violation&fine=50000&way=named").text)
    assert "大约 10,000.00 元" in page
    silent = [one["id"] for one in found["rules"] if f"</b> · {one['why']}" not in page]
    assert 0 < len(silent) < len(found["rules"])
    assert page.count("<b>不涉及</b>") == len(silent), "of these nothing is said"
    assert judge(said, "--edition", "national-2018", "--json")[1] == judge({**said, "edition": None}, "--json")[1]
    assert len(world.entries()) == before
    status, _, err = judge(said, "--edition", "x")
    assert (status, "only jilin, jilin-2026, national-2018" in err) == (2, True)
    monkeypatch.setenv("PORTAL_HOME", str(world.home / "nowhere"))
    assert judge(said, "--edition", "jilin-2026")[0] == 2


def test_a_file_that_is_not_there_is_bad_usage(ask) -> None:
    status, out, err = ask("reward", "assess", "nowhere.json")
    assert (status, out, err.count("\n")) == (2, "", 1)
