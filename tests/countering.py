"""Counters where rewards are collected, as two administrators agree on them."""

from datetime import date, timedelta
from typing import Any

from portal.domain.contents import NewCounter
from portal.domain.vocabulary import MotionKind
from tests.staffing import Staff

# As the page's form sends it.
COUNTER = {
    "place": "政务大厅 3 号窗口",
    "address": "样例大街 1 号",
    "hours": "工作日 8:30–11:30",
    "telephone": "0431-00000000",
    "since": "2026-04-01",
}
PEOPLE = {"office-220100": ("guan", "cui"), "office-220000": ("sheng-guan", "sheng-cui")}


def counter(since: date, **changes: Any) -> NewCounter:
    said = {name: value for name, value in COUNTER.items() if name not in {"place", "since"}}
    return NewCounter(**{"since": since, "name": COUNTER["place"], **said, **changes})


def place(staff: Staff, code: str = "office-220100", days: int = 0, **changes: Any) -> NewCounter:
    """From today, or some days later, agreed to by the two of an office."""
    made = counter((staff.world.clock() + timedelta(days=days)).date(), **changes)
    staff.new(MotionKind.LOCATE, code, made.encoded(), PEOPLE[code])
    return made
