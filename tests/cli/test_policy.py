"""`portal policy`: what counts, and whether a file would."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.domain.contents import NewEdition
from portal.domain.vocabulary import EditionKind, MotionKind
from portal.policy.loader import carried
from tests.clocking import due_day, taken_up
from tests.editions import NOTICE, holidays, reasons
from tests.staffing import Staff
from tests.world import World


@pytest.fixture
def here(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    monkeypatch.setenv("PORTAL_DATABASE_URL", world.settings.database_url)
    return world


def test_the_list_says_what_was_adopted(ask, here: World) -> None:
    Staff(here).new(MotionKind.ADOPT, "office-220000", holidays())
    status, out, err = ask("policy", "list", "--json")
    assert (status, err) == (0, "")
    found = {(one["kind"], one["edition"]): one for one in json.loads(out)["editions"]}
    assert found["holidays", "2027"] | {"source": ""} == {
        "kind": "holidays",
        "edition": "2027",
        "effective": "2027-01-01",
        "standing": "in_force",
        "adopted": True,
        "source": "",
    }
    assert found["holidays", "2027-provisional"]["standing"] == "earlier"
    assert {kind for kind, _ in found} == set(EditionKind)
    status, out, _ = ask("policy", "list")
    assert any(line.split()[:2] == ["holidays", "2027"] and "adopted" in line for line in out.splitlines())


@pytest.mark.sqlite
def test_a_file_that_holds_is_named(ask, tmp_path: Path) -> None:
    for number, text in enumerate((NOTICE, NewEdition.decode(reasons()).text)):
        path = tmp_path / str(number)
        path.write_text(text, encoding="utf-8")
        status, out, _ = ask("policy", "check", str(path))
        assert status == 0
        assert out.split()[0] in {"holidays", "reasons"}
    for one in carried():
        path = tmp_path / "carried"
        path.write_bytes(one.data)
        assert ask("policy", "check", str(path))[1].split()[:2] == [one.kind, one.heading.edition]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year = \n", "at line 1"),
        (NOTICE.replace("2027-02-05", "2026-02-05"), "holidays"),
        (NOTICE.replace('name = "春节"', ""), "holidays[1].name: is missing"),
        ("x = 1", "no kind of edition"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_a_file_that_does_not_hold_is_one_line_and_exit_1(ask, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    status, out, err = ask("policy", "check", str(path))
    assert (status, out, err.count(os.linesep)) == (1, "", 1)
    assert said in err


@pytest.mark.sqlite
def test_a_file_that_is_not_there_is_bad_usage(ask, tmp_path: Path) -> None:
    assert ask("policy", "check", str(tmp_path / "none"))[0] == 2


def test_holidays_say_what_they_move_and_move_it_once_two_people_adopted_them(ask, here: World, tmp_path: Path) -> None:
    here.clock.now = datetime(2026, 12, 8, 4, tzinfo=UTC)
    _, case_id = taken_up(here)
    path = tmp_path / "2027.toml"
    path.write_text(NOTICE, encoding="utf-8")
    before = here.events()
    status, out, err = ask("policy", "add-holidays", str(path))
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "2027-02-09 → 2027-02-14  1"
    assert "to count anew: 1" in out
    assert "/review/admin/editions" in out
    assert here.events() == before
    Staff(here).new(MotionKind.ADOPT, "office-220000", holidays())
    status, out, _ = ask("policy", "add-holidays", str(path))
    assert (status, "1 个期限" in out) == (0, True)
    assert due_day(here, case_id) == "2027-02-14"
    assert "0 个期限" in ask("policy", "add-holidays", str(path))[1]
    here.verify(replayed=False)  # the command's clock is the machine's, behind the one of the others


@pytest.mark.sqlite
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NOTICE.replace("2027-05-01", "2027-05-02"), "holidays: lack 2027-05-01"),
        (
            NOTICE.replace("2027-04-05", "2027-04-04"),
            "缺 2027-04-05，法定放假的日子（全国年节",
        ),
        (NOTICE.replace("2027-06-09", "2027-05-04"), "2027-05-04 is off twice"),
        (NOTICE.replace("= false", "= true"), "2027 年已有安排"),
        (
            NOTICE.replace("2027-", "2030-").replace("2027", "2030").replace("2030-02-14", "2030-02-17"),
            "the arrangement for 2029 comes first",
        ),
    ],
)
def test_holidays_with_gaps_or_overlaps_are_refused_in_one_line(ask, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text(text, encoding="utf-8")
    status, out, err = ask("policy", "add-holidays", str(path))
    assert (status, out, err.count(os.linesep)) == (1, "", 1)
    assert said in err
