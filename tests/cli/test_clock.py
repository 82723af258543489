"""`portal clock due`: the contract other programs rely on."""

import json

import pytest

from portal.cli import main


def ask(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main(["clock", "due", *arguments])
    captured = capsys.readouterr()
    return end.value.code, captured.out, captured.err


def test_one_json_object_with_rule_due_unit_and_basis(capsys):
    status, out, err = ask(capsys, "C05", "2026-03-02T09:00:00+08:00", "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert set(answer) == {"rule", "due", "unit", "basis"}
    assert answer["rule"] == "C05"
    assert answer["unit"] == "days"
    assert answer["due"] == "2026-05-06T23:59:59+08:00"  # 60 days end on 1 May; the holiday lasts to 5 May
    assert "19号" in answer["basis"]


def test_hours_end_at_the_exact_instant(capsys):
    _, out, _ = ask(capsys, "C10", "2026-03-07T01:02:03+00:00", "--json")
    assert json.loads(out)["due"] == "2026-03-08T09:02:03+08:00"


def test_a_persons_line_says_the_same_and_marks_what_is_provisional(capsys):
    _, out, _ = ask(capsys, "C05", "2026-12-30T09:00:00+08:00")
    assert out.startswith("C05  2027-03-01T23:59:59+08:00（")
    assert "provisional" in out


def test_a_rule_may_be_typed_in_lower_case(capsys):
    assert ask(capsys, "c05", "2026-03-02T09:00:00+08:00")[0] == 0


@pytest.mark.parametrize("rule", ["C99", "", "5"])
def test_an_unknown_rule_is_bad_usage_and_says_which_there_are(capsys, rule):
    status, _, err = ask(capsys, rule, "2026-03-02T09:00:00+08:00")
    assert status == 2
    assert "C05" in err


@pytest.mark.parametrize(
    "instant",
    [
        "2026-03-02",
        "2026-03-02T09:00:00",
        "yesterday",
        "2026-02-30T09:00:00+08:00",
        "9999-12-31T23:00:00Z",
        "0001-01-01T00:00:00Z",
    ],
)
def test_an_instant_without_a_zone_or_sense_is_bad_usage(capsys, instant):
    status, out, err = ask(capsys, "C05", instant)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_a_day_beyond_the_calendar_does_not_get_a_guess(capsys):
    status, out, err = ask(capsys, "C05", "2029-03-02T09:00:00+08:00", "--json")
    assert (status, out, err.count("\n")) == (1, "", 1)


def test_what_an_order_ends_asks_for_its_day(capsys):
    status, _, err = ask(capsys, "C19", "2026-03-02T09:00:00+08:00")
    assert (status, "--ordered" in err) == (2, True)
    _, out, _ = ask(capsys, "C19", "2026-03-02T09:00:00+08:00", "--ordered", "2026-04-30")
    assert out.startswith("C19  2026-04-30T23:59:59+08:00")
    for day in ("2026-04-31", "soon"):
        assert ask(capsys, "C19", "2026-03-02T09:00:00+08:00", "--ordered", day)[0] == 2
