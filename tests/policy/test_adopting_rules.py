"""Which edition may be added, which one counts on a day, and what is shown of the difference."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.contents import NewEdition
from portal.domain.errors import EditionError, PolicyError
from portal.domain.vocabulary import EditionKind, IdentityField
from portal.policy import adopting
from portal.policy.adopting import Flaw, Standing, differences, followed, standings
from portal.policy.loader import Volume, assemble, carried, read_volume
from tests.editions import HOLIDAYS, REASONS, holidays, reasons

TODAY = date(2026, 3, 2)
JILIN = next(one for one in carried() if one.kind is REASONS)


def volume(content: bytes) -> Volume:
    said = NewEdition.decode(content)
    return adopting.read(said.kind, said.text)


def of(kind: EditionKind, *more: Volume) -> list[Volume]:
    return [one for one in (*carried(), *more) if one.kind is kind]


def named(found: list[Volume]) -> list[str]:
    return [one.heading.edition for one in found]


def test_the_notice_stands_in_force_at_once_and_the_guess_is_superseded() -> None:
    before, after = standings(of(HOLIDAYS), TODAY), standings(of(HOLIDAYS, volume(holidays())), TODAY)
    assert "2027-provisional" in named(before[Standing.IN_FORCE])
    assert named(after[Standing.EARLIER]) == ["2027-provisional"]
    assert named(after[Standing.IN_FORCE])[:2] == ["2028-provisional", "2027"]


def test_an_edition_of_the_reasons_comes_and_then_is_in_force() -> None:
    shelf = of(REASONS, volume(reasons()))
    assert named(standings(shelf, date(2026, 3, 9))[Standing.COMING]) == ["jilin-2"]
    later = standings(shelf, date(2026, 3, 10))
    assert (named(later[Standing.IN_FORCE]), named(later[Standing.EARLIER])) == (["jilin-2"], ["jilin-1"])


def effective(day: date) -> Volume:
    """The reasons as they are, from another day on."""
    heading = replace(JILIN.heading, edition=f"r-{day}", effective=day)
    return replace(JILIN, edition=replace(JILIN.edition, heading=heading))


@given(st.lists(st.dates(date(2026, 3, 3), date(2030, 1, 1)), min_size=1, max_size=6, unique=True), st.dates(TODAY))
def test_on_every_day_the_newest_that_has_begun_counts(days: list[date], on: date) -> None:
    more = [effective(day) for day in days]
    begun = [one for one in of(REASONS, *more) if one.heading.effective <= on]
    expected = max(begun, key=lambda one: one.heading.effective)
    assert assemble((*carried(), *more), on).reasons == expected.edition
    assert standings(of(REASONS, *more), on)[Standing.IN_FORCE] == [expected]


def test_an_edition_follows_the_one_that_counts_until_then() -> None:
    assert followed(carried(), volume(holidays())).heading.edition == "2027-provisional"
    assert followed(carried(), volume(reasons())).heading.edition == "jilin-1"
    alone = volume(holidays(year="2031", effective="2031-01-01", first="2031-01-23", last="2031-01-29", worked="[]"))
    assert followed(carried(), alone) is None


def test_every_file_of_the_package_reads_back_as_one_given_from_outside() -> None:
    for one in carried():
        assert read_volume(one.kind, one.data).edition == one.edition


@pytest.mark.parametrize("data", [b'{"edition": "\\u202e"}', b'{"edition": "\\ud800"}', b"[" * 100_000, b"\xff"])
def test_what_cannot_be_seen_or_is_no_file_is_refused(data: bytes) -> None:
    with pytest.raises(PolicyError):
        read_volume(HOLIDAYS, data)


def test_a_day_after_the_last_is_needed_when_something_was_announced() -> None:
    new = volume(holidays(edition='"2026-b"', year="2026", effective="2026-03-02", **DAYS))
    with pytest.raises(EditionError) as caught:
        adopting.require_adoptable(carried(), new, today=TODAY, codes={})
    assert caught.value.flaw == Flaw.TOO_EARLY
    new = volume(holidays(edition='"2026-b"', year="2026", effective="2026-03-03", **DAYS))
    adopting.require_adoptable(carried(), new, today=TODAY, codes={})


@pytest.mark.parametrize(
    "change",
    [
        {"own_procedure": False},
        {"after_withdrawal": True},
        {"fields": ["name", "phone", "address"]},
        {"told": "deferred"},
    ],
)
def test_the_reason_for_a_lost_code_stays_as_the_program_uses_it(change: Mapping[str, object]) -> None:
    said = json.loads(NewEdition.decode(reasons()).text)
    next(one for one in said["disclosure"] if one["code"] == "REISSUE_CODE").update(change)
    read = json.dumps(said, ensure_ascii=False)
    with pytest.raises(EditionError) as caught:
        adopting.require_adoptable(carried(), adopting.read(REASONS, read), today=TODAY, codes=COMPARES)
    assert (caught.value.flaw, caught.value.named) == (Flaw.LACKS, "REISSUE_CODE")
    adopting.require_adoptable(carried(), volume(reasons()), today=TODAY, codes=COMPARES)


COMPARES = {"REISSUE_CODE": (IdentityField.NAME, IdentityField.PHONE)}
DAYS = {"first": "2026-02-15", "last": "2026-02-22", "worked": "[]"}


def test_the_difference_shows_what_goes_and_what_comes() -> None:
    before = b"a = 1\nb = 2\nc = 3\n"
    marks = [(one.mark, one.text) for one in differences(before, b"a = 1\nb = 4\nc = 3\n")]
    assert marks == [(" ", "a = 1"), ("-", "b = 2"), ("+", "b = 4"), (" ", "c = 3")]
    assert differences(before, before) == ()


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), max_size=8), max_size=12), st.data())
def test_new_lines_and_lines_that_stay_make_up_the_file(lines: list[str], data) -> None:
    """Nothing that is new can hide: whatever is not shown was there before, in its place."""
    other = data.draw(st.lists(st.sampled_from([*lines, "x", "y"]), max_size=12))
    before, after = "\n".join(lines), "\n".join(other)
    shown = [one.text for one in differences(before.encode(), after.encode()) if one.mark == "+"]
    gone = [one.text for one in differences(before.encode(), after.encode()) if one.mark == "-"]
    rest = sorted([*before.splitlines(), *shown])
    assert rest == sorted([*after.splitlines(), *gone])


def test_json_is_compared_by_what_it_says() -> None:
    said = {"edition": "x", "days": [1, 2]}
    one, other = json.dumps(said), json.dumps(said, indent=4)
    assert differences(one.encode(), other.encode()) == ()


def test_a_day_before_the_first_edition_is_said() -> None:
    with pytest.raises(PolicyError):
        standings(of(REASONS), TODAY - timedelta(days=9999))


@pytest.mark.parametrize(("year", "lacking"), [("2030", "2029"), ("2022", "2023")])
def test_no_year_is_left_out_between_two(year: str, lacking: str) -> None:
    changes = {"first": f"{year}-01-23", "last": f"{year}-01-29", "worked": "[]"}
    new = volume(holidays(edition=f'"{year}"', year=year, effective=f"{year}-01-01", **changes))
    with pytest.raises(EditionError) as caught:
        adopting.require_adoptable(carried(), new, today=TODAY, codes={})
    assert (caught.value.flaw, caught.value.named) == (Flaw.GAP, lacking)
