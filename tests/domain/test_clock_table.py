"""Every row of the table of time limits (LAW §2, C01–C31), each with a date that was counted by hand on paper.

2026: Spring Festival 15–23 February (14 and 28 worked), Qingming 4–6 April, Labour Day 1–5 May (9 worked), Dragon Boat
19–21 June, Mid-Autumn 25–27 September (20 worked), National Day 1–7 October (10 worked). 2027 is provisional.
"""

from datetime import date, datetime

import pytest

from portal.domain.clock_explaining import explain
from portal.domain.clocks import due
from portal.policy.loader import load_policies

POLICIES = load_policies()
RULES, HOLIDAYS = POLICIES.clocks.rules, POLICIES.holidays
ORDERED = date(2026, 10, 3)

# Rule, the event, the last moment (a day: its last second), and whether a day was counted that is not official yet.
TABLE = (
    ("C01", "2026-02-11T10:00:00+08:00", "2026-02-11T10:00:00+08:00", False),
    ("C02", "2026-02-06T10:00:00+08:00", "2026-02-24", False),  # day 15 is 21 February
    ("C03", "2026-02-12T18:00:00+08:00", "2026-02-26", False),  # 13, Sat 14, 24, 25, 26
    ("C04", "2026-09-24T09:00:00+08:00", "2026-10-12", False),  # 28, 29, 30, 8, 9, Sat 10, 12
    ("C05", "2026-08-02T10:00:00+08:00", "2026-10-08", False),  # day 60 is 1 October
    ("C06", "2026-02-14T23:30:00+08:00", "2026-02-15T01:30:00+08:00", False),
    ("C07", "2026-09-30T15:00:00+00:00", "2026-10-01T01:00:00+08:00", False),
    ("C08", "2026-12-31T22:30:00+08:00", "2027-01-01T00:30:00+08:00", False),
    ("C09", "2026-01-20T08:00:00+08:00", "2026-02-24", False),  # day 30 is 19 February
    ("C09-FIRE", "2026-09-25T08:00:00+08:00", "2026-10-08", False),  # day 7 is 2 October
    ("C10", "2026-10-01T08:15:30+08:00", "2026-10-02T08:15:30+08:00", False),
    ("C11", "2026-02-05T10:00:00+08:00", "2026-02-24", False),  # day 10 is 15 February
    ("C12", "2026-12-22T10:00:00+08:00", "2027-01-04", True),  # day 10 is New Year's Day, then a weekend
    ("C13", "2026-09-01T10:00:00+08:00", "2026-10-08", False),  # day 30 is 1 October
    ("C14", "2026-04-02T10:00:00+08:00", "2026-05-06", False),  # day 30 is 2 May
    ("C14-ANSWER", "2026-05-10T10:00:00+08:00", "2026-06-09", False),
    ("C14-AGAIN", "2026-05-21T10:00:00+08:00", "2026-06-22", False),  # day 30 is 20 June
    ("C14-LAST", "2026-12-03T10:00:00+08:00", "2027-01-04", True),  # day 30 is Saturday 2 January
    ("C15", "2026-04-03T10:00:00+08:00", "2026-04-07", False),  # day 3 is 6 April
    ("C16", "2024-02-28T12:00:00+08:00", "2024-02-29T12:00:00+08:00", False),  # a leap day
    ("C17", "2026-02-26T10:00:00+08:00", "2026-03-02", False),  # day 3 is Sunday 1 March
    ("C18", "2026-07-03T10:00:00+08:00", "2026-10-08", False),  # day 90 is 1 October
    ("C18", "2026-03-02T23:59:59+08:00", "2026-06-01", False),  # day 90 is Sunday 31 May
    ("C19", "2026-09-01T10:00:00+08:00", "2026-10-03", False),  # as ordered, on a holiday
    ("C20", "2026-09-17T10:00:00+08:00", "2026-09-21", False),  # 18, Sun 20, 21
    ("C20-PUBLISH", "2026-12-30T10:00:00+08:00", "2027-01-07", True),  # 31, 4, 5, 6, 7
    ("C20-FIX", "2025-10-03T10:00:00+08:00", "2026-10-08", False),  # a year later is 3 October
    ("C20-END", "2026-04-30T10:00:00+08:00", "2026-05-11", False),  # 6, 7, 8, Sat 9, 11
    ("C21", "2026-02-10T10:00:00+08:00", "2026-03-09", False),  # 11–14, 24–28, 2–6, 9
    ("C22", "2026-06-17T10:00:00+08:00", "2026-06-25", False),  # 18, 22, 23, 24, 25
    ("C23", "2026-12-08T10:00:00+08:00", "2027-02-09", True),  # day 60 is 6 February, in Spring Festival
    ("C24", "2026-09-28T10:00:00+08:00", "2026-10-16", False),  # 29, 30, 8, 9, Sat 10, 12–16
    ("C25", "2026-09-29T15:59:59+00:00", "2026-10-12", False),  # the 29th still: 30, 8, 9, Sat 10, 12
    ("C25", "2026-09-29T16:00:00+00:00", "2026-10-13", False),  # midnight in Shanghai: 8, 9, Sat 10, 12, 13
    ("C26", "2026-12-02T10:00:00+08:00", "2027-01-04", True),  # day 30 is New Year's Day
    ("C26-90", "2026-07-05T10:00:00+08:00", "2026-10-08", False),  # day 90 is 3 October
    ("C26-180", "2026-08-09T10:00:00+08:00", "2027-02-09", True),  # day 180 is 5 February
    ("C27", "2026-02-16T10:00:00+08:00", "2026-02-16", False),
    ("C28", "2026-02-16T10:00:00+08:00", "2026-02-16T10:00:00+08:00", False),
    ("C29", "2025-08-31T10:00:00+08:00", "2026-02-28", False),  # no 31 February
    ("C29", "2023-08-31T10:00:00+08:00", "2024-02-29", False),  # of a leap year
    ("C30", "2024-02-29T10:00:00+08:00", "2027-02-28", False),  # a Sunday: keeping rolls over nothing
    ("C31", "2026-09-30T10:00:00+08:00", "2026-09-30", False),
    ("C31", "2026-10-01T00:00:00+08:00", "2027-06-10", True),
)


@pytest.mark.parametrize(("code", "start", "last", "guessed"), TABLE)
def test_each_row_ends_when_it_was_counted_to_end(code: str, start: str, last: str, *, guessed: bool) -> None:
    ordered = ORDERED if code == "C19" else None
    found = due(RULES[code], datetime.fromisoformat(start), HOLIDAYS, ordered=ordered)
    said = found.due_at.isoformat()
    assert said == (last if "T" in last else f"{last}T23:59:59+08:00")
    assert found.provisional is guessed


@pytest.mark.parametrize(("code", "start", "last", "guessed"), TABLE)
def test_what_explains_a_row_comes_to_the_same_day(code: str, start: str, last: str, *, guessed: bool) -> None:
    ordered = ORDERED if code == "C19" else None
    told = explain(RULES[code], datetime.fromisoformat(start), HOLIDAYS, ordered=ordered)
    assert told.due_at.date().isoformat() == last[:10]
    assert any(part.step == "provisional" for part in told.parts) is guessed


def test_no_row_is_left_out() -> None:
    assert {code for code, *_ in TABLE} == set(RULES)
    assert {f"C{number:02}" for number in range(1, 32)} == {code[:3] for code in RULES}
