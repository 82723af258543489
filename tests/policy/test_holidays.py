"""Rest days: the State Council's arrangements of 2024 to 2026; 2027 and 2028 until their notices are there."""

from datetime import date, timedelta

import pytest

from portal.domain.errors import PolicyError
from portal.policy.loader import holiday_table, load_policies, read_holidays

TABLE = load_policies().holidays
WORKED = [
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"),
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
]
SPANS = [
    *("2024-01-01/1", "2024-02-10/8", "2024-04-04/3", "2024-05-01/5", "2024-06-10/1", "2024-09-15/3", "2024-10-01/7"),
    *("2025-01-01/1", "2025-01-28/8", "2025-04-04/3", "2025-05-01/5", "2025-05-31/3", "2025-10-01/8"),
    *("2026-01-01/3", "2026-02-15/9", "2026-04-04/3", "2026-05-01/5", "2026-06-19/3", "2026-09-25/3", "2026-10-01/7"),
    *("2027-01-01/1", "2027-02-05/4", "2027-04-05/1", "2027-05-01/2", "2027-06-09/1", "2027-09-15/1", "2027-10-01/3"),
    *("2028-01-01/1", "2028-01-25/4", "2028-04-04/1", "2028-05-01/2", "2028-05-28/1", "2028-10-01/3"),
]


def days_off():
    for span in SPANS:
        first, length = span.split("/")
        yield from (date.fromisoformat(first) + timedelta(days=n) for n in range(int(length)))


def test_every_day_of_five_years_is_what_the_notices_say():
    off, worked = set(days_off()), set(map(date.fromisoformat, WORKED))
    for number in range((date(2029, 1, 1) - date(2024, 1, 1)).days):
        day = date(2024, 1, 1) + timedelta(days=number)
        weekend = day.isoweekday() in {6, 7}
        assert TABLE.kind(day).rest == (day in off or (weekend and day not in worked)), day


@pytest.mark.parametrize(("year", "working"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_it_should(year, working):
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert sum(not TABLE.kind(day).rest for day in days if day.year == year) == working


def test_only_the_years_without_a_notice_are_provisional():
    assert {year for year in TABLE.years if TABLE.kind(date(year, 3, 2)).provisional} == {2027, 2028}


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2029, 1, 1)])
def test_beyond_the_table_it_says_what_to_add(day):
    with pytest.raises(PolicyError, match=f"no holiday arrangement for {day.year} .*notice as holidays/<year>.toml"):
        TABLE.kind(day)


def year_file(provisional, body):
    head = f'edition = "x"\nsource = "x"\neffective = 2027-01-01\nyear = 2027\nprovisional = {provisional}\n'
    return read_holidays("2027.toml", (head + body).encode())


def holiday(first, last, worked=""):
    return f'[[holidays]]\nname = "x"\nfirst = {first}\nlast = {last}\nworked = [{worked}]\n'


def test_the_notice_takes_the_place_of_the_provisional_year():
    guess = year_file("true", holiday("2027-10-01", "2027-10-03"))
    rest = holiday("2027-01-01", "2027-01-01") + holiday("2027-05-01", "2027-05-02")
    notice = year_file("false", rest + holiday("2027-10-01", "2027-10-07", "2027-09-26"))
    for years in ([guess, notice], [notice, guess]):
        table = holiday_table(years)
        assert table.kind(date(2027, 10, 7)).rest
        assert not table.kind(date(2027, 9, 26)).rest
        assert not table.kind(date(2027, 10, 7)).provisional


@pytest.mark.parametrize(
    ("body", "key"),
    [
        (holiday("2026-10-01", "2026-10-03"), "holidays"),
        (holiday("2027-10-03", "2027-10-01"), "last"),
        (holiday("2027-09-01", "2027-10-01"), "last"),
        (holiday("2027-10-01", "2027-10-03", "2027-10-02"), "holidays"),
        (holiday("2027-10-01", "2027-10-03", "2027-10-11"), "holidays"),
        (holiday("2027-10-01", "2027-10-03"), "holidays: lack 2027-01-01, 2027-05-01"),
        (holiday("2027-10-01", "2027-10-03") * 2, "holidays: 2027-10-01 is off twice, as x and as x"),
        ("", "holidays"),
    ],
)
def test_a_year_that_cannot_be_is_refused(body, key):
    with pytest.raises(PolicyError, match=rf"^2027.toml: .*{key}(: |$)"):
        year_file("false", body)
